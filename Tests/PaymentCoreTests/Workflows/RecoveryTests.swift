import PaymentCore
import TestKit
import Testing

/// Lost answers, vendors out of reach, pages left alone: nothing lost, nothing doubled.
@Suite struct RecoveryTests {
    let gateway = MemoryGateway()

    func create(_ key: String = "k1") async throws -> WorkflowAnswer {
        try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    func stored(_ answer: WorkflowAnswer) async throws -> Payment {
        let id = try #require(answer.payment?.intent.id)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    @Test func `a lost answer is neither success nor failure and is found out`() async throws {
        gateway.vendor.failNext(.answerLost)
        let answer = try await create()
        #expect(answer.answer.status == 202)
        #expect(answer.payment?.intent.state == .processing)
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        let payment = try await stored(answer)
        #expect(payment.intent.state == .authorized)
        #expect(gateway.vendor.payments.count == 1)
        let replay = try await create()
        #expect(replay.isReplay)
        #expect(replay.answer.status == 200)
    }

    @Test func `a request that was lost on the way is sent again with the same key`() async throws {
        gateway.vendor.failNext(.requestLost)
        let answer = try await create()
        #expect(answer.answer.status == 202)
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .authorized)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `an unreachable vendor leaves the key open for another try`() async throws {
        gateway.vendor.failNext(.unreachable)
        let answer = try await create()
        #expect(answer.answer.status == 503)
        let again = try await create()
        #expect(again.answer.status == 200)
        #expect(again.payment?.intent.id == answer.payment?.intent.id)
        #expect(again.payment?.attempts.map(\.state.name) == ["not_done", "succeeded"])
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `a repetition that is not reached says nothing about the first`() async throws {
        gateway.vendor.failNext(.answerLost, .unreachable)
        let answer = try await create()
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .processing)
        gateway.clock.advance(by: .seconds(10))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .authorized)
    }

    @Test func `past the vendor's key window the payment is looked up, not repeated`() async throws
    {
        gateway.vendor.failNext(.answerLost)
        let answer = try await create()
        gateway.clock.advance(by: .seconds(90_000))
        let calls = gateway.vendor.calls
        try await gateway.work()
        #expect(gateway.vendor.calls == calls + 1)
        #expect(try await stored(answer).intent.state == .authorized)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test(arguments: [true, false])
    func `past the key window a hold that stands untouched shows that nothing was done`(
        isCapture: Bool
    ) async throws {
        let answer = try await create()
        let id = try #require(answer.payment?.intent.id)
        gateway.vendor.failNext(.requestLost)
        if isCapture {
            _ = try await gateway.workflows.captureIntent(
                id,
                amount: nil,
                isFinal: true,
                under: gateway.key("move"),
                for: gateway.caller,
                in: gateway.tenant
            )
        } else {
            _ = try await gateway.workflows.voidIntent(
                id,
                reason: nil,
                under: gateway.key("move"),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        #expect(try await stored(answer).lastAttempt?.state == .unknown(.timeout))
        gateway.clock.advance(by: .seconds(90_000))
        try await gateway.work()
        let payment = try await stored(answer)
        #expect(payment.lastAttempt?.state == .notDone(.unreachable))
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.captureReserved == 0)
        #expect(!payment.intent.isReleasing)
    }

    @Test func `what cannot be sent again, as its method is gone, is looked up`() async throws {
        let kept = try await gateway.workflows.saveMethod(
            token: VendorToken("tok"),
            kind: .card,
            of: nil,
            provider: nil,
            as: Creation(under: nil, for: gateway.caller) { "\($0.id)" },
            in: gateway.tenant
        )
        let method = try #require(PaymentMethodID(kept.answer.body))
        gateway.vendor.failNext(.answerLost)
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                captureMethod: .manual,
                method: .card,
                methodID: method
            ),
            under: gateway.key("k1"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(answer.payment?.intent.state == .processing)
        _ = try await gateway.workflows.detachMethod(method, in: gateway.tenant)
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .authorized)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `a page that the payer finished is noticed without a notification`() async throws {
        gateway.vendor.failNext(.requireAction)
        let answer = try await create()
        #expect(answer.payment?.intent.state == .requiresAction)
        let reference = try #require(answer.payment?.intent.reference)
        gateway.vendor.payerActs(on: reference, approves: true)
        gateway.clock.advance(by: .seconds(130))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .authorized)
    }

    @Test func `a page that nobody used is closed after a day`() async throws {
        gateway.vendor.failNext(.requireAction)
        let answer = try await create()
        gateway.clock.advance(by: .seconds(86_500))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .voided)
        #expect(gateway.vendor.payments.values.map(\.isVoided) == [true])
    }

    @Test func `a notification before our own answer changes nothing twice`() async throws {
        gateway.vendor.failNext(.answerLost)
        let answer = try await create()
        let reference = try #require(gateway.vendor.payments.keys.first)
        let snapshot = try #require(gateway.vendor.snapshot(of: reference))
        let asking = Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
        var payment = try await stored(answer)
        let isNews = payment.observe(snapshot, asking)
        #expect(isNews)
        #expect(payment.intent.state == .authorized)
        var again = Payment(stored: payment.intent, attempts: payment.attempts)
        let isNewsAgain = again.observe(snapshot, asking)
        #expect(!isNewsAgain)
    }
}
