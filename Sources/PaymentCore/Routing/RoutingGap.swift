/// A payment that some account could take but no rule takes: an example of what routes leave out.
/// Nil stands for any value that no rule names.
package struct RoutingGap: Sendable, Hashable {
    package let methodKind: MethodKind
    package let currency: Currency?
    package let property: String?
    package let country: Country?
    /// The least amount in minor units.
    package let amount: Int64

    package init(
        methodKind: MethodKind,
        currency: Currency?,
        property: String?,
        country: Country?,
        amount: Int64
    ) {
        self.methodKind = methodKind
        self.currency = currency
        self.property = property
        self.country = country
        self.amount = amount
    }
}

extension RoutingGap {
    /// The first gap, in the order of method kinds and codes; nil when there is none.
    ///
    /// Values lead to rules, and different values often to the same rules, so what was seen of
    /// those is not looked at again. After ``mostSteps`` the search gives up: a table that needs more
    /// has hundreds of properties times countries, and is complete by a last rule without
    /// conditions or not at all.
    init?(in table: RoutingTable, among vendors: [Capabilities]) {
        var search = GapSearch(table)
        let kinds = Set(vendors.flatMap(\.payableKinds)).subtracting([.cash])
        for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
            let able = vendors.filter { $0.payableKinds.contains(kind) }
            if let gap = search.gap(for: kind, among: able) {
                self = gap
                return
            }
        }
        return nil
    }
}

private struct GapSearch {
    private static let mostSteps = 20_000

    private let table: RoutingTable
    private let properties: [String?]
    private let countries: [Country?]
    /// The rules that take every property, country and amount; every country and amount.
    private let takesAll: RuleSet
    private let takesAnywhere: RuleSet
    private var seenOfCurrencies: Set<RuleSet> = []
    private var seenOfProperties: Set<RuleSet> = []
    private var seenOfCountries: Set<RuleSet> = []
    private var steps = 0

    init(_ table: RoutingTable) {
        self.table = table
        properties = table.index.properties.naming.keys.sorted() + [nil]
        countries = table.index.countries.naming.keys.sorted { $0.code < $1.code } + [nil]
        var everyAmount = RuleSet(count: table.rules.count)
        for (index, amounts) in table.index.amounts.enumerated()
        where amounts.lowerBound <= 1 && amounts.upperBound == .max {
            everyAmount.insert(index)
        }
        everyAmount.formIntersection(table.index.countries.general)
        takesAnywhere = everyAmount
        everyAmount.formIntersection(table.index.properties.general)
        takesAll = everyAmount
    }

    mutating func gap(for kind: MethodKind, among vendors: [Capabilities]) -> RoutingGap? {
        let rules = table.index.methodKinds.admitting(kind)
        for currency in currencies(of: vendors) {
            var left = rules
            left.formIntersection(table.index.currencies.admitting(currency))
            guard !left.intersects(takesAll), seenOfCurrencies.insert(left).inserted else {
                continue
            }
            if let gap = gap(among: left, kind, currency) { return gap }
        }
        return nil
    }

    /// Those that rules name, and any other when a vendor takes one.
    private func currencies(of vendors: [Capabilities]) -> [Currency?] {
        let named = table.index.currencies.naming.keys.sorted { $0.code < $1.code }
        let served = named.filter { currency in
            vendors.contains { $0.currencies?.contains(currency.code) ?? true }
        }
        let codes = Set(named.map(\.code))
        let hasOthers = vendors.contains { $0.currencies.map { !$0.isSubset(of: codes) } ?? true }
        return served.map(Optional.some) + (hasOthers ? [nil] : [])
    }

    private mutating func gap(
        among rules: RuleSet,
        _ kind: MethodKind,
        _ currency: Currency?
    ) -> RoutingGap? {
        for property in properties {
            var left = rules
            left.formIntersection(table.index.properties.admitting(property))
            guard !left.intersects(takesAnywhere), seenOfProperties.insert(left).inserted else {
                continue
            }
            for country in countries {
                steps += 1
                guard steps < Self.mostSteps else { return nil }
                var rest = left
                rest.formIntersection(table.index.countries.admitting(country))
                guard seenOfCountries.insert(rest).inserted, let amount = leastAmount(outOf: rest)
                else { continue }
                return RoutingGap(
                    methodKind: kind,
                    currency: currency,
                    property: property,
                    country: country,
                    amount: amount
                )
            }
        }
        return nil
    }

    /// The least amount that none of these rules takes.
    private func leastAmount(outOf rules: RuleSet) -> Int64? {
        let ranges = rules.map { table.index.amounts[$0] }.sorted { $0.lowerBound < $1.lowerBound }
        var free: Int64 = 1
        for range in ranges where range.upperBound >= free {
            guard range.lowerBound <= free else { return free }
            guard range.upperBound < .max else { return nil }
            free = range.upperBound + 1
        }
        return free
    }
}
