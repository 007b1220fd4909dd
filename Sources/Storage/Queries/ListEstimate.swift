internal import JSON
internal import Postgres

/// What the planner expects of a list: how much it reads when nothing of what it looks through is
/// wanted.
///
/// Time alone cannot tell a list that asks too much from one that came at a bad time. This can: it
/// knows the tables and not the machine.
struct ListEstimate: Sendable {
    /// In the planner's unit, a page read in sequence.
    let cost: Double

    /// The question whose only row's only column is the plan.
    static func question(about query: Query) -> Query {
        let text = "explain (format json) \(query.statement.sql)"
        return Query(Statement("list.explain", sentOnce: text), query.binds)
    }

    /// Nil when the plan cannot be read.
    init?(plan text: String) {
        // Silence is right: a plan that is not JSON cannot be read.
        guard let parsed = try? JSONValue.parse(Array(text.utf8)), let root = parsed[0]?["Plan"],
            let cost = Self.cost(of: Self.page(in: root)?["Plans"]?[0] ?? root)
        else { return nil }
        self.cost = cost
    }

    /// The first limit in the order of the plan: where the list is cut to a page.
    private static func page(in node: JSONValue) -> JSONValue? {
        if node["Node Type"] == "Limit" { return node }
        for child in node["Plans"]?.arrayValue ?? [] {
            if let found = page(in: child) { return found }
        }
        return nil
    }

    private static func cost(of node: JSONValue) -> Double? {
        switch node["Total Cost"] {
        case .integer(let cost)?: Double(cost)
        case .number(let digits)?: Double(digits)
        case .null?, .bool?, .string?, .array?, .object?, nil: nil
        }
    }
}
