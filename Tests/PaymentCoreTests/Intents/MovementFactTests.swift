import PaymentCore
import TestKit
import Testing

/// What vendors tell of single requests, after they had only accepted them.
@Suite struct MovementFactTests {
    private let identifiers = SequentialIdentifiers()
    private let now = Timestamp(seconds: 1_735_689_600)
    private let able = BookkeepingVendor().capabilities

    private var asking: Asking {
        Asking(
            attempt: identifiers.make(),
            movement: identifiers.next(),
            actor: .system,
            now: now
        )
    }

    private func asked(_ captureMethod: Intent.CaptureMethod = .manual) throws -> Payment {
        var payment = Payment(
            new: IntentDraft(
                amount: Money(1_000, .usd),
                captureMethod: captureMethod,
                method: Intent.Method(kind: .card)
            ),
            id: identifiers.make(),
            at: now
        )
        try payment.askAuthorization(
            asking,
            vendor: VendorID(known: "acme"),
            account: identifiers.make(),
            method: Intent.Method(kind: .card),
            fx: nil,
            capabilities: able
        )
        return payment
    }

    private func held(_ captureMethod: Intent.CaptureMethod = .manual) throws -> Payment {
        var payment = try asked(captureMethod)
        let receipt = VendorReceipt(reference: "PAY", amount: 1_000, multiCapture: true)
        payment.answer(
            try #require(payment.lastAttempt).id,
            with: .succeeded(receipt),
            capture: asking
        )
        return payment
    }

    /// Asks for a capture; the vendor accepts it under `reference`, or its answer is missing.
    private func capture(
        _ amount: Int64,
        of payment: inout Payment,
        acceptedAs reference: String?
    ) throws -> AttemptID {
        try payment.askCapture(asking, amount: amount, isFinal: false, capabilities: able)
        return try accept(&payment, reference)
    }

    private func accept(_ payment: inout Payment, _ reference: String?) throws -> AttemptID {
        let id = try #require(payment.lastAttempt).id
        if let reference {
            payment.answer(
                id,
                with: .pending(VendorReceipt(reference: reference)),
                capture: asking
            )
        }
        return id
    }

    private func told(
        _ kind: MovementSnapshot.Kind,
        _ reference: String,
        _ status: MovementSnapshot.Status = .succeeded,
        _ amount: Int64 = 1_000,
        attempt: AttemptID? = nil,
        of payment: String = "PAY"
    ) -> VendorSnapshot {
        .movement(
            MovementSnapshot(
                kind,
                reference: reference,
                paymentReference: payment,
                attempt: attempt,
                status: status,
                amount: Money(amount, .usd)
            )
        )
    }

    @Test func `each of several captures is answered by its own notification`() throws {
        var payment = try held()
        let first = try capture(300, of: &payment, acceptedAs: "CAP1")
        let second = try capture(300, of: &payment, acceptedAs: "CAP2")
        payment.observe(told(.capture, "CAP2", .succeeded, 300), asking)
        #expect(payment.attempt(first)?.state == .pending)
        #expect(payment.attempt(second)?.state == .succeeded)
        payment.observe(told(.capture, "CAP1", .succeeded, 300), asking)
        #expect(payment.intent.captured == 600)
        #expect(payment.intent.capturable == 400)
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.state == .partiallyCaptured)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a capture that fails gives its reservation back`() throws {
        var payment = try held()
        let id = try capture(300, of: &payment, acceptedAs: "CAP1")
        payment.observe(told(.capture, "CAP1", .failed(code: "no_balance"), 300), asking)
        guard case .rejected(let rejection) = payment.attempt(id)?.state else {
            Issue.record("\(String(describing: payment.attempt(id)?.state))")
            return
        }
        #expect(rejection.reason == .wrongState)
        #expect(rejection.code == "no_balance")
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.state == .authorized)
    }

    @Test(arguments: [true, false])
    func `a notification that overtakes the answer finds its attempt`(echoes: Bool) throws {
        var payment = try held()
        let id = try capture(300, of: &payment, acceptedAs: nil)
        let authorization = try #require(payment.attempts.first).id
        payment.observe(
            told(.capture, "CAP1", .succeeded, 300, attempt: echoes ? id : authorization),
            asking
        )
        #expect(payment.attempt(id)?.state == .succeeded)
        #expect(payment.attempt(id)?.reference == "CAP1")
        let isNews = payment.answer(
            id,
            with: .pending(VendorReceipt(reference: "CAP1")),
            capture: asking
        )
        #expect(!isNews)
        #expect(payment.captures.count == 1)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a capture of another amount is not taken for ours`() throws {
        var payment = try held()
        let id = try capture(300, of: &payment, acceptedAs: nil)
        payment.observe(told(.capture, "DASH", .succeeded, 200), asking)
        #expect(payment.attempt(id)?.state == .asked)
        #expect(payment.captures.map(\.origin) == [.gateway, .vendor])
        #expect(payment.intent.hasDiscrepancy)
        #expect(payment.intent.captured == 200)
    }

    @Test func `what is told twice is booked once`() throws {
        var payment = try held()
        for _ in 0..<2 {
            payment.observe(told(.capture, "DASH", .succeeded, 200), asking)
            payment.observe(told(.refund, "RFD", .succeeded, 100), asking)
        }
        #expect(payment.intent.captured == 200)
        #expect(payment.intent.refunded == 100)
    }

    @Test func `the capture of a sale needs no asking`() throws {
        var payment = try held(.automatic)
        #expect(payment.intent.state == .authorized)
        payment.observe(told(.capture, "CAP1"), asking)
        #expect(payment.intent.state == .captured)
        #expect(payment.captures.map(\.reference) == ["CAP1"])
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a capture that overtakes its authorization brings it along`() throws {
        var payment = try asked(.automatic)
        let id = try #require(payment.lastAttempt).id
        payment.observe(told(.capture, "CAP1", attempt: id), asking)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.reference == "PAY")
        #expect(payment.captures.map(\.reference) == ["CAP1"])
    }

    @Test(arguments: ["CAP1", "LATER"])
    func `a capture that is taken back leaves the books and asks for a person`(
        reference: String
    ) throws {
        var payment = try held()
        let id = try capture(1_000, of: &payment, acceptedAs: "CAP1")
        payment.observe(told(.capture, "CAP1"), asking)
        payment.observe(told(.capture, reference, .reversed(code: "scheme")), asking)
        #expect(payment.attempt(id)?.state == .reversed(code: "scheme"))
        #expect(payment.intent.captured == 0)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `one of two captures taken back leaves the other`() throws {
        var payment = try held()
        _ = try capture(300, of: &payment, acceptedAs: "CAP1")
        _ = try capture(200, of: &payment, acceptedAs: "CAP2")
        payment.observe(told(.capture, "CAP1", .succeeded, 300), asking)
        payment.observe(told(.capture, "CAP2", .succeeded, 200), asking)
        payment.observe(told(.capture, "CAP1", .reversed(code: "scheme"), 300), asking)
        #expect(payment.intent.captured == 200)
        #expect(payment.intent.state == .partiallyCaptured)
    }

    @Test func `a void ends as the vendor says`() throws {
        var payment = try held()
        let isAsked = try payment.askVoid(asking, reason: nil, capabilities: able)
        #expect(isAsked)
        let refused = try accept(&payment, "VOID1")
        payment.observe(told(.void, "VOID1", .failed(code: "captured")), asking)
        #expect(payment.attempt(refused)?.state.name == "rejected")
        #expect(!payment.intent.isReleasing)
        #expect(payment.intent.state == .authorized)
        _ = try payment.askVoid(asking, reason: nil, capabilities: able)
        let done = try accept(&payment, nil)
        payment.observe(told(.void, "VOID2"), asking)
        #expect(payment.attempt(done)?.state == .succeeded)
        #expect(payment.intent.state == .voided)
        #expect(payment.intent.capturable == 0)
    }

    @Test(arguments: [
        (MovementSnapshot.Kind.void, IntentState.voided), (.expiry, .expired),
    ])
    func `a hold released at the vendor is let go`(
        kind: MovementSnapshot.Kind,
        state: IntentState
    ) throws {
        var payment = try held()
        payment.observe(told(kind, "X", .failed(code: "no")), asking)
        #expect(payment.intent.state == .authorized)
        payment.observe(told(kind, "X"), asking)
        #expect(payment.intent.state == state)
        #expect(payment.intent.capturable == 0)
    }

    @Test func `the rest of a partly captured hold can run out`() throws {
        var payment = try held()
        _ = try capture(300, of: &payment, acceptedAs: "CAP1")
        payment.observe(told(.capture, "CAP1", .succeeded, 300), asking)
        payment.observe(told(.expiry, "EXP", .succeeded, 700), asking)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 300)
        #expect(payment.intent.capturable == 0)
    }

    @Test(arguments: [(Int64(700), "pending"), (1_000, "rejected")])
    func `an accepted capture ends with its hold only when all of the hold ran out`(
        amount: Int64,
        state: String
    ) throws {
        var payment = try held()
        let capture = try capture(300, of: &payment, acceptedAs: "CAP1")
        payment.observe(told(.expiry, "EXP", .succeeded, amount), asking)
        #expect(payment.attempt(capture)?.state.name == state)
        #expect(payment.intent.captureReserved == (state == "pending" ? 300 : 0))
        #expect(payment.intent.capturable == 0)
        payment.observe(told(.capture, "CAP1", .succeeded, 300), asking)
        #expect(payment.intent.captured == 300)
        #expect(payment.intent.hasDiscrepancy == (state == "rejected"))
    }

    @Test func `a refund ends as the vendor says, and may come back`() throws {
        var payment = try held(.automatic)
        payment.observe(told(.capture, "CAP1"), asking)
        try payment.askRefund(asking, amount: 400, reason: nil, capabilities: able)
        let first = try accept(&payment, "RFD1")
        payment.observe(told(.refund, "RFD1", .failed(code: "no_balance"), 400), asking)
        #expect(payment.attempt(first)?.state.name == "rejected")
        #expect(payment.intent.refundReserved == 0)
        try payment.askRefund(asking, amount: 400, reason: nil, capabilities: able)
        let second = try accept(&payment, nil)
        payment.observe(told(.refund, "RFD2", .succeeded, 400), asking)
        #expect(payment.attempt(second)?.state == .succeeded)
        #expect(payment.refunds.count == 2)
        #expect(payment.intent.state == .partiallyRefunded)
        payment.observe(told(.refund, "RFD2", .reversed(code: "returned"), 400), asking)
        #expect(payment.intent.refunded == 0)
        #expect(payment.intent.state == .captured)
    }

    @Test func `an earlier try's movements leave the present one alone`() throws {
        var payment = try held()
        for kind in MovementSnapshot.Kind.allCases {
            payment.observe(told(kind, "OTHER", .succeeded, 1_000, of: "EARLIER"), asking)
        }
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.captured == 0)
    }

    @Test func `a movement in another currency is for a person`() throws {
        var payment = try held()
        payment.observe(
            .movement(
                MovementSnapshot(
                    .capture,
                    reference: "CAP1",
                    paymentReference: "PAY",
                    attempt: nil,
                    status: .succeeded,
                    amount: Money(1_000, .eur)
                )
            ),
            asking
        )
        #expect(payment.intent.captured == 0)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `what is let go needs no amount`() throws {
        var payment = try held()
        payment.observe(
            .movement(
                MovementSnapshot(
                    .void,
                    reference: "VOID1",
                    paymentReference: "PAY",
                    attempt: nil,
                    status: .succeeded,
                    amount: Money(0, .eur)
                )
            ),
            asking
        )
        #expect(payment.intent.state == .voided)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `one card refused on a page leaves the page to the payer`() throws {
        var payment = try asked()
        let id = try #require(payment.lastAttempt).id
        payment.answer(
            id,
            with: .requiresAction(.redirect(url: "https://page"), .init(reference: "SESSION")),
            capture: asking
        )
        let refused = PaymentSnapshot(
            reference: "TRY1",
            attempt: id,
            status: .declined(Decline(.soft, code: "2")),
            amount: Money(1_000, .usd),
            capturable: 0,
            captured: 0
        )
        payment.observe(.payment(refused), asking)
        #expect(payment.intent.state == .requiresAction)
        var own = refused
        own.reference = "SESSION"
        payment.observe(.payment(own), asking)
        #expect(payment.intent.state == .requiresPaymentMethod)
    }
}
