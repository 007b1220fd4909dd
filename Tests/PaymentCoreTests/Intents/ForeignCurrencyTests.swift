import PaymentCore
import TestKit
import Testing

/// What vendors tell in another currency than the payment's.
@Suite struct ForeignCurrencyTests {
    private let facts = VendorFactTests()

    @Test(arguments: [PaymentSnapshot.Status.authorized, .captured])
    func `money in another currency is not believed`(
        _ status: PaymentSnapshot.Status
    ) async throws {
        facts.gateway.vendor.failNext(.answerLost)
        var payment = try await facts.held()
        let known = payment.intent
        let told = VendorSnapshot.payment(
            PaymentSnapshot(
                reference: "pay-1",
                attempt: payment.attempts.first?.id,
                status: status,
                amount: Money(1_000, .eur),
                capturable: status == .authorized ? 1_000 : 0,
                captured: status == .captured ? 1_000 : 0
            )
        )
        payment.observe(told, facts.asking)
        #expect(payment.attempts.first?.state.isOpen == true)
        #expect(payment.intent.state == known.state)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.captured == 0)
        #expect(payment.intent.hasDiscrepancy)
        var later = Payment(stored: payment.intent, attempts: payment.attempts)
        let isNews = later.observe(told, facts.asking)
        #expect(!isNews, "flagged once")
    }

    @Test func `a refund in another currency is not believed`() async throws {
        var payment = try await facts.held()
        payment.observe(facts.snapshot(payment, .captured, captured: 1_000), facts.asking)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        let asked = facts.asking
        try payment.askRefund(
            asked,
            amount: 400,
            reason: nil,
            capabilities: facts.gateway.vendor.capabilities
        )
        for attempt in [asked.attempt, nil] {
            let told = RefundSnapshot(
                reference: "re_1",
                paymentReference: payment.intent.reference ?? "",
                attempt: attempt,
                status: .succeeded,
                amount: Money(400, .eur)
            )
            payment.observe(.refund(told), facts.asking)
        }
        #expect(payment.refunds.map(\.state) == [.asked])
        #expect(payment.intent.refunded == 0)
    }

    @Test func `what came to nothing needs no currency`() async throws {
        var payment = try await facts.held()
        let told = PaymentSnapshot(
            reference: payment.intent.reference ?? "",
            attempt: nil,
            status: .voided,
            amount: Money(0, .eur),
            capturable: 0,
            captured: 0
        )
        payment.observe(.payment(told), facts.asking)
        #expect(payment.intent.state == .voided)
        #expect(!payment.intent.hasDiscrepancy)
    }
}
