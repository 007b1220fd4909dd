import PaymentCore
import TestKit
import Testing

/// What vendors tell by themselves: late, early, twice, in the wrong order, or of things that we
/// never asked for.
@Suite struct VendorFactTests {
    let gateway = MemoryGateway()

    func held() async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    var asking: Asking {
        Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
    }

    func snapshot(
        _ payment: Payment,
        _ status: PaymentSnapshot.Status,
        capturable: Int64 = 0,
        captured: Int64 = 0
    ) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: payment.intent.reference ?? "",
                attempt: payment.attempts.first?.id,
                status: status,
                amount: payment.intent.amount,
                capturable: capturable,
                captured: captured
            )
        )
    }

    func refund(
        _ payment: Payment,
        _ reference: String,
        _ status: RefundSnapshot.Status,
        _ amount: Int64,
        attempt: AttemptID? = nil
    ) -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: reference,
                paymentReference: payment.intent.reference ?? "",
                attempt: attempt,
                status: status,
                amount: Money(amount, .usd)
            )
        )
    }

    @Test(arguments: [PaymentSnapshot.Status.voided, .expired])
    func `a capture that was only accepted ends with its hold, and counts when it is told of`(
        _ status: PaymentSnapshot.Status
    ) async throws {
        var payment = try await held()
        try payment.askCapture(
            asking,
            amount: nil,
            isFinal: true,
            capabilities: gateway.vendor.capabilities
        )
        let capture = try #require(payment.lastAttempt?.id)
        payment.answer(
            capture,
            with: .pending(VendorReceipt(reference: "c")),
            capture: asking
        )
        payment.observe(snapshot(payment, status), asking)
        guard case .rejected(let rejection) = payment.attempt(capture)?.state else {
            Issue.record("\(String(describing: payment.attempt(capture)?.state))")
            return
        }
        #expect(rejection.reason == .authorizationExpired)
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.state == (status == .voided ? .voided : .expired))
        payment.observe(snapshot(payment, .captured, captured: 1_000), asking)
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `an older state never overwrites a later one`() async throws {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 600), asking)
        #expect(payment.intent.state == .captured)
        var later = Payment(stored: payment.intent, attempts: payment.attempts)
        for stale in [
            snapshot(payment, .authorized, capturable: 1_000), snapshot(payment, .processing),
            snapshot(payment, .requiresAction(nil)), snapshot(payment, .open),
            snapshot(payment, .declined(Decline(.soft, code: "late"))),
        ] {
            let isNews = later.observe(stale, asking)
            #expect(!isNews)
        }
        #expect(later.intent == payment.intent)
    }

    @Test func `a capture that nobody asked for is booked and flagged`() async throws {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 1_200), asking)
        #expect(payment.intent.captured == 1_200)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.hasDiscrepancy)
        #expect(payment.captures.map(\.origin) == [.vendor])
        #expect(payment.facts.map(\.type).contains(.discrepancyFound))
    }

    @Test func `a payment made twice under one attempt is booked twice, flagged, and no more`()
        async throws
    {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 1_000), asking)
        let asked = payment.attempts.first?.id
        let second = VendorSnapshot.payment(
            PaymentSnapshot(
                reference: "second",
                attempt: asked,
                status: .captured,
                amount: Money(1_000, .usd),
                capturable: 0,
                captured: 1_000
            )
        )
        payment.observe(second, asking)
        #expect(payment.intent.captured == 2_000)
        #expect(payment.intent.hasDiscrepancy)
        #expect(payment.captures.last?.reference == "second")
        var later = Payment(stored: payment.intent, attempts: payment.attempts)
        let isNews = later.observe(second, asking)
        #expect(!isNews)
    }

    @Test func `a hold that ends at the vendor expires or is voided`() async throws {
        var expired = try await held()
        var voided = expired
        expired.observe(snapshot(expired, .expired), asking)
        #expect(expired.intent.state == .expired)
        #expect(expired.intent.capturable == 0)
        voided.observe(snapshot(voided, .voided), asking)
        #expect(voided.intent.state == .voided)
    }

    @Test func `a refund of the dashboard is booked once`() async throws {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 1_000), asking)
        let told = refund(payment, "re_1", .succeeded, 400)
        payment.observe(told, asking)
        payment.observe(told, asking)
        #expect(payment.intent.refunded == 400)
        #expect(payment.intent.state == .partiallyRefunded)
        #expect(payment.refunds.count == 1)
    }

    @Test func `a refund of the dashboard that names its capture leaves less of it`() async throws {
        var payment = try await held()
        let attempt = payment.attempts.first?.id
        payment.observe(
            .payment(
                PaymentSnapshot(
                    reference: payment.intent.reference ?? "",
                    attempt: attempt,
                    status: .captured,
                    amount: payment.intent.amount,
                    capturable: 0,
                    captured: 1_000,
                    captureReference: "capture_1"
                )
            ),
            asking
        )
        let told = RefundSnapshot(
            reference: "re_1",
            paymentReference: "capture_1",
            attempt: attempt,
            status: .succeeded,
            amount: Money(400, .usd)
        )
        payment.observe(.refund(told), asking)
        payment.observe(.refund(told), asking)
        #expect(payment.intent.refunded == 400)
        try payment.askRefund(
            asking,
            amount: nil,
            reason: nil,
            capabilities: Capabilities(
                operations: [.refund],
                methodKinds: [.card],
                partialRefund: true
            )
        )
        let shares = payment.refunds.map(\.shares)
        #expect(
            shares == [
                [CaptureShare(reference: "capture_1", amount: 400)],
                [CaptureShare(reference: "capture_1", amount: 600)],
            ]
        )
    }

    @Test func `a refund of another payment's capture is not booked`() async throws {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 1_000), asking)
        let told = RefundSnapshot(
            reference: "re_1",
            paymentReference: "capture_of_another",
            attempt: nil,
            status: .succeeded,
            amount: Money(400, .usd)
        )
        payment.observe(.refund(told), asking)
        #expect(payment.intent.refunded == 0)
    }

    @Test func `refunds past the capture are booked and flagged`() async throws {
        var payment = try await held()
        payment.observe(snapshot(payment, .captured, captured: 1_000), asking)
        payment.observe(refund(payment, "re_1", .succeeded, 900), asking)
        payment.observe(refund(payment, "re_2", .succeeded, 900), asking)
        #expect(payment.intent.refunded == 1_800)
        #expect(payment.intent.state == .refunded)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a refund that fails after it succeeded gives the money back`() async throws {
        let payment = try await held()
        _ = try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: nil,
            isFinal: true,
            under: gateway.key("c"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let answer = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: 300,
            reason: nil,
            under: gateway.key("r"),
            for: gateway.caller,
            in: gateway.tenant
        )
        var refunded = try #require(answer.payment)
        let attempt = try #require(refunded.refunds.first)
        let reference = try #require(attempt.reference)
        refunded.observe(
            refund(refunded, reference, .failed(code: "lost_card"), 300, attempt: attempt.id),
            asking
        )
        #expect(refunded.intent.refunded == 0)
        #expect(refunded.intent.state == .captured)
        #expect(refunded.refunds.first?.state == .reversed(code: "lost_card"))
    }

    @Test func `money on an attempt that had been declined is booked and flagged`() async throws {
        gateway.vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        var payment = try await held()
        #expect(payment.intent.state == .requiresPaymentMethod)
        payment.observe(
            .payment(
                PaymentSnapshot(
                    reference: "pay-late",
                    attempt: payment.attempts.first?.id,
                    status: .authorized,
                    amount: payment.intent.amount,
                    capturable: 1_000,
                    captured: 0
                )
            ),
            asking
        )
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.hasDiscrepancy)
    }

    /// What is captured, told from before the second of two captures: the first, as it happens.
    @Test func `a sum that may hold a capture on its way is not booked beside it`() async throws {
        var payment = try await held()
        let capabilities = BookkeepingVendor().capabilities
        let (first, second) = (asking, asking)
        try payment.askCapture(first, amount: 500, isFinal: false, capabilities: capabilities)
        payment.answer(first.attempt, with: .unknown(.timeout), capture: asking)
        try payment.askCapture(second, amount: 400, isFinal: false, capabilities: capabilities)
        let receipt = VendorReceipt(reference: "cap_2", amount: 400)
        payment.answer(second.attempt, with: .succeeded(receipt), capture: asking)

        let old = snapshot(payment, .authorized, capturable: 500, captured: 500)
        #expect(payment.awaitsCaptures(old))
        payment.observe(old, asking)
        #expect(payment.intent.captured == 400)
        #expect(payment.captures.count == 2, "none beside ours")

        let new = snapshot(payment, .authorized, capturable: 100, captured: 900)
        #expect(!payment.awaitsCaptures(new))
        payment.observe(new, asking)
        #expect(payment.attempt(first.attempt)?.state == .succeeded)
        #expect(payment.intent.captured == 900)
        #expect(!payment.intent.hasDiscrepancy)
    }
}
