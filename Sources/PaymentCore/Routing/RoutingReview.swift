/// What is wrong or doubtful about rules that a tenant wants to route by, each with its place.
/// Positions count from zero.
package struct RoutingReview: Sendable {
    /// Rules with one of these are refused.
    package enum Fault: Sendable, Hashable {
        /// Decisions name a rule, so a name stands for one.
        case nameTaken(rule: Int, by: Int)
        case unknownAccount(rule: Int, target: Int)
        /// This program does not serve the account's vendor.
        case unknownVendor(rule: Int, target: Int)
        /// An earlier rule takes every payment that this one would.
        case shadowed(rule: Int, by: Int)
        /// A range of amounts means something only in currencies of one exponent.
        case amountsWithoutUnit(rule: Int)
    }

    /// Rules with these take effect, and their owner is warned.
    package enum Warning: Sendable, Hashable {
        /// Both take some payments, and neither is the special case of the other.
        case overlap(rule: Int, with: Int)
        case inactiveAccount(rule: Int, target: Int)
        /// The target can take none of the payments that its rule is for.
        case unableTarget(rule: Int, target: Int, obstacle: Refusal.Unsupported)
        /// No rule takes a payment like this: it would be refused.
        case gap(RoutingGap)
    }

    package private(set) var faults: [Fault] = []
    package private(set) var warnings: [Warning] = []

    /// Overlaps reported at once; a table can have half a million.
    private static let mostOverlaps = 50

    /// - Parameter capabilities: of an account; nil when its vendor is not served.
    package init(
        _ table: RoutingTable,
        accounts: [MerchantAccount],
        capabilities: (MerchantAccount) -> Capabilities?
    ) {
        guard !table.rules.isEmpty else { return }
        examineNames(table.rules)
        for (index, rule) in table.rules.enumerated() {
            if !rule.conditions.hasUnit { faults.append(.amountsWithoutUnit(rule: index)) }
            for (position, target) in rule.targets.enumerated() {
                examine(target, position, of: rule, index, accounts, capabilities)
            }
        }
        examinePrecedence(table)
        let served = accounts.filter(\.isActive).compactMap(capabilities)
        if let gap = RoutingGap(in: table, among: served) { warnings.append(.gap(gap)) }
    }

    private mutating func examineNames(_ rules: [RoutingRule]) {
        var seen: [String: Int] = [:]
        for (index, rule) in rules.enumerated() {
            if let earlier = seen[rule.name] {
                faults.append(.nameTaken(rule: index, by: earlier))
            } else {
                seen[rule.name] = index
            }
        }
    }

    private mutating func examine(
        _ target: RoutingRule.Target,
        _ position: Int,
        of rule: RoutingRule,
        _ index: Int,
        _ accounts: [MerchantAccount],
        _ capabilities: (MerchantAccount) -> Capabilities?
    ) {
        guard let account = accounts.first(where: { $0.id == target.account }) else {
            return faults.append(.unknownAccount(rule: index, target: position))
        }
        guard let able = capabilities(account) else {
            return faults.append(.unknownVendor(rule: index, target: position))
        }
        if !account.isActive {
            warnings.append(.inactiveAccount(rule: index, target: position))
        }
        if let obstacle = able.obstacle(to: rule.conditions) {
            warnings.append(
                .unableTarget(rule: index, target: position, obstacle: obstacle)
            )
        }
    }

    private mutating func examinePrecedence(_ table: RoutingTable) {
        let covering = table.rules.map { table.index.covering($0.conditions) }
        var overlaps = 0
        for (later, rule) in table.rules.enumerated() {
            if let earlier = covering[later].first(where: { $0 < later }) {
                faults.append(.shadowed(rule: later, by: earlier))
                continue
            }
            for earlier in table.index.overlapping(rule.conditions) {
                guard earlier < later, overlaps < Self.mostOverlaps else { break }
                // The special case before the general one is how rules are meant to be ordered.
                if covering[earlier].contains(later) { continue }
                warnings.append(.overlap(rule: later, with: earlier))
                overlaps += 1
            }
        }
    }
}

extension RoutingRule.Conditions {
    fileprivate var hasUnit: Bool {
        amounts == Self.everyAmount || Set(currencies.map(\.exponent)).count == 1
    }
}

extension Capabilities {
    /// What keeps a vendor from every payment of a rule; nil when it can take some.
    fileprivate func obstacle(to conditions: RoutingRule.Conditions) -> Refusal.Unsupported? {
        guard operations.contains(.authorize) else { return .operation }
        let kinds = conditions.methodKinds
        guard kinds.isEmpty || !kinds.isDisjoint(with: payableKinds) else { return .methodKind }
        let named = conditions.currencies
        let usable = named.filter { currencies?.contains($0.code) ?? true }
        guard named.isEmpty || !usable.isEmpty else { return .currency }
        let isWithinLimit =
            usable.isEmpty
            || usable.contains { maximumAmount(in: $0) >= conditions.amounts.lowerBound }
        return isWithinLimit ? nil : .amount
    }
}
