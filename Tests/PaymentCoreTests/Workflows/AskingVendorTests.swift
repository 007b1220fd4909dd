import PaymentCore
import TestKit
import Testing

/// Vendors that ask us, that wait for our last word, and whose notifications prove nothing.
@Suite struct AskingVendorTests {
    let vendor = AskingVendor()
    let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(port: vendor)
    }

    private func open(_ key: String = "k1") async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .redirect),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        let payment = try #require(answer.payment)
        #expect(payment.intent.state == .requiresAction)
        return payment
    }

    private func ask(_ text: String) async -> String {
        let delivery = WebhookDelivery(fields: [], body: Array(text.utf8))
        let reply = await gateway.workflows.answerQuestion(delivery, of: gateway.account)
        return reply.map { String(decoding: $0.body, as: UTF8.self) } ?? "none of ours"
    }

    private func notify(
        _ text: String,
        _ type: String = "payment.changed"
    ) async throws
        -> WebhookResult
    {
        let webhook = Webhook(
            gateway.identifiers.make(),
            key: type == Webhook.unverifiedType ? "unverified:1" : "changed-\(text)",
            type: type,
            of: gateway.account,
            receivedAt: gateway.clock.now
        )
        return try await gateway.workflows.apply(
            webhook,
            WebhookDelivery(fields: [], body: Array(text.utf8))
        )
    }

    private func stored(_ payment: Payment) async throws -> Payment {
        try #require(try await gateway.store.payment(payment.intent.id, in: gateway.tenant))
    }

    @Test func `a question is answered from what was committed, and equally when repeated`()
        async throws
    {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        #expect(await ask("create v-1 \(attempt)") == "created")
        #expect(try await stored(payment).intent.state == .processing)
        #expect(await ask("create v-1 \(attempt)") == "created")
        #expect(await ask("create v-2 \(attempt)") == "busy")
        #expect(await ask("perform v-1 \(attempt)") == "performed")
        #expect(await ask("perform v-1 \(attempt)") == "performed")
        let after = try await stored(payment)
        #expect(after.intent.state == .captured)
        #expect(after.intent.captured == 1_000)
        #expect(after.captures.count == 1)
    }

    @Test func `what is about nothing of ours changes nothing`() async throws {
        let payment = try await open()
        #expect(await ask("create v-1 att_0000000000000000000000000") == "unknown")
        #expect(await ask("a b") == "malformed")
        #expect(await ask("notification") == "none of ours")
        #expect(try await stored(payment).intent.version == payment.intent.version)
    }

    @Test func `a lost commit is told as try again, and the repetition finds what happened`()
        async throws
    {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        gateway.store.loseCommits(.lostAfter)
        #expect(await ask("create v-1 \(attempt)") == "later")
        #expect(await ask("create v-1 \(attempt)") == "created")
        gateway.store.loseCommits(.lostBefore)
        #expect(await ask("perform v-1 \(attempt)") == "later")
        #expect(try await stored(payment).intent.captured == 0)
        #expect(await ask("perform v-1 \(attempt)") == "performed")
        #expect(try await stored(payment).intent.captured == 1_000)
    }

    @Test func `of many questions at once one takes the payment`() async throws {
        let attempt = try #require(try await open().lastAttempt?.id)
        let answers = await withTaskGroup(of: String.self) { group in
            for number in 0..<20 {
                group.addTask { await ask("create v-\(number) \(attempt)") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { $0 == "created" } == 1)
        #expect(answers.count { $0 == "busy" } == 19)
    }

    @Test func `a notification that proves nothing leads to asking, and our last word follows`()
        async throws
    {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        #expect(try await notify("\(attempt)") == .applied)
        #expect(try await stored(payment).intent.state == .requiresAction)
        vendor.approve(attempt)
        // Its effect is marked: the same notification is not applied again, the job finds out.
        gateway.clock.advance(by: .seconds(300))
        try await gateway.work()
        #expect(vendor.completions(of: attempt) == 1)
        let after = try await stored(payment)
        #expect(after.intent.state == .captured)
        #expect(after.captures.first?.reference == "capture-1")
    }

    @Test func `what a notification tells besides is kept, also when the state is not new`()
        async throws
    {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        vendor.approve(attempt)
        #expect(try await notify("\(attempt)") == .applied)
        let captured = try await stored(payment)
        #expect(captured.intent.state == .captured)
        #expect(try await notify("\(attempt)={\"rrn\":\"1\"}") == .applied)
        let told = try await stored(payment)
        #expect(told.intent.details == "{\"rrn\":\"1\"}")
        #expect(told.intent.eventSequence == captured.intent.eventSequence + 1)
        #expect(try await notify("\(attempt)=") == .applied)
        #expect(try await stored(payment).intent.version == told.intent.version)
    }

    @Test func `an approved payment is completed once, though the answer was lost`() async throws {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        vendor.approve(attempt)
        vendor.silence(true)
        await #expect(throws: StoreError.self) { try await notify("\(attempt)") }
        vendor.silence(false)
        #expect(try await notify("\(attempt)") == .applied)
        let after = try await stored(payment)
        #expect(after.intent.captured == 1_000)
        #expect(after.intent.hasDiscrepancy == false)
    }

    @Test func `what could not be verified is verified before it is applied`() async throws {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        vendor.approve(attempt)
        vendor.hideAuthenticity(true)
        await #expect(throws: StoreError.self) {
            try await notify("\(attempt)", Webhook.unverifiedType)
        }
        #expect(try await stored(payment).intent.state == .requiresAction)
        vendor.hideAuthenticity(false)
        #expect(try await notify("forged", Webhook.unverifiedType) == .kept)
        #expect(try await notify("\(attempt)", Webhook.unverifiedType) == .applied)
        #expect(try await stored(payment).intent.state == .captured)
    }

    @Test func `a refund names the captures that it is taken from`() async throws {
        let payment = try await open()
        let attempt = try #require(payment.lastAttempt?.id)
        vendor.approve(attempt)
        _ = try await notify("\(attempt)")
        for (key, amount) in [("r1", Int64(300)), ("r2", 700)] {
            let answer = try await gateway.workflows.refundIntent(
                payment.intent.id,
                amount: amount,
                reason: nil,
                under: gateway.key(key),
                for: gateway.caller,
                in: gateway.tenant
            )
            #expect(answer.answer.status == 200)
        }
        let after = try await stored(payment)
        #expect(after.intent.state == .refunded)
        #expect(
            after.refunds.map(\.shares) == [
                [CaptureShare(reference: "capture-1", amount: 300)],
                [CaptureShare(reference: "capture-1", amount: 700)],
            ]
        )
    }
}
