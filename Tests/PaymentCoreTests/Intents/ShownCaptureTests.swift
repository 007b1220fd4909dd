import PaymentCore
import TestKit
import Testing

/// What vendors tell that show every capture by itself.
@Suite struct ShownCaptureTests {
    private let gateway = MemoryGateway()
    private let capabilities = Capabilities(
        operations: [.capture, .refund],
        methodKinds: [.card],
        manualCapture: true,
        partialCapture: true,
        multiCapture: .always,
        partialRefund: true
    )

    /// A hold of 1000.
    private func held() async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                captureMethod: .manual,
                method: .card
            ),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private var asking: Asking {
        Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
    }

    /// A capture that was asked for and not answered yet.
    private func ask(_ amount: Int64, of payment: inout Payment) throws -> Attempt {
        let asking = asking
        try payment.askCapture(
            asking,
            amount: amount,
            isFinal: false,
            capabilities: capabilities
        )
        return try #require(payment.attempt(asking.attempt))
    }

    private func snapshot(
        _ payment: Payment,
        _ captures: [CaptureSnapshot],
        _ status: PaymentSnapshot.Status = .authorized
    ) -> VendorSnapshot {
        var captured: Int64 = 0
        var claimed: Int64 = 0
        for capture in captures {
            switch capture.status {
            case .succeeded: captured += capture.amount
            case .pending: claimed += capture.amount
            case .refused: break
            }
        }
        return .payment(
            PaymentSnapshot(
                reference: payment.intent.reference ?? "",
                attempt: payment.attempts.first?.id,
                status: status,
                amount: payment.intent.amount,
                capturable: status == .authorized ? 1_000 - captured - claimed : 0,
                captured: captured,
                captures: captures
            )
        )
    }

    private func shown(
        _ reference: String,
        _ attempt: Attempt?,
        _ amount: Int64,
        _ status: CaptureSnapshot.Status = .succeeded
    ) -> CaptureSnapshot {
        CaptureSnapshot(
            reference: reference,
            capture: attempt.map { CaptureID($0.movement) },
            amount: amount,
            status: status
        )
    }

    @Test func `each capture gets its own reference, and refunds take from each its own`()
        async throws
    {
        var payment = try await held()
        let first = try ask(300, of: &payment)
        let second = try ask(500, of: &payment)
        let receipt = VendorReceipt(reference: "c2", amount: 500)
        payment.answer(second.id, with: .succeeded(receipt), capture: asking)
        let told = snapshot(payment, [shown("c1", first, 300), shown("c2", second, 500)])
        payment.observe(told, asking)
        #expect(payment.attempt(first.id)?.state == .succeeded)
        #expect(payment.captures.map(\.reference) == ["c1", "c2"])
        #expect(payment.intent.captured == 800)
        #expect(payment.intent.capturable == 200)
        #expect(!payment.intent.hasDiscrepancy)
        var later = Payment(stored: payment.intent, attempts: payment.attempts)
        let isNews = later.observe(told, asking)
        #expect(!isNews)
        try later.askRefund(asking, amount: nil, reason: nil, capabilities: capabilities)
        #expect(
            later.refunds.map(\.shares) == [
                [
                    CaptureShare(reference: "c1", amount: 300),
                    CaptureShare(reference: "c2", amount: 500),
                ]
            ]
        )
    }

    @Test func `a capture that is on its way is not taken for another of its amount`() async throws
    {
        var payment = try await held()
        let own = try ask(300, of: &payment)
        let told = snapshot(payment, [shown("theirs", nil, 300)])
        #expect(!payment.awaitsCaptures(told))
        payment.observe(told, asking)
        #expect(payment.attempt(own.id)?.state == .asked)
        #expect(payment.captures.map(\.origin) == [.gateway, .vendor])
        #expect(payment.intent.captured == 300)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `two captures of the dashboard stay two`() async throws {
        var payment = try await held()
        let told = snapshot(payment, [shown("c1", nil, 300), shown("c2", nil, 200)])
        payment.observe(told, asking)
        payment.observe(told, asking)
        #expect(payment.captures.map(\.reference) == ["c1", "c2"])
        #expect(payment.captures.map(\.movedAmount) == [300, 200])
        #expect(payment.intent.captured == 500)
    }

    @Test func `what was booked by its sum is not booked again by its name`() async throws {
        var payment = try await held()
        payment.observe(
            .payment(
                PaymentSnapshot(
                    reference: payment.intent.reference ?? "",
                    attempt: nil,
                    status: .authorized,
                    amount: payment.intent.amount,
                    capturable: 500,
                    captured: 500
                )
            ),
            asking
        )
        payment.observe(
            snapshot(payment, [shown("c1", nil, 300), shown("c2", nil, 200)]),
            asking
        )
        #expect(payment.intent.captured == 500)
        #expect(payment.captures.count == 1)
    }

    @Test func `a capture that waited and was refused gives back what it had reserved`()
        async throws
    {
        var payment = try await held()
        let own = try ask(300, of: &payment)
        payment.answer(own.id, with: .unknown(.timeout), capture: asking)
        payment.observe(snapshot(payment, [shown("c1", own, 300, .pending)]), asking)
        #expect(payment.attempt(own.id)?.state == .pending)
        #expect(payment.attempt(own.id)?.reference == "c1")
        payment.observe(snapshot(payment, [shown("c1", own, 300, .refused(code: "NO"))]), asking)
        guard case .rejected(let rejection) = payment.attempt(own.id)?.state else {
            Issue.record("\(String(describing: payment.attempt(own.id)?.state))")
            return
        }
        #expect(rejection.code == "NO")
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.state == .authorized)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a refused capture that has ended its hold leaves nothing to capture`() async throws
    {
        var payment = try await held()
        let own = try ask(300, of: &payment)
        let refused = shown("c1", own, 300, .refused(code: "NO"))
        payment.observe(snapshot(payment, [refused], .voided), asking)
        #expect(payment.attempt(own.id)?.state.isOpen == false)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.state == .voided)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a capture taken for not done that shows all the same is booked and flagged`()
        async throws
    {
        var payment = try await held()
        let own = try ask(300, of: &payment)
        payment.answer(own.id, with: .notDone(.unreachable), capture: asking)
        payment.observe(snapshot(payment, [shown("c1", own, 300)]), asking)
        #expect(payment.attempt(own.id)?.state == .succeeded)
        #expect(payment.intent.captured == 300)
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test(arguments: [true, false])
    func `each capture of a further payment is booked once, as it is shown`(
        wasSum: Bool
    ) async throws {
        var payment = try await held()
        func told(_ captures: [CaptureSnapshot], sum: Int64) -> VendorSnapshot {
            .payment(
                PaymentSnapshot(
                    reference: "second",
                    attempt: payment.attempts.first?.id,
                    status: .captured,
                    amount: payment.intent.amount,
                    capturable: 0,
                    captured: sum,
                    captureReference: captures.count == 1 ? captures[0].reference : nil,
                    captures: captures
                )
            )
        }
        let (first, second) = (shown("c1", nil, 400), shown("c2", nil, 600))
        payment.observe(told(wasSum ? [] : [first], sum: 400), asking)
        for _ in 0..<2 {
            payment.observe(told([first, second], sum: 1_000), asking)
            #expect(payment.intent.captured == 1_000)
        }
        #expect(payment.captures.map(\.movedAmount) == [400, 600])
        #expect(payment.captures.map(\.reference) == [wasSum ? "second" : "c1", "c2"])
        #expect(payment.intent.capturable == 1_000, "the first one still holds")
    }
}
