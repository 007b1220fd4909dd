import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 8: decimal strings, and currencies without decimals.
@Suite struct PayPalAmountTests {
    private func sent(_ amount: Int64, _ code: String) throws -> String {
        let currency = try #require(Currency(code))
        let request = try PayPalFixture.asked(.authorize(.sample(Money(amount, currency)))).request
        let body = String(decoding: request.body, as: UTF8.self)
        return String(
            try #require(body.split(separator: "\"value\":\"").last).prefix { $0 != "\"" }
        )
    }

    @Test(arguments: [
        (1_099, "EUR", "10.99"), (5, "USD", "0.05"), (100, "GBP", "1.00"), (7, "JPY", "7"),
        (100_000, "JPY", "100000"), (100, "HUF", "1"), (123_400, "TWD", "1234"),
        (9_007_199_254_740_993, "EUR", "90071992547409.93"),
    ])
    func `an amount is written as PayPal counts`(amount: Int64, code: String, text: String) throws {
        #expect(try sent(amount, code) == text)
    }

    @Test(arguments: [(150, "HUF"), (1, "TWD"), (100, "UZS"), (1_000, "KWD")])
    func `what the wire cannot say is refused before sending`(amount: Int64, code: String) {
        #expect(throws: VendorRejection.self) { try sent(amount, code) }
    }

    @Test func `no currency outside the list is offered`() {
        #expect(PayPal.descriptor.capabilities.currencies?.count == 24)
        #expect(PayPal.descriptor.capabilities.currencies?.contains("UZS") == false)
    }

    @Test(arguments: [
        ("EUR", "10.990", 1_099), ("EUR", "10.9900000", 1_099), ("EUR", "10", 1_000),
        ("JPY", "100.00", 100), ("HUF", "100", 10_000), ("HUF", "100.00", 10_000),
    ])
    func `an answer may have more digits`(code: String, text: String, amount: Int64) throws {
        let currency = try #require(Currency(code))
        let answer = """
            {"id":"5O190127TN364715T","intent":"AUTHORIZE","status":"COMPLETED",
            "purchase_units":[{"payments":{"authorizations":[{"id":"0VF52814937998046",
            "status":"CREATED","amount":{"currency_code":"\(code)","value":"\(text)"}}]}}]}
            """
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(Money(amount, currency))),
            after: PayPalFixture.answer(201, answer)
        )
        #expect(outcome.receipt?.amount == amount)
    }

    @Test(arguments: ["10.999", "1e3", "-5.00", "", "ten", "99999999999999999999"])
    func `what is no amount is not read`(text: String) throws {
        let answer = PayPalFixture.order(
            payments: "{\(PayPalFixture.authorizations("CREATED", value: text))}"
        )
        #expect(
            try PayPalFixture.outcome(
                .authorize(.sample()),
                after: PayPalFixture.answer(201, answer)
            ) == .unknown(.unreadableReply)
        )
    }
}
