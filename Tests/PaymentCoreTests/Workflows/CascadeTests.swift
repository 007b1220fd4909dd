import PaymentCore
import TestKit
import Testing

/// Payments that one vendor did not take and another does: never both, whatever is lost between.
@Suite struct CascadeTests {
    let bolt = BookkeepingVendor("bolt")
    let coin = BookkeepingVendor("coin")
    let gateway: MemoryGateway

    init() async throws {
        gateway = MemoryGateway(others: [bolt, coin], watchesHealth: true)
        try await gateway.route(cascading: true)
    }

    static let poor = BookkeepingVendor.Fault.decline(Decline(.soft, code: "insufficient_funds"))

    func pay(
        _ key: String = "k",
        at gateway: MemoryGateway? = nil,
        capture: Intent.CaptureMethod? = nil
    ) async throws(WorkflowError) -> WorkflowAnswer {
        let gateway = gateway ?? self.gateway
        return try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: capture, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    func stored(_ answer: WorkflowAnswer) async throws -> Payment {
        let id = try #require(answer.payment?.intent.id)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    func outcomes(_ payment: Payment?) -> [String] {
        payment?.attempts.filter { $0.operation == .authorize }
            .map { "\($0.vendor) \($0.state.name)" } ?? []
    }

    // MARK: What moves on

    @Test(arguments: [Decline.Class.soft, .temporary])
    func `a decline that says nothing about the method moves on`(kind: Decline.Class) async throws {
        gateway.vendor.failNext(.decline(Decline(kind, code: "no")))
        let answer = try await pay()
        #expect(answer.answer.status == 200)
        let payment = try await stored(answer)
        #expect(outcomes(payment) == ["acme declined", "bolt succeeded"])
        #expect(payment.intent.vendor == bolt.vendor)
        #expect(payment.intent.account == gateway.accounts[1].id)
        #expect(payment.intent.state == .authorized)
        #expect(gateway.vendor.payments.isEmpty)
        #expect(bolt.payments.count == 1)
    }

    @Test func `a vendor that was not reached is passed by`() async throws {
        gateway.vendor.failNext(.unreachable)
        bolt.failNext(.unreachable)
        let answer = try await pay()
        #expect(
            outcomes(try await stored(answer)) == [
                "acme not_done", "bolt not_done", "coin succeeded",
            ]
        )
        #expect(answer.answer.status == 200)
    }

    @Test(arguments: [Decline.Class.hard, .fraud, .authenticationRequired])
    func `a decline of the method itself ends there`(kind: Decline.Class) async throws {
        gateway.vendor.failNext(.decline(Decline(kind, code: "no")))
        let answer = try await pay()
        #expect(answer.answer.status == 402)
        #expect(outcomes(try await stored(answer)) == ["acme declined"])
        #expect(bolt.calls == 0)
    }

    @Test(arguments: [BookkeepingVendor.Fault.answerLost, .requestLost])
    func `an unknown outcome never moves on`(fault: BookkeepingVendor.Fault) async throws {
        gateway.vendor.failNext(fault)
        let answer = try await pay()
        #expect(answer.answer.status == 202)
        #expect(bolt.calls + coin.calls == 0)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(outcomes(try await stored(answer)) == ["acme succeeded"])
        #expect(bolt.calls + coin.calls == 0)
    }

    @Test func `a rule that does not allow it ends at its first target`() async throws {
        try await gateway.route(cascading: false)
        gateway.vendor.failNext(Self.poor)
        #expect(try await pay().answer.status == 402)
        #expect(bolt.calls == 0)
    }

    @Test func `a named vendor and a tenant without routes do not move on`() async throws {
        let plain = MemoryGateway(others: [BookkeepingVendor("bolt")])
        plain.vendor.failNext(Self.poor)
        #expect(try await pay(at: plain).answer.status == 402)
        gateway.vendor.failNext(Self.poor)
        let named = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                method: .card,
                provider: gateway.vendor.vendor
            ),
            under: gateway.key("named"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(named.answer.status == 402)
        #expect(bolt.calls == 0)
    }

    @Test func `who has said no to all is told the last no, and the same again`() async throws {
        for vendor in [gateway.vendor, bolt, coin] { vendor.failNext(Self.poor) }
        let answer = try await pay()
        #expect(answer.answer.status == 402)
        let payment = try await stored(answer)
        #expect(outcomes(payment) == ["acme declined", "bolt declined", "coin declined"])
        #expect(payment.intent.state == .requiresPaymentMethod)
        let replay = try await pay()
        #expect(replay.isReplay)
        #expect(replay.answer == answer.answer)
        #expect([gateway.vendor.calls, bolt.calls, coin.calls] == [1, 1, 1])
    }

    @Test func `a later authorization of the intent goes by the routes anew, and moves on too`()
        async throws
    {
        for vendor in [gateway.vendor, bolt, coin] { vendor.failNext(Self.poor) }
        let declined = try await pay()
        gateway.vendor.failNext(Self.poor)
        let again = try await gateway.workflows.authorizeIntent(
            try #require(declined.payment?.intent.id),
            method: nil,
            provider: nil,
            under: gateway.key("again"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(again.payment?.intent.state == .authorized)
        #expect(outcomes(again.payment).suffix(2) == ["acme declined", "bolt succeeded"])
    }

    // MARK: Who is passed over

    @Test func `an ill candidate is passed over on the way`() async throws {
        for _ in 0..<5 { bolt.failNext(.unreachable) }
        for number in 0..<5 {
            gateway.vendor.failNext(Self.poor)
            _ = try await pay("ill \(number)")
        }
        let calls = bolt.calls
        gateway.vendor.failNext(Self.poor)
        let answer = try await pay("next")
        #expect(outcomes(try await stored(answer)) == ["acme declined", "coin succeeded"])
        #expect(bolt.calls == calls)
    }

    @Test func `a hold goes on to nobody who can only sell`() async throws {
        let seller = BookkeepingVendor(
            "seller",
            capabilities: Capabilities(
                operations: [.authorize, .refund, .lookUp],
                methodKinds: [.card],
                recovery: .lookUp
            )
        )
        let gateway = MemoryGateway(others: [seller])
        try await gateway.route(cascading: true)
        gateway.vendor.failNext(Self.poor)
        #expect(try await pay(at: gateway).answer.status == 402)
        gateway.vendor.failNext(Self.poor)
        let sale = try await pay("sale", at: gateway, capture: .automatic)
        #expect(sale.payment?.intent.state == .captured)
        #expect(sale.payment?.intent.vendor == seller.vendor)
    }

    // MARK: What is lost between

    @Test func `a process that dies at the next vendor leaves one answer for the key`() async throws
    {
        let hanging = HangingVendor(bolt)
        let gateway = MemoryGateway(others: [hanging, coin])
        try await gateway.route(cascading: true)
        gateway.vendor.failNext(Self.poor)
        let dying = Task { try await pay(at: gateway) }
        while !hanging.isHanging { await Task.yield() }
        await #expect(throws: WorkflowError.self, "the first one still runs") {
            try await pay(at: gateway)
        }
        gateway.clock.advance(by: .seconds(60))
        let early = try await pay(at: gateway)
        #expect(early.answer.status == 202, "its lease is over, its outcome is not known")
        try await gateway.work()
        let replay = try await pay(at: gateway)
        #expect(replay.answer.status == 200)
        #expect(outcomes(replay.payment) == ["acme declined", "bolt succeeded"])
        // It was only paused, and hears an answer at last.
        hanging.letGo(with: .declined(Decline(.soft, code: "late"), nil))
        #expect(try await dying.value.answer == replay.answer, "the key knows")
        #expect(bolt.payments.count == 1)
        #expect(coin.calls == 0, "what was recovered is not gone on from")
        #expect(try await pay(at: gateway).answer == replay.answer)
    }

    @Test func `who wakes up after its attempt was answered does not go on`() async throws {
        let hanging = HangingVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(port: hanging, others: [bolt])
        try await gateway.route(cascading: true)
        let paused = Task { try await pay(at: gateway) }
        while !hanging.isHanging { await Task.yield() }
        gateway.clock.advance(by: .seconds(60))
        hanging.behind.failNext(Self.poor)
        try await gateway.work()
        let told = try await pay(at: gateway)
        #expect(told.answer.status == 402)
        hanging.letGo(with: .declined(Decline(.soft, code: "late"), nil))
        #expect(try await paused.value.answer == told.answer, "the key knows")
        #expect(bolt.calls == 0, "the caller knows of a decline: nothing may follow")
        #expect(try await pay(at: gateway).answer == told.answer)
    }

    @Test(arguments: [InMemoryStore.CommitFault.lostAfter, .lostBefore])
    func `a lost reply to the commit that moves on asks the next vendor once`(
        fault: InMemoryStore.CommitFault
    ) async throws {
        let hanging = HangingVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(port: hanging, others: [bolt])
        try await gateway.route(cascading: true)
        let paying = Task { try await pay(at: gateway) }
        while !hanging.isHanging { await Task.yield() }
        gateway.store.loseCommits(fault)
        hanging.letGo(with: .declined(Decline(.soft, code: "no"), nil))
        let answer = try await paying.value
        #expect(answer.answer.status == 200)
        #expect(outcomes(answer.payment) == ["acme declined", "bolt succeeded"])
        #expect(bolt.calls == 1)
        #expect(try await pay(at: gateway).answer == answer.answer)
    }

    @Test func `events of a payment that moved on are numbered without a gap`() async throws {
        gateway.vendor.failNext(Self.poor)
        _ = try await pay()
        while try await gateway.store.publishEvents(limit: 9, in: gateway.tenant) > 0 {}
        let events = try await gateway.store.events(after: 0, limit: 100, in: gateway.tenant)
            .map(\.event).filter { $0.aggregate.hasPrefix("pay_") }
        #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
        #expect(events.map(\.type).last == EventName(.transactionAuthorized))
    }
}
