/// One rule of a tenant's routing table: which payments it takes, and to which accounts.
package struct RoutingRule: Sendable, Hashable {
    /// What a payment must be like. An empty set admits everything; what is not known of a payment
    /// is in no set.
    package struct Conditions: Sendable, Hashable {
        /// Hotels, branches or shops, in the callers' words.
        package var properties: Set<String>
        package var methodKinds: Set<MethodKind>
        package var currencies: Set<Currency>
        /// The payer's country.
        package var countries: Set<Country>
        /// In minor units of the payment's currency, both ends included.
        package var amounts: ClosedRange<Int64>

        package static let everyAmount: ClosedRange<Int64> = 0...Int64.max

        package init(
            properties: Set<String> = [],
            methodKinds: Set<MethodKind> = [],
            currencies: Set<Currency> = [],
            countries: Set<Country> = [],
            amounts: ClosedRange<Int64> = everyAmount
        ) {
            self.properties = properties
            self.methodKinds = methodKinds
            self.currencies = currencies
            self.countries = countries
            self.amounts = amounts
        }
    }

    package struct Target: Sendable, Hashable {
        package let account: MerchantAccountID
        /// The share of payments that try it first, out of the sum of the rule's weights. 0 is a
        /// standby: it is tried after all that have a share.
        package let weight: Int

        package init(_ account: MerchantAccountID, weight: Int) {
            self.account = account
            self.weight = weight
        }
    }

    /// Names it for people: in problems, warnings and decisions. Unique in its table.
    package let name: String
    package let conditions: Conditions
    /// Never empty.
    package let targets: [Target]
    /// Whether a payment that an account declined softly or temporarily, or that certainly did not
    /// reach it, is tried at the next target within the same request.
    package let cascades: Bool

    package init(name: String, conditions: Conditions, targets: [Target], cascades: Bool) {
        self.name = name
        self.conditions = conditions
        self.targets = targets
        self.cascades = cascades
    }
}

extension RoutingRule {
    /// The targets in the order in which a payment tries them: drawn by weight, standbys last. The
    /// same payment always draws the same order, so that a retry after a crash goes the same way.
    package func targets(drawnFor intent: IntentID) -> [Target] {
        var left = targets.filter { $0.weight > 0 }
        var drawn: [Target] = []
        var dice = Dice(seed: intent.uuid.high ^ intent.uuid.low)
        while let last = left.last {
            var point = dice.roll(below: left.reduce(0) { $0 + UInt64($1.weight) })
            let index = left.firstIndex { target in
                if point < UInt64(target.weight) { return true }
                point -= UInt64(target.weight)
                return false
            }
            drawn.append(index.map { left.remove(at: $0) } ?? last)
        }
        return drawn + targets.filter { $0.weight == 0 }
    }
}

/// SplitMix64: every bit of the seed moves every bit of the result, so identifiers that follow each
/// other draw independently.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func roll(below limit: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        // The high half of the product: no bias that weights of this size could show.
        return mixed.multipliedFullWidth(by: limit).high
    }
}
