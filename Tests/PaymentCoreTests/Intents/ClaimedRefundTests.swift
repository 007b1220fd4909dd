import PaymentCore
import TestKit
import Testing

/// A vendor's word that it gave money back, which nothing proves: it waits for the vendor's answer.
@Suite struct ClaimedRefundTests {
    let gateway = MemoryGateway()

    var asking: Asking {
        Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
    }

    func sale() async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .card),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let payment = try #require(answer.payment)
        #expect(payment.intent.captured == 1_000)
        return payment
    }

    func refund(
        _ payment: Payment,
        _ status: RefundSnapshot.Status,
        of amount: Int64 = 1_000,
        attempt: AttemptID? = nil
    ) throws -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: "claim-1",
                paymentReference: try #require(payment.intent.reference),
                attempt: attempt,
                status: status,
                amount: Money(amount, .usd)
            )
        )
    }

    @Test func `it takes nothing back, and keeps what is left for it`() async throws {
        var payment = try await sale()
        payment.observe(try refund(payment, .claimed), asking)
        payment.observe(try refund(payment, .claimed), asking)
        #expect(payment.refunds.map(\.state) == [.pending])
        #expect(payment.refunds.map(\.origin) == [.vendor])
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.refunded == 0)
        #expect(payment.freeToRefund == 0)
        #expect(payment.intent.hasDiscrepancy == false)
        let settings = WorkflowSettings()
        guard
            case .schedule(.followPayment, _, .after) = payment.nextCheck(
                lease: .seconds(40),
                settings: settings,
                at: payment.intent.updatedAt
            )
        else {
            Issue.record("somebody must ask the vendor")
            return
        }
    }

    @Test func `the vendor's answer books it`() async throws {
        var payment = try await sale()
        payment.observe(try refund(payment, .claimed), asking)
        let claimed = try #require(payment.refunds.first?.id)
        let found = try refund(payment, .succeeded)
        payment.answer(claimed, with: .found(found), repeated: true, capture: asking)
        #expect(payment.intent.state == .refunded)
        #expect(payment.intent.refunded == 1_000)
        #expect(payment.intent.refundReserved == 0)
        #expect(payment.intent.hasDiscrepancy == false)
        #expect(payment.refunds.count == 1)
    }

    @Test func `a vendor that knows nothing of it is a discrepancy`() async throws {
        var payment = try await sale()
        payment.observe(try refund(payment, .claimed), asking)
        let claimed = try #require(payment.refunds.first?.id)
        let found = try refund(payment, .failed(code: "payment_stands"))
        payment.answer(claimed, with: .found(found), repeated: true, capture: asking)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.refunded == 0)
        #expect(payment.freeToRefund == 1_000)
        #expect(payment.intent.hasDiscrepancy)
        #expect(payment.facts.map(\.type).contains(.discrepancyFound))
    }

    /// A claim that the vendor then knew nothing of.
    private func denied() async throws -> Payment {
        var payment = try await sale()
        payment.observe(try refund(payment, .claimed), asking)
        let claimed = try #require(payment.refunds.first?.id)
        let denied = try refund(payment, .failed(code: "payment_stands"))
        payment.answer(claimed, with: .found(denied), repeated: true, capture: asking)
        return payment
    }

    @Test func `said again, it is another that waits for the vendor's answer`() async throws {
        var payment = try await denied()
        payment.observe(try refund(payment, .claimed), asking)
        payment.observe(try refund(payment, .claimed), asking)
        #expect(payment.refunds.map(\.state.name) == ["rejected", "pending"])
        #expect(payment.freeToRefund == 0)
        let claimed = try #require(payment.refunds.last?.id)
        let found = try refund(payment, .succeeded)
        payment.answer(claimed, with: .found(found), repeated: true, capture: asking)
        #expect(payment.refunds.map(\.state.name) == ["rejected", "succeeded"])
        #expect(payment.intent.state == .refunded)
        #expect(payment.intent.refundReserved == 0)
        payment.observe(try refund(payment, .claimed), asking)
        #expect(payment.refunds.count == 2, "nothing is left to be claimed")
    }

    @Test func `said again of what goes back meanwhile, it keeps nothing twice`() async throws {
        var payment = try await denied()
        try payment.askRefund(
            asking,
            amount: 400,
            reason: nil,
            capabilities: gateway.vendor.capabilities
        )
        payment.observe(try refund(payment, .claimed), asking)
        #expect(payment.refunds.map(\.reserved) == [1_000, 400, 600])
        #expect(payment.intent.refundReserved == 1_000)
    }

    @Test func `of a refund that we asked for it says nothing new`() async throws {
        var payment = try await sale()
        let asked = asking
        try payment.askRefund(
            asked,
            amount: nil,
            reason: nil,
            capabilities: gateway.vendor.capabilities
        )
        payment.observe(try refund(payment, .claimed, attempt: asked.attempt), asking)
        #expect(payment.refunds.count == 1)
        #expect(payment.intent.refundReserved == 1_000)
    }
}
