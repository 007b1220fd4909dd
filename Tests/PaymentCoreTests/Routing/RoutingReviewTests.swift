import PaymentCore
import TestKit
import Testing

/// What a tenant is told about rules before they hold.
@Suite struct RoutingReviewTests {
    typealias Samples = RoutingSamples

    func review(
        _ rules: RoutingRule...,
        accounts: [MerchantAccount] = [Samples.first, Samples.second],
        capabilities: Capabilities = Samples.capabilities()
    ) -> RoutingReview {
        RoutingReview(
            RoutingTable(version: 1, rules: rules),
            accounts: accounts,
            capabilities: { $0.vendor.name == "gone" ? nil : capabilities }
        )
    }

    @Test func `sound rules are neither refused nor doubted`() {
        let review = review(
            Samples.rule("kabul", .init(properties: ["kabul"])),
            Samples.rule("large", .init(currencies: [.usd], amounts: 5_000...Int64.max)),
            Samples.rule("rest")
        )
        #expect(review.faults == [])
        #expect(review.warnings == [.overlap(rule: 1, with: 0)])
    }

    @Test func `unknown accounts and vendors are named by rule and target`() {
        let gone = Samples.account(9, at: "gone")
        let review = review(
            Samples.rule("a", .init(properties: ["a"]), to: [(Samples.first, 1), (gone, 1)]),
            Samples.rule("b", to: [(Samples.third, 1)]),
            accounts: [Samples.first, gone]
        )
        #expect(
            review.faults == [
                .unknownVendor(rule: 0, target: 1), .unknownAccount(rule: 1, target: 0),
            ]
        )
    }

    @Test func `two rules cannot share a name`() {
        let review = review(Samples.rule("a", .init(properties: ["a"])), Samples.rule("a"))
        #expect(review.faults == [.nameTaken(rule: 1, by: 0)])
    }

    private static let general = RoutingRule.Conditions(
        properties: ["a", "b"],
        currencies: [.usd],
        amounts: 10...500
    )

    @Test(arguments: [
        RoutingRule.Conditions(properties: ["a"], currencies: [.usd], amounts: 10...500),
        .init(properties: ["a", "b"], currencies: [.usd], amounts: 10...500),
        .init(properties: ["b"], methodKinds: [.card], currencies: [.usd], amounts: 20...30),
    ]) func `a rule that an earlier one leaves nothing to is refused`(
        later: RoutingRule.Conditions
    ) {
        let review = review(
            Samples.rule("general", Self.general),
            Samples.rule("never reached", later),
            Samples.rule("rest")
        )
        #expect(review.faults == [.shadowed(rule: 1, by: 0)])
    }

    @Test(arguments: [
        RoutingRule.Conditions(currencies: [.usd], amounts: 10...500),
        .init(properties: ["a", "c"], currencies: [.usd], amounts: 10...500),
        .init(properties: ["a"], currencies: [.usd, .eur], amounts: 10...500),
        .init(properties: ["a"], currencies: [.usd], amounts: 9...500),
        .init(properties: ["a"], currencies: [.usd], amounts: 10...501),
    ]) func `a rule with something left of its own is not refused`(
        later: RoutingRule.Conditions
    ) {
        let review = review(
            Samples.rule("general", Self.general),
            Samples.rule("later", later),
            Samples.rule("rest")
        )
        #expect(review.faults == [])
    }

    @Test func `amounts without a unit are refused`() {
        let review = review(
            Samples.rule("a", .init(amounts: 1...5)),
            Samples.rule("b", .init(currencies: [.usd, .jpy], amounts: 1...5)),
            Samples.rule("c", .init(currencies: [.usd, .eur], amounts: 1...5))
        )
        #expect(
            Set(review.faults) == [
                .amountsWithoutUnit(rule: 0), .amountsWithoutUnit(rule: 1),
                .shadowed(rule: 1, by: 0), .shadowed(rule: 2, by: 0),
            ]
        )
    }

    @Test func `targets that rest, or can take nothing of their rule, are doubted`() {
        let resting = Samples.account(8, at: "rest", isActive: false)
        let review = review(
            Samples.rule("a", .init(methodKinds: [.pix]), to: [(Samples.first, 1)]),
            Samples.rule("b", .init(currencies: [.jpy]), to: [(Samples.first, 1)]),
            Samples.rule(
                "c",
                .init(currencies: [.usd], amounts: 2_000_000...3_000_000),
                to: [(Samples.first, 1)]
            ),
            Samples.rule("d", to: [(Samples.first, 1), (resting, 1)]),
            accounts: [Samples.first, resting],
            capabilities: Samples.capabilities(currencies: ["USD"])
        )
        #expect(
            Set(review.warnings) == [
                .unableTarget(rule: 0, target: 0, obstacle: .methodKind),
                .unableTarget(rule: 1, target: 0, obstacle: .currency),
                .unableTarget(rule: 2, target: 0, obstacle: .amount),
                .inactiveAccount(rule: 3, target: 1),
                .overlap(rule: 1, with: 0),
                .overlap(rule: 2, with: 0),
            ]
        )
    }

    @Test func `a gap is told by a payment that falls into it`() {
        let review = review(
            Samples.rule("small", .init(currencies: [.usd], amounts: 1...99)),
            Samples.rule("large", .init(currencies: [.usd], amounts: 200...Int64.max)),
            capabilities: Samples.capabilities(currencies: ["USD"])
        )
        #expect(
            review.warnings == [
                .gap(
                    RoutingGap(
                        methodKind: .card,
                        currency: .usd,
                        property: nil,
                        country: nil,
                        amount: 100
                    )
                )
            ]
        )
    }

    @Test func `what no account could take is no gap`() {
        let cards = Samples.rule("cards", .init(methodKinds: [.card], currencies: [.usd]))
        let dollars = Samples.capabilities(currencies: ["USD"])
        #expect(review(cards, capabilities: dollars).warnings == [])
        let more = Samples.capabilities(kinds: [.card, .pix], currencies: ["USD"])
        guard case .gap(let gap) = review(cards, capabilities: more).warnings.first else {
            Issue.record("nobody takes pix")
            return
        }
        #expect(gap.methodKind == .pix)
    }

    @Test func `rules that together leave nothing out have no gap`() {
        let review = review(
            Samples.rule("a", .init(properties: ["a"], countries: [.germany])),
            Samples.rule("b", .init(countries: [.germany])),
            Samples.rule("c", .init(currencies: [.usd], amounts: 0...500)),
            Samples.rule("d")
        )
        #expect(!review.warnings.contains { if case .gap = $0 { true } else { false } })
    }

    @Test func `a thousand rules are reviewed as well as three`() {
        let rules = (0..<999).map { Samples.rule("r\($0)", .init(properties: ["p\($0)"])) }
        let review = RoutingReview(
            RoutingTable(
                version: 1,
                rules: rules + [Samples.rule("p5", .init(properties: ["p5"]))]
            ),
            accounts: [Samples.first],
            capabilities: { _ in Samples.capabilities() }
        )
        #expect(review.faults == [.shadowed(rule: 999, by: 5)])
        guard case .gap(let gap) = review.warnings.last else {
            Issue.record("other properties have no rule")
            return
        }
        #expect(gap.property == nil)
    }
}
