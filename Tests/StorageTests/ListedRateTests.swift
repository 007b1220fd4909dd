import PaymentCore
import Storage
import TestKit
import Testing

/// A payment that was tried at two accounts, each with a rate of its own.
@Suite
struct ListedRateTests {
    private static func ask(
        _ payment: inout Payment,
        settling currency: Currency,
        at rate: String,
        _ suite: StoreConformance
    ) throws -> Attempt {
        let vendor = VendorID(known: "acme")
        let asking = suite.asking()
        try payment.askAuthorization(
            asking,
            vendor: vendor,
            account: MerchantAccountID(asking.movement),
            method: payment.intent.method,
            fx: FXContext(
                rate: QuotedRate(
                    base: .usd,
                    quote: currency,
                    rate: try #require(ExchangeRate(rate)),
                    source: "bank",
                    quotedAt: asking.now
                ),
                provider: vendor,
                settlementAmount: Money(1, currency)
            ),
            capabilities: suite.capabilities
        )
        return try #require(payment.lastAttempt)
    }

    @Test
    func `a list shows the rate that the payment has`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            func expectListed(_ fx: FXContext?, _ id: IntentID) async throws {
                let page = try await fixture.queries.intents(
                    IntentFilter(),
                    after: nil,
                    limit: 10,
                    in: tenant
                )
                let read = try #require(try await fixture.payments.payment(id, in: tenant)).intent
                #expect(page.elements == [read])
                #expect(read.fx == fx)
            }
            var payment = suite.new(suite.draft())
            let first = try Self.ask(&payment, settling: .eur, at: "0.9", suite)
            payment.answer(first.id, with: .abandoned(.timeout), capture: suite.asking())
            try await suite.commit(&payment)
            try await expectListed(first.fx, payment.intent.id)

            let second = try Self.ask(&payment, settling: .jpy, at: "150", suite)
            let no = Decline(.soft, code: "do_not_honor")
            payment.answer(second.id, with: .declined(no, nil), capture: suite.asking())
            try await suite.commit(&payment)
            try await expectListed(second.fx, payment.intent.id)

            // The first page is paid after all.
            let paid = PaymentSnapshot(
                reference: "PAY",
                attempt: first.id,
                status: .captured,
                amount: payment.intent.amount,
                capturable: 0,
                captured: payment.intent.amount.minorUnits
            )
            payment.observe(.payment(paid), suite.asking())
            try await suite.commit(&payment)
            try await expectListed(first.fx, payment.intent.id)
        }
    }
}
