import PaymentCore
import TestKit
import Testing

/// A vendor that says again and again that it gave money back: each time the books announce it anew,
/// and each announcement ends once.
@Suite struct ClaimBookingTests {
    private let vendor = AskingVendor()
    private let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(port: vendor)
    }

    /// A payment of 1,000 that was paid by the vendor's question.
    private func paid() async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .redirect),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let payment = try #require(answer.payment)
        await ask("create", about: payment, says: "created")
        await ask("perform", about: payment, says: "performed")
        return try await stored(payment)
    }

    private func ask(_ verb: String, about payment: Payment, says answer: String) async {
        let attempt = payment.attempts[0].id
        let delivery = WebhookDelivery(fields: [], body: Array("\(verb) v-1 \(attempt)".utf8))
        let reply = await gateway.workflows.answerQuestion(delivery, of: gateway.account)
        #expect(reply.map { String(decoding: $0.body, as: UTF8.self) } == answer)
    }

    /// The vendor says that it gave back what is left, and is asked about it.
    private func claim(_ payment: Payment, isTrue: Bool) async throws {
        await ask("cancel", about: payment, says: "performed")
        try await expectSoundBooks(of: payment)
        #expect(try await stored(payment).refunds.last?.state == .pending)
        vendor.giveBack(isTrue)
        try await gateway.work()
        try await expectSoundBooks(of: payment)
    }

    private func refund(_ amount: Int64, of payment: Payment) async throws {
        let answer = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: gateway.key("r"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(answer.answer.status == 200)
    }

    private func stored(_ payment: Payment) async throws -> Payment {
        try #require(try await gateway.store.payment(payment.intent.id, in: gateway.tenant))
    }

    private func expectSoundBooks(of payment: Payment) async throws {
        var posted = PostedTransfers()
        posted.add(
            try await gateway.store.transfers(of: payment.intent.id, in: gateway.tenant)
        )
        posted.expect(try await stored(payment).intent)
    }

    @Test(arguments: [true, false])
    func `a claim that was denied is announced and ended anew`(isTrue: Bool) async throws {
        let payment = try await paid()
        try await claim(payment, isTrue: false)
        try await claim(payment, isTrue: isTrue)
        let after = try await stored(payment)
        #expect(after.refunds.map(\.state.name) == ["rejected", isTrue ? "succeeded" : "rejected"])
        #expect(after.intent.refunded == (isTrue ? 1_000 : 0))
        #expect(after.freeToRefund == (isTrue ? 0 : 1_000))
    }

    @Test func `a claim after a part was given back is of the rest`() async throws {
        let claims = ClaimedRefundTests()
        var payment = try await claims.sale()
        var posted = PostedTransfers()
        posted.add(
            try await claims.gateway.store.transfers(
                of: payment.intent.id,
                in: claims.gateway.tenant
            )
        )
        func commit(_ change: (inout Payment) throws -> Void) throws {
            try change(&payment)
            posted.add(payment.transfers())
            payment = Payment(stored: payment.intent, attempts: payment.attempts)
            posted.expect(payment.intent)
        }
        let denied = try claims.refund(payment, .failed(code: "payment_stands"))
        let (claim, rest) = (
            try claims.refund(payment, .claimed), try claims.refund(payment, .claimed, of: 600)
        )
        try commit { $0.observe(claim, claims.asking) }
        try commit { $0.observe(denied, claims.asking) }
        let part = claims.asking
        try commit {
            try $0.askRefund(
                part,
                amount: 400,
                reason: nil,
                capabilities: claims.gateway.vendor.capabilities
            )
        }
        let receipt = VendorReceipt(reference: "part-1")
        try commit { $0.answer(part.attempt, with: .succeeded(receipt), capture: claims.asking) }
        try commit { $0.observe(rest, claims.asking) }
        #expect(payment.refunds.map(\.reserved) == [1_000, 400, 600])
        let found = try claims.refund(payment, .succeeded, of: 600)
        try commit { $0.observe(found, claims.asking) }
        #expect(payment.refunds.map(\.state.name) == ["rejected", "succeeded", "succeeded"])
        #expect(payment.intent.state == .refunded)
        #expect(payment.intent.refunded == 1_000)
    }

    @Test func `what was denied leaves the payment to be refunded`() async throws {
        let payment = try await paid()
        try await claim(payment, isTrue: false)
        try await claim(payment, isTrue: false)
        try await refund(1_000, of: payment)
        try await expectSoundBooks(of: payment)
        #expect(try await stored(payment).intent.state == .refunded)
    }
}
