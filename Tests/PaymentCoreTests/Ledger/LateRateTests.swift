import PaymentCore
import TestKit
import Testing

/// A payment that was tried at accounts which settle in different currencies: money that comes late
/// is booked at the rate of the account that it is at.
@Suite struct LateRateTests {
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

    private func ask(
        _ payment: inout Payment,
        settling currency: Currency,
        at rate: String
    ) throws -> Attempt {
        let vendor = VendorID(known: "acme")
        try payment.askAuthorization(
            asking,
            vendor: vendor,
            account: identifiers.make(),
            method: Intent.Method(kind: .card),
            fx: FXContext(
                rate: QuotedRate(
                    base: .usd,
                    quote: currency,
                    rate: try #require(ExchangeRate(rate)),
                    source: "bank",
                    quotedAt: now
                ),
                provider: vendor,
                settlementAmount: Money(1, currency)
            ),
            capabilities: able
        )
        return try #require(payment.lastAttempt)
    }

    @Test
    func `a page that is paid after another account was tried settles at its rate`() throws {
        var payment = Payment(
            new: IntentDraft(
                amount: Money(1_000, .usd),
                captureMethod: .automatic,
                method: Intent.Method(kind: .card)
            ),
            id: identifiers.make(),
            at: now
        )
        let first = try ask(&payment, settling: .eur, at: "0.9")
        payment.answer(first.id, with: .abandoned(.timeout), capture: asking)
        let second = try ask(&payment, settling: .jpy, at: "150")
        let no = Decline(.soft, code: "do_not_honor")
        payment.answer(second.id, with: .declined(no, nil), capture: asking)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)

        let paid = PaymentSnapshot(
            reference: "PAY",
            attempt: first.id,
            status: .captured,
            amount: Money(1_000, .usd),
            capturable: 0,
            captured: 1_000
        )
        payment.observe(.payment(paid), asking)
        #expect(payment.intent.fx == first.fx)
        let clearing = LedgerAccount(
            .processorClearing,
            of: try #require(first.account).description,
            in: .eur
        )
        #expect(payment.transfers().map(\.amount) == [1_000, 900])
        #expect(payment.transfers().last?.debit == clearing)

        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        try payment.askRefund(asking, amount: nil, reason: nil, capabilities: able)
        let refund = try #require(payment.lastAttempt).id
        payment.answer(refund, with: .succeeded(VendorReceipt(reference: "REF")), capture: asking)
        #expect(payment.transfers().last?.credit == clearing)
        #expect(payment.transfers().last?.amount == 900)
    }
}
