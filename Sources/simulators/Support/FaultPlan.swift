/// Which calls or deliveries a fault strikes.
package struct FaultTrigger: Sendable, Equatable {
    /// The operation or event type; a `*` at the end stands for any rest. Nil strikes all.
    package var name: String?
    /// Parameters of the call, or metadata of the event's object, that must have these values.
    package var parameters: [String: String]
    /// Matches that pass unharmed first.
    package var skip: Int
    /// Matches struck at most; nil means all.
    package var count: Int?
    /// How many of a hundred matches are struck, drawn from the seed.
    package var percent: Int

    package init(
        name: String? = nil,
        parameters: [String: String] = [:],
        skip: Int = 0,
        count: Int? = nil,
        percent: Int = 100
    ) {
        self.name = name
        self.parameters = parameters
        self.skip = skip
        self.count = count
        self.percent = percent
    }

    func matches(_ name: String, _ value: (String) -> String?) -> Bool {
        if let pattern = self.name {
            let isMatch =
                pattern.hasSuffix("*")
                ? name.hasPrefix(pattern.dropLast()) : name == pattern
            guard isMatch else { return false }
        }
        return parameters.allSatisfy { value($0.key) == $0.value }
    }
}

/// Faults waiting for their moment, in the order they were added.
struct FaultPlan<Effect: Sendable>: Sendable {
    private struct Rule {
        let id: Int
        var trigger: FaultTrigger
        let effect: Effect
        var isSpent: Bool { trigger.count == 0 }
    }

    private var rules: [Rule] = []
    private var lastID = 0
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    var isEmpty: Bool { rules.isEmpty }

    mutating func add(_ effect: Effect, when trigger: FaultTrigger) -> Int {
        lastID += 1
        rules.append(Rule(id: lastID, trigger: trigger, effect: effect))
        return lastID
    }

    /// - Returns: false when there was no such fault.
    mutating func remove(_ id: Int) -> Bool {
        let before = rules.count
        rules.removeAll { $0.id == id }
        return rules.count < before
    }

    mutating func removeAll() {
        rules = []
    }

    /// The effects that strike now; every match counts for its fault, whether struck or not.
    mutating func strike(_ name: String, _ value: (String) -> String?) -> [Effect] {
        guard !rules.isEmpty else { return [] }
        var effects: [Effect] = []
        for index in rules.indices where rules[index].trigger.matches(name, value) {
            if rules[index].trigger.skip > 0 {
                rules[index].trigger.skip -= 1
                continue
            }
            guard Int.random(in: 0..<100, using: &random) < rules[index].trigger.percent else {
                continue
            }
            rules[index].trigger.count = rules[index].trigger.count.map { $0 - 1 }
            effects.append(rules[index].effect)
        }
        rules.removeAll(where: \.isSpent)
        return effects
    }
}
