internal import PaymentCore
internal import Postgres

/// The conditions of a list, gathered from constant fragments. Each `?` of a fragment becomes the
/// number of its bind, so no value is ever part of the text.
struct Conditions {
    private var fragments: [String] = []
    private(set) var binds: [PostgresValue] = []

    mutating func require(_ fragment: StaticString, _ values: PostgresValue...) {
        fragments.append(numbered("\(fragment)", values))
    }

    /// Requires it only when there is something to compare with.
    mutating func require<Value>(
        _ fragment: StaticString,
        _ value: Value?,
        _ bind: (Value) -> PostgresValue
    ) {
        if let value { fragments.append(numbered("\(fragment)", [bind(value)])) }
    }

    /// The statement that `head` and `text` become: `@conditions` stands for all of them, `?` for
    /// `values`.
    ///
    /// - Parameter head: a select list of constants.
    func statement(
        _ name: StaticString,
        head: String = "",
        _ text: StaticString,
        _ values: PostgresValue...
    ) -> Query {
        var all = self
        let conditions = fragments.isEmpty ? "true" : fragments.joined(separator: " and ")
        let body = all.numbered("\(text)", values)
            .split(separator: "@conditions", omittingEmptySubsequences: false)
            .joined(separator: conditions)
        // Sent once: the best plan depends on the values, so none is kept.
        return Query(Statement(name, sentOnce: "\(head) \(body)"), all.binds)
    }

    private mutating func numbered(_ fragment: String, _ values: [PostgresValue]) -> String {
        let parts = fragment.split(separator: "?", omittingEmptySubsequences: false)
        precondition(parts.count == values.count + 1, "one value for each ? of \(fragment)")
        var text = String(parts[0])
        for (part, value) in zip(parts.dropFirst(), values) {
            binds.append(value)
            text += "$\(binds.count)\(part)"
        }
        return text
    }
}

/// A period as a range of identifiers, so that any index in the order of the identifiers can be
/// entered at it. Identifiers give their creation to within ten minutes, which the tables check.
extension UUID7 {
    private static let tolerance: Int64 = 600_000

    static func earliest(from moment: Timestamp) -> UUID7 {
        at(max(0, moment.milliseconds - tolerance))
    }

    /// Greater than every identifier made before the moment.
    static func latest(before moment: Timestamp) -> UUID7 {
        at(max(0, moment.milliseconds + tolerance + 1))
    }

    static let least = UUID7(high: 0, low: 0)
    /// No identifier is as great: their variant's first bits are 10.
    static let greatest = UUID7(high: .max, low: .max)

    private static func at(_ milliseconds: Int64) -> UUID7 {
        UUID7(high: UInt64(milliseconds) << 16, low: 0)
    }
}
