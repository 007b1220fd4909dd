import PaymentCore
import TestKit
import Testing

/// Decisions: who is a candidate, who was left out, and why.
@Suite struct RoutingSceneTests {
    typealias Samples = RoutingSamples

    static let now = Timestamp(seconds: 1_760_000_000)

    func scene(
        _ payment: RoutedPayment = Samples.payment(),
        accounts: [MerchantAccount] = [Samples.first, Samples.second, Samples.third],
        ill: [MerchantAccount] = [],
        served: [String: Capabilities] = [:],
        able: [MerchantAccountID: Capabilities] = [:]
    ) -> RoutingScene {
        let ill = Set(ill.map(\.id))
        return RoutingScene(
            payment,
            accounts: accounts,
            capabilities: { account in
                let name = account.vendor.name
                guard name != "gone" else { return nil }
                return able[account.id] ?? served[name] ?? Samples.capabilities()
            },
            health: { account in
                guard ill.contains(account) else { return .unknown }
                return HealthReading(
                    state: .open,
                    admission: .refused(until: Self.now + .seconds(30)),
                    window: .init()
                )
            },
            now: Self.now
        )
    }

    func table(_ rules: RoutingRule...) -> RoutingTable { RoutingTable(version: 7, rules: rules) }

    func reasons(_ decision: RoutingDecision) -> [SkipReason] { decision.skipped.map(\.reason) }

    @Test func `a rule's targets become candidates in order, with the rule and its version`() {
        let decision = scene().decision(
            by: table(
                Samples.rule("a", to: [(Samples.second, 1), (Samples.first, 0)], cascades: true)
            )
        )
        #expect(decision.basis == .rule)
        #expect(decision.rule == "a")
        #expect(decision.version == 7)
        #expect(decision.cascades)
        #expect(decision.candidates.map(\.account) == [Samples.second.id, Samples.first.id])
        #expect(decision.candidates.map(\.weight) == [1, 0])
        #expect(decision.skipped.isEmpty)
    }

    @Test func `an ill target is left out, and the next one takes the payment`() {
        let decision = scene(ill: [Samples.first]).decision(
            by: table(Samples.rule("a", to: [(Samples.first, 1), (Samples.second, 0)]))
        )
        #expect(decision.candidates.map(\.account) == [Samples.second.id])
        #expect(reasons(decision) == [.ill(until: Self.now + .seconds(30))])
    }

    @Test func `every target that cannot take the payment is left out by its own reason`() {
        let gone = Samples.account(9, at: "gone")
        let resting = Samples.account(8, at: "rest", isActive: false)
        let removed = Samples.account(7, at: "removed")
        let decision = scene(
            Samples.payment(2_000_000),
            accounts: [Samples.first, Samples.second, gone, resting],
            served: ["acme": Samples.capabilities(kinds: [.pix])]
        ).decision(
            by: table(
                Samples.rule(
                    "a",
                    to: [
                        (removed, 0), (gone, 0), (resting, 0), (Samples.first, 0),
                        (Samples.second, 0),
                    ]
                )
            )
        )
        #expect(decision.candidates.isEmpty)
        #expect(
            reasons(decision) == [
                .unknownAccount, .vendorNotServed, .inactive, .notSupported(.methodKind),
                .notSupported(.amount),
            ]
        )
        #expect(decision.failure == .noAccount)
    }

    @Test func `a manual capture goes to no vendor that cannot hold`() {
        var payment = Samples.payment()
        let rule = Samples.rule("a", to: [(Samples.first, 0), (Samples.second, 0)])
        let served = ["acme": Samples.capabilities(manualCapture: false)]
        payment.captureMethod = .manual
        let manual = scene(payment, served: served).decision(by: table(rule))
        #expect(manual.candidates.map(\.account) == [Samples.second.id])
        #expect(reasons(manual) == [.notSupported(.manualCapture)])
        payment.captureMethod = nil
        let any = scene(payment, served: served).decision(by: table(rule))
        #expect(any.candidates.map(\.account) == [Samples.first.id, Samples.second.id])
    }

    @Test func `of two accounts of a vendor the one that may hold takes a manual capture`() {
        var payment = Samples.payment()
        payment.captureMethod = .manual
        let other = Samples.account(9, at: Samples.first.vendor.name)
        let decision = scene(
            payment,
            accounts: [Samples.first, other],
            able: [Samples.first.id: Samples.capabilities(manualCapture: false)]
        ).decision(by: table(Samples.rule("a", to: [(Samples.first, 0), (other, 0)])))
        #expect(decision.candidates.map(\.account) == [other.id])
        #expect(reasons(decision) == [.notSupported(.manualCapture)])
    }

    @Test func `no later rule is asked when the one that decides has nobody`() {
        let decision = scene(ill: [Samples.first]).decision(
            by: table(
                Samples.rule("cards", .init(methodKinds: [.card]), to: [(Samples.first, 1)]),
                Samples.rule("rest", to: [(Samples.second, 1)])
            )
        )
        #expect(decision.rule == "cards")
        #expect(decision.candidates.isEmpty)
        #expect(decision.failure == .vendorsIll(retryAfter: .seconds(30)))
    }

    @Test func `a payment that no rule takes has no route`() {
        let decision = scene().decision(
            by: table(Samples.rule("euro", .init(currencies: [.eur])))
        )
        #expect(decision.rule == nil)
        #expect(decision.failure == .noRoute)
    }

    @Test func `without routes the default takes it, and the others are named`() {
        let main = Samples.account(4, at: "acme", isDefault: true)
        let decision = scene(accounts: [Samples.second, main]).decisionWithoutRoutes()
        #expect(decision.basis == .account)
        #expect(decision.candidates.map(\.account) == [main.id])
        #expect(reasons(decision) == [.notDefault])
    }

    @Test func `several accounts without a default are ambiguous`() {
        let decision = scene(accounts: [Samples.first, Samples.second]).decisionWithoutRoutes()
        #expect(decision.candidates.isEmpty)
        #expect(decision.failure == .ambiguousAccount)
    }

    @Test func `an ill default is not replaced by accounts that nobody chose`() {
        let main = Samples.account(4, at: "acme", isDefault: true)
        let decision = scene(accounts: [main, Samples.second], ill: [main]).decisionWithoutRoutes()
        #expect(decision.candidates.isEmpty)
        #expect(decision.failure == .vendorsIll(retryAfter: .seconds(30)))
    }

    @Test func `a named vendor is taken whatever it can, and asked to refuse by itself`() throws {
        let vendor = try #require(VendorID("acme"))
        let decision = scene(served: ["acme": Samples.capabilities(kinds: [.pix])])
            .decision(naming: vendor)
        #expect(decision.basis == .provider)
        #expect(decision.candidates.map(\.account) == [Samples.first.id])
        let stranger = try #require(VendorID("nobody"))
        #expect(scene().decision(naming: stranger).failure == .noAccount)
    }
}
