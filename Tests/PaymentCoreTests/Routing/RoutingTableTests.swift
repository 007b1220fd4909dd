import PaymentCore
import TestKit
import Testing

/// Which rule decides, and in which order its targets are tried.
@Suite struct RoutingTableTests {
    typealias Samples = RoutingSamples

    private static let cases: [(RoutingRule.Conditions, RoutedPayment, Bool)] = [
        (.init(), Samples.payment(), true),
        (.init(properties: ["kabul"]), Samples.payment(property: "kabul"), true),
        (.init(properties: ["kabul"]), Samples.payment(property: "herat"), false),
        (.init(properties: ["kabul"]), Samples.payment(), false),
        (.init(methodKinds: [.card, .pix]), Samples.payment(kind: .pix), true),
        (.init(methodKinds: [.card]), Samples.payment(kind: .redirect), false),
        (.init(currencies: [.usd, .eur]), Samples.payment(5, .eur), true),
        (.init(currencies: [.usd]), Samples.payment(5, .jpy), false),
        (.init(countries: [.uzbekistan]), Samples.payment(country: "UZ"), true),
        (.init(countries: [.uzbekistan]), Samples.payment(country: "DE"), false),
        // What is not known of a payment is in no set.
        (.init(countries: [.uzbekistan]), Samples.payment(), false),
        (.init(amounts: 100...200), Samples.payment(100), true),
        (.init(amounts: 100...200), Samples.payment(200), true),
        (.init(amounts: 100...200), Samples.payment(99), false),
        (.init(amounts: 100...200), Samples.payment(201), false),
        (
            .init(properties: ["a"], methodKinds: [.card], currencies: [.usd], amounts: 1...5),
            Samples.payment(5, property: "a"), true
        ),
        (
            .init(properties: ["a"], methodKinds: [.pix], currencies: [.usd], amounts: 1...5),
            Samples.payment(5, property: "a"), false
        ),
    ]

    @Test(arguments: 0..<cases.count) func `a rule takes what all its conditions admit`(
        number: Int
    ) {
        let (conditions, payment, isTaken) = Self.cases[number]
        let table = RoutingTable(version: 1, rules: [Samples.rule("only", conditions)])
        #expect((table.rule(for: payment) != nil) == isTaken)
    }

    @Test func `the first rule that takes a payment decides`() {
        let table = RoutingTable(
            version: 1,
            rules: [
                Samples.rule("kabul large", .init(properties: ["kabul"], amounts: 5_000...9_000)),
                Samples.rule("kabul", .init(properties: ["kabul"])),
                Samples.rule("euro", .init(currencies: [.eur])),
                Samples.rule("rest"),
            ]
        )
        func decides(_ payment: RoutedPayment) -> String? { table.rule(for: payment)?.name }
        #expect(decides(Samples.payment(6_000, property: "kabul")) == "kabul large")
        #expect(decides(Samples.payment(100, .eur, property: "kabul")) == "kabul")
        #expect(decides(Samples.payment(100, .eur, property: "herat")) == "euro")
        #expect(decides(Samples.payment()) == "rest")
        #expect(RoutingTable(version: 1, rules: []).rule(for: Samples.payment()) == nil)
    }

    @Test func `an index of many rules answers as reading them in order does`() {
        var generator = SeededGenerator(seed: 11)
        let properties = (0..<12).map { "p\($0)" }
        let rules = (0..<300).map { number in
            let lowest = Int64.random(in: 1...900, using: &generator)
            return Samples.rule(
                "r\(number)",
                .init(
                    properties: Bool.random(using: &generator)
                        ? [] : Set(properties.shuffled(using: &generator).prefix(2)),
                    methodKinds: Bool.random(using: &generator) ? [] : [.card],
                    currencies: Bool.random(using: &generator) ? [] : [.usd, .jpy],
                    countries: Bool.random(using: &generator) ? [] : [.germany],
                    amounts: lowest...(lowest + 40)
                )
            )
        }
        let table = RoutingTable(version: 1, rules: rules)
        for number in 0..<2_000 {
            let payment = Samples.payment(
                Int64.random(in: 1...1_000, using: &generator),
                [.usd, .eur, .jpy].randomElement(using: &generator) ?? .usd,
                kind: number.isMultiple(of: 3) ? .pix : .card,
                property: properties.randomElement(using: &generator),
                country: number.isMultiple(of: 2) ? "DE" : nil
            )
            #expect(table.rule(for: payment) == rules.first { $0.conditions.admit(payment) })
        }
    }

    @Test func `weights share payments, and the same payment always draws the same order`() {
        let rule = Samples.rule(
            "split",
            to: [(Samples.first, 70), (Samples.second, 30), (Samples.third, 0)]
        )
        var firsts: [MerchantAccountID: Int] = [:]
        for number in 0..<10_000 {
            let intent = Samples.payment(intent: UInt64(number)).intent
            let drawn = rule.targets(drawnFor: intent)
            #expect(drawn == rule.targets(drawnFor: intent))
            #expect(drawn.map(\.account).last == Samples.third.id, "who stands by comes last")
            #expect(Set(drawn) == Set(rule.targets))
            firsts[drawn[0].account, default: 0] += 1
        }
        #expect((6_800...7_200).contains(firsts[Samples.first.id] ?? 0))
        #expect((2_800...3_200).contains(firsts[Samples.second.id] ?? 0))
    }

    @Test func `targets that all stand by are tried in the order given`() {
        let rule = Samples.rule("plain", to: [(Samples.second, 0), (Samples.first, 0)])
        let drawn = rule.targets(drawnFor: Samples.payment().intent)
        #expect(drawn.map(\.account) == [Samples.second.id, Samples.first.id])
    }
}

extension RoutingRule.Conditions {
    /// What the index must come to, the plain way.
    fileprivate func admit(_ payment: RoutedPayment) -> Bool {
        (properties.isEmpty || payment.property.map(properties.contains) ?? false)
            && (methodKinds.isEmpty || methodKinds.contains(payment.methodKind))
            && (currencies.isEmpty || currencies.contains(payment.amount.currency))
            && (countries.isEmpty || payment.country.map(countries.contains) ?? false)
            && amounts.contains(payment.amount.minorUnits)
    }
}
