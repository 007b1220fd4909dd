/// A tenant's rules at one version, ready to be asked: the first rule that takes a payment decides
/// where it goes.
package struct RoutingTable: Sendable {
    /// 1 for the first, one more with each change.
    package let version: Int64
    package let rules: [RoutingRule]
    let index: RuleIndex

    package init(version: Int64, rules: [RoutingRule]) {
        self.version = version
        self.rules = rules
        index = RuleIndex(rules)
    }

    /// The rule that decides about a payment; nil when none takes it.
    package func rule(for payment: RoutedPayment) -> RoutingRule? {
        index.first(taking: payment).map { rules[$0] }
    }
}
