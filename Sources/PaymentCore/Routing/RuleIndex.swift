/// The conditions of a table's rules, inverted: from a value to the rules that name it. The cost of
/// a look-up grows with the number of rules by a bit each, not by a comparison.
struct RuleIndex: Sendable {
    let properties: Dimension<String>
    let methodKinds: Dimension<MethodKind>
    let currencies: Dimension<Currency>
    let countries: Dimension<Country>
    let amounts: [ClosedRange<Int64>]

    init(_ rules: [RoutingRule]) {
        let conditions = rules.map(\.conditions)
        properties = Dimension(conditions.map(\.properties))
        methodKinds = Dimension(conditions.map(\.methodKinds))
        currencies = Dimension(conditions.map(\.currencies))
        countries = Dimension(conditions.map(\.countries))
        amounts = conditions.map(\.amounts)
    }

    /// The first rule that takes a payment.
    func first(taking payment: RoutedPayment) -> Int? {
        var rules = properties.admitting(payment.property)
        rules.formIntersection(methodKinds.admitting(payment.methodKind))
        rules.formIntersection(currencies.admitting(payment.amount.currency))
        rules.formIntersection(countries.admitting(payment.country))
        let amount = payment.amount.minorUnits
        return rules.first { amounts[$0].contains(amount) }
    }

    /// The rules that take some payment which `conditions` admit too.
    func overlapping(_ conditions: RoutingRule.Conditions) -> RuleSet {
        var rules = properties.overlapping(conditions.properties)
        rules.formIntersection(methodKinds.overlapping(conditions.methodKinds))
        rules.formIntersection(currencies.overlapping(conditions.currencies))
        rules.formIntersection(countries.overlapping(conditions.countries))
        return keeping(rules) { $0.overlaps(conditions.amounts) }
    }

    /// The rules that take every payment which `conditions` admit.
    func covering(_ conditions: RoutingRule.Conditions) -> RuleSet {
        var rules = properties.covering(conditions.properties)
        rules.formIntersection(methodKinds.covering(conditions.methodKinds))
        rules.formIntersection(currencies.covering(conditions.currencies))
        rules.formIntersection(countries.covering(conditions.countries))
        return keeping(rules) {
            $0.lowerBound <= conditions.amounts.lowerBound
                && $0.upperBound >= conditions.amounts.upperBound
        }
    }

    private func keeping(
        _ rules: RuleSet,
        _ isKept: (ClosedRange<Int64>) -> Bool
    ) -> RuleSet {
        var kept = RuleSet(count: amounts.count)
        for index in rules where isKept(amounts[index]) { kept.insert(index) }
        return kept
    }
}

/// One condition of every rule.
struct Dimension<Value: Hashable & Sendable>: Sendable {
    /// The rules without this condition.
    let general: RuleSet
    /// The rules that name a value, by value.
    let naming: [Value: [Int]]
    private let all: RuleSet

    init(_ conditions: [Set<Value>]) {
        var general = RuleSet(count: conditions.count)
        var all = general
        var naming: [Value: [Int]] = [:]
        for (index, values) in conditions.enumerated() {
            all.insert(index)
            if values.isEmpty { general.insert(index) }
            for value in values { naming[value, default: []].append(index) }
        }
        self.general = general
        self.naming = naming
        self.all = all
    }

    /// The rules whose condition holds for a value, or for one that is not known.
    func admitting(_ value: Value?) -> RuleSet {
        var rules = general
        for index in value.flatMap({ naming[$0] }) ?? [] { rules.insert(index) }
        return rules
    }

    /// The rules whose condition holds for some of these values; none given means all there are.
    func overlapping(_ values: Set<Value>) -> RuleSet {
        guard !values.isEmpty else { return all }
        var rules = general
        for index in values.compactMap({ naming[$0] }).joined() { rules.insert(index) }
        return rules
    }

    /// The rules whose condition holds for each of these values.
    func covering(_ values: Set<Value>) -> RuleSet {
        guard !values.isEmpty else { return general }
        var rules = all
        for value in values { rules.formIntersection(admitting(value)) }
        return rules
    }
}
