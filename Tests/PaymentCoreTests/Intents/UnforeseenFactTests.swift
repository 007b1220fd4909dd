import PaymentCore
import TestKit
import Testing

/// Facts in an order that nobody meant: they are booked where they happened and flagged, and nothing
/// that a vendor or a caller says ends the process.
@Suite struct UnforeseenFactTests {
    private let identifiers = SequentialIdentifiers()
    private let now = Timestamp(seconds: 1_735_689_600)
    let able = BookkeepingVendor().capabilities
    let acme = VendorID(known: "acme")
    let bolt = VendorID(known: "bolt")

    var asking: Asking {
        Asking(
            attempt: identifiers.make(),
            movement: identifiers.next(),
            actor: .system,
            now: now
        )
    }

    private func payment(_ method: MethodKind = .card) -> Payment {
        Payment(
            new: IntentDraft(
                amount: Money(1_000, .usd),
                captureMethod: .manual,
                method: Intent.Method(kind: method)
            ),
            id: identifiers.make(),
            at: now
        )
    }

    private func ask(
        _ payment: inout Payment,
        _ vendor: VendorID,
        answered outcome: VendorOutcome? = nil
    ) throws -> AttemptID {
        try payment.askAuthorization(
            asking,
            vendor: vendor,
            account: identifiers.make(),
            method: Intent.Method(kind: .card),
            fx: nil,
            capabilities: able
        )
        let id = try #require(payment.lastAttempt).id
        if let outcome { payment.answer(id, with: outcome, capture: asking) }
        return id
    }

    func held(_ reference: String = "PAY") -> VendorOutcome {
        .succeeded(VendorReceipt(reference: reference, amount: 1_000, multiCapture: true))
    }

    private func capture(_ amount: Int64, of payment: inout Payment) throws {
        try payment.askCapture(asking, amount: amount, isFinal: false, capabilities: able)
        let id = try #require(payment.lastAttempt).id
        payment.answer(id, with: .succeeded(VendorReceipt(reference: "CAP")), capture: asking)
    }

    func shown(
        _ status: PaymentSnapshot.Status,
        _ reference: String,
        capturable: Int64 = 0,
        captured: Int64 = 0
    ) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: reference,
                attempt: nil,
                status: status,
                amount: Money(1_000, .usd),
                capturable: capturable,
                captured: captured
            )
        )
    }

    @Test func `cash that was expected can become a card`() throws {
        var payment = payment(.cash)
        #expect(payment.intent.state == .pendingCash)
        try payment.attach(Intent.Method(kind: .card))
        #expect(payment.intent.state == .requiresPaymentMethod)
        try payment.attach(Intent.Method(kind: .cash, drawer: "front-1"))
        #expect(payment.intent.state == .pendingCash)
    }

    @Test(arguments: [true, false])
    func `a hold ends after its only capture was taken back`(isVoided: Bool) throws {
        var payment = payment()
        _ = try ask(&payment, acme, answered: held())
        try capture(300, of: &payment)
        let reversed = MovementSnapshot(
            .capture,
            reference: "CAP",
            paymentReference: "PAY",
            attempt: nil,
            status: .reversed(code: "scheme"),
            amount: Money(300, .usd)
        )
        payment.observe(.movement(reversed), asking)
        #expect(payment.intent.captured == 0)
        payment.observe(shown(isVoided ? .voided : .expired, "PAY"), asking)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `what is held beside a refund can be released, and captured`() throws {
        var payment = payment()
        _ = try ask(&payment, acme, answered: held())
        try capture(300, of: &payment)
        try payment.askRefund(asking, amount: nil, reason: nil, capabilities: able)
        let refund = try #require(payment.lastAttempt).id
        payment.answer(refund, with: .succeeded(VendorReceipt(reference: "RE")), capture: asking)
        #expect(payment.intent.state == .refunded)
        var other = payment
        try capture(200, of: &other)
        #expect(other.intent.captured == 500)
        #expect(other.intent.state == .partiallyRefunded)
        let isAsked = try payment.askVoid(asking, reason: nil, capabilities: able)
        #expect(isAsked)
        let void = try #require(payment.lastAttempt).id
        payment.answer(void, with: .succeeded(VendorReceipt(reference: "PAY")), capture: asking)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.state == .refunded)
        #expect(throws: Refusal.self) {
            try payment.askVoid(asking, reason: nil, capabilities: able)
        }
    }

    /// An earlier try turns out to hold while a newer one, at another vendor, is still asked.
    func overtaken() throws -> (Payment, newer: AttemptID, older: AttemptID) {
        var payment = payment()
        let older = try ask(
            &payment,
            acme,
            answered: .declined(
                Decline(.soft, code: "do_not_honor"),
                VendorReceipt(reference: "OLD")
            )
        )
        let newer = try ask(&payment, bolt)
        payment.observe(shown(.authorized, "OLD", capturable: 1_000), asking)
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.vendor == acme)
        #expect(payment.intent.account == payment.attempt(older)?.account)
        #expect(payment.intent.hasDiscrepancy)
        return (payment, newer, older)
    }

    @Test(arguments: [true, false])
    func `a newer try that is still open takes nothing from what an older one holds`(
        isPage: Bool
    ) throws {
        var (payment, newer, _) = try overtaken()
        let receipt = VendorReceipt(reference: "NEW")
        let page = VendorOutcome.requiresAction(.redirect(url: "https://x"), receipt)
        payment.answer(newer, with: isPage ? page : .pending(receipt), capture: asking)
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.reference == "OLD")
        payment.answer(newer, with: .declined(Decline(.hard, code: "no"), receipt), capture: asking)
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.reference == "OLD")
    }

    @Test func `a second hold adds nothing to the first, and is a person's matter`() throws {
        var (payment, newer, older) = try overtaken()
        payment.answer(newer, with: held("NEW"), capture: asking)
        #expect(payment.attempt(newer)?.state == .succeeded)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.reference == "OLD")
        let isAsked = try payment.askVoid(asking, reason: nil, capabilities: able)
        #expect(isAsked)
        #expect(payment.lastAttempt?.vendor == acme)
        #expect(payment.original?.attempt == older)
    }

    @Test func `money that came twice is booked at the vendor that took it`() throws {
        var (payment, newer, _) = try overtaken()
        var receipt = VendorReceipt(reference: "NEW", amount: 1_000)
        receipt.captured = true
        payment.answer(newer, with: .succeeded(receipt), capture: asking)
        let capture = try #require(payment.captures.last)
        #expect(capture.vendor == bolt)
        #expect(capture.account == payment.attempt(newer)?.account)
        #expect(capture.reference == "NEW")
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.capturable == 1_000, "the older one still holds")
    }

    @Test func `a page paid after its payer went to the desk is no cash`() throws {
        var payment = payment()
        let page = try ask(&payment, acme, answered: .abandoned(.timeout))
        try payment.attach(Intent.Method(kind: .cash, drawer: "front-1"))
        let late = PaymentSnapshot(
            reference: "OLD",
            attempt: page,
            status: .captured,
            amount: Money(1_000, .usd),
            capturable: 0,
            captured: 1_000
        )
        payment.observe(.payment(late), asking)
        let capture = try #require(payment.captures.last)
        #expect(capture.vendor == acme)
        #expect(capture.method == .card)
        #expect(payment.intent.vendor == acme)
        #expect(payment.intent.state == .captured)
        try payment.askRefund(asking, amount: nil, reason: nil, capabilities: able)
        #expect(payment.lastAttempt?.vendor == acme)
    }

    @Test(arguments: [Int64.max, 9_007_199_254_740_992])
    func `an amount that is no money changes nothing and asks for a person`(amount: Int64) throws {
        var payment = payment()
        _ = try ask(&payment, acme, answered: held())
        try capture(1_000, of: &payment)
        for reference in ["RE1", "RE2"] {
            let refund = RefundSnapshot(
                reference: reference,
                paymentReference: "PAY",
                attempt: nil,
                status: .succeeded,
                amount: Money(amount, .usd)
            )
            payment.observe(.refund(refund), asking)
        }
        #expect(payment.intent.refunded == 0)
        #expect(payment.intent.hasDiscrepancy)
        try payment.askRefund(asking, amount: 100, reason: nil, capabilities: able)
        let id = try #require(payment.lastAttempt).id
        let receipt = VendorReceipt(reference: "RE3", amount: amount)
        payment.answer(id, with: .succeeded(receipt), capture: asking)
        #expect(payment.attempt(id)?.state == .unknown(.unreadableReply))
    }

    @Test func `a refund that ended as no stays so until it has succeeded`() throws {
        var payment = payment()
        _ = try ask(&payment, acme, answered: held())
        try capture(1_000, of: &payment)
        try payment.askRefund(asking, amount: 400, reason: nil, capabilities: able)
        let id = try #require(payment.lastAttempt).id
        payment.answer(id, with: .notDone(.unreachable), capture: asking)
        payment.answer(id, with: .pending(VendorReceipt(reference: "RE")), capture: asking)
        #expect(payment.attempt(id)?.state == .notDone(.unreachable))
        #expect(payment.intent.refundReserved == 0)
        #expect(payment.intent.hasDiscrepancy)
        payment.answer(id, with: .succeeded(VendorReceipt(reference: "RE")), capture: asking)
        #expect(payment.intent.refunded == 400)
        #expect(payment.intent.refundReserved == 0)
    }

    @Test func `a late yes to a refund by an amount that is no money opens nothing`() throws {
        var payment = payment()
        _ = try ask(&payment, acme, answered: held())
        try capture(1_000, of: &payment)
        try payment.askRefund(asking, amount: 400, reason: nil, capabilities: able)
        let id = try #require(payment.lastAttempt).id
        payment.answer(id, with: .notDone(.unreachable), capture: asking)
        let receipt = VendorReceipt(reference: "RE", amount: .max)
        payment.answer(id, with: .succeeded(receipt), capture: asking)
        #expect(payment.attempt(id)?.state == .notDone(.unreachable))
        #expect(payment.intent.refundReserved == 0)
        #expect(payment.intent.hasDiscrepancy)
    }
}
