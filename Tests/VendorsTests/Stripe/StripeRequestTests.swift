import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every operation's request, field by field (sections 1 and 2).
@Suite struct StripeRequestTests {
    private func request(
        _ operation: VendorOperation,
        changing changes: [String: [String]] = [:]
    ) throws -> HTTPRequest {
        try StripeFixture.dialect(changing: changes).request(for: operation, key: Sample.key)
    }

    @Test func `a call carries key, version and idempotency key`() throws {
        let request = try request(.authorize(.sample()))
        #expect(request.method == .post)
        #expect(request.url == "https://api.stripe.com/v1/payment_intents")
        let expected: HTTPFields = [
            .authorization: "Bearer sk_test_sample",
            "Stripe-Version": "2026-10-28.endive",
            .contentType: "application/x-www-form-urlencoded",
            .idempotencyKey: "key-1",
        ]
        #expect(request.fields == expected)
    }

    @Test func `a connected account is named, another base is used`() throws {
        let request = try request(
            .lookUp(.init(.payment(reference: "pi_1"))),
            changing: ["connected_account": ["acct_1"], "api_base": ["http://127.0.0.1:4010/s/"]]
        )
        #expect(request.fields["Stripe-Account"] == "acct_1")
        #expect(request.url.hasPrefix("http://127.0.0.1:4010/s/v1/payment_intents/pi_1?"))
    }

    @Test func `a hold`() throws {
        let request = try request(
            .authorize(.sample(returnURL: "https://pay.example.com/r?a=b", orderReference: "BK-1"))
        )
        #expect(
            StripeFixture.form(request) == [
                "amount=1099", "currency=eur", "capture_method=manual",
                "payment_method_types[]=card", "customer=cus_Rk1", "confirm=true",
                "payment_method=pm_1QcVisa", "return_url=https://pay.example.com/r?a=b",
                "payment_method_options[card][request_multicapture]=if_available",
                "description=BK-1", "metadata[attempt]=\(Sample.attempt)",
                "metadata[intent]=\(Sample.intent)", "metadata[tenant]=\(Sample.tenant)",
                "expand[]=latest_charge",
            ]
        )
    }

    @Test func `a sale without the payer`() throws {
        let request = try request(
            .authorize(
                .sample(manualCapture: false, offSession: true, returnURL: "https://x.example")
            )
        )
        #expect(
            StripeFixture.form(request) == [
                "amount=1099", "currency=eur", "capture_method=automatic",
                "payment_method_types[]=card", "customer=cus_Rk1", "confirm=true",
                "payment_method=pm_1QcVisa", "off_session=true",
                "metadata[attempt]=\(Sample.attempt)", "metadata[intent]=\(Sample.intent)",
                "metadata[tenant]=\(Sample.tenant)", "expand[]=latest_charge",
            ]
        )
    }

    @Test func `a payment on the page is not confirmed by us`() throws {
        let request = try request(
            .authorize(.sample(manualCapture: false, token: nil, customerReference: nil))
        )
        #expect(
            StripeFixture.form(request) == [
                "amount=1099", "currency=eur", "capture_method=automatic",
                "payment_method_types[]=card", "metadata[attempt]=\(Sample.attempt)",
                "metadata[intent]=\(Sample.intent)", "metadata[tenant]=\(Sample.tenant)",
                "expand[]=latest_charge",
            ]
        )
    }

    @Test func `nobody to ask and no stored method is refused before sending`() {
        #expect(throws: VendorRejection.self) {
            try request(.authorize(.sample(token: nil, offSession: true)))
        }
    }

    @Test func `an account may forbid asking for several captures`() throws {
        let request = try request(
            .authorize(.sample()),
            changing: ["request_multicapture": ["never"]]
        )
        let field = "payment_method_options[card][request_multicapture]=never"
        #expect(StripeFixture.form(request).contains(field))
    }

    @Test(arguments: [
        (true, ["amount_to_capture=500", "expand[]=latest_charge"]),
        (false, ["amount_to_capture=500", "final_capture=false", "expand[]=latest_charge"]),
    ])
    func `a capture`(isFinal: Bool, form: [String]) throws {
        let request = try request(.capture(.sample(isFinal: isFinal)))
        #expect(request.url == "https://api.stripe.com/v1/payment_intents/pi_3QcAuth01/capture")
        #expect(StripeFixture.form(request) == form)
        #expect(request.fields[.idempotencyKey] == Sample.key)
    }

    @Test(arguments: [
        (nil, []),
        (VoidReason.duplicate, ["cancellation_reason=duplicate"]),
        (VoidReason.fraudulent, ["cancellation_reason=fraudulent"]),
        (VoidReason.requestedByCustomer, ["cancellation_reason=requested_by_customer"]),
        (VoidReason.abandoned, ["cancellation_reason=abandoned"]),
        (VoidReason.other, []),
    ])
    func `a void`(reason: VoidReason?, form: [String]) throws {
        let request = try request(.void(.sample(reason: reason)))
        #expect(request.url == "https://api.stripe.com/v1/payment_intents/pi_3QcAuth01/cancel")
        #expect(StripeFixture.form(request) == form)
        #expect(request.fields[.idempotencyKey] == Sample.key)
    }

    @Test(arguments: [
        (nil, []),
        (RefundReason.duplicate, ["reason=duplicate"]),
        (RefundReason.fraudulent, ["reason=fraudulent"]),
        (RefundReason.requestedByCustomer, ["reason=requested_by_customer"]),
        (RefundReason.other, []),
    ])
    func `a refund`(reason: RefundReason?, words: [String]) throws {
        let request = try request(.refund(.sample(reason: reason)))
        #expect(request.url == "https://api.stripe.com/v1/refunds")
        #expect(
            StripeFixture.form(request)
                == ["payment_intent=pi_3QcAuth01", "amount=300"] + words + [
                    "metadata[attempt]=\(Sample.attempt)", "metadata[refund]=\(Sample.refund)",
                    "metadata[tenant]=\(Sample.tenant)",
                ]
        )
    }

    @Test(arguments: [
        (
            VendorOperation.LookUp.Subject.payment(reference: "pi_1"),
            "payment_intents/pi_1?expand%5B%5D=latest_charge.balance_transaction"
        ),
        (.refund(reference: "re_1"), "refunds/re_1"),
        (
            .paymentOfAttempt(Sample.attempt, askedAt: Sample.now),
            "payment_intents/search?query=metadata%5B%27attempt%27%5D%3A%27\(Sample.attempt)%27"
                + "&limit=10&expand%5B%5D=data.latest_charge"
        ),
        (
            .refundOfAttempt(Sample.attempt, paymentReference: "pi_1"),
            "refunds?payment_intent=pi_1&limit=100"
        ),
    ])
    func `a look-up`(subject: VendorOperation.LookUp.Subject, path: String) throws {
        let request = try request(.lookUp(.init(subject)))
        #expect(request.method == .get)
        #expect(request.url == "https://api.stripe.com/v1/\(path)")
        #expect(request.body.isEmpty)
        #expect(request.fields[.idempotencyKey] == nil, "keys are for POST only")
    }

    @Test(arguments: ["", "..", "pi_1/../../customers", "pi_1?x=1", "pi 1", "pi_1\n"])
    func `an identifier that would lead elsewhere is not sent`(reference: String) {
        #expect(throws: VendorRejection.self) {
            try request(.capture(.sample(of: reference)))
        }
        #expect(throws: VendorRejection.self) {
            try StripeFixture.dialect().request(
                for: .detach(token: VendorToken(reference)),
                key: Sample.key
            )
        }
    }

    // Section 8: what the minor units of ISO 4217 are on the wire.
    @Test(arguments: [
        ("USD", 1_099, "1099"), ("JPY", 500, "500"), ("HUF", 50_000, "50000"),
        ("ISK", 5, "500"), ("UGX", 5, "500"), ("MGA", 500, "5"), ("KWD", 5_120, "5120"),
        ("USD", 99_999_999, "99999999"), ("ISK", 999_999, "99999900"),
        ("IDR", 999_999_999_999, "999999999999"),
    ])
    func `an amount on the wire`(code: String, amount: Int64, wire: String) throws {
        let money = Money(amount, try #require(Currency(code)))
        let authorize = try request(.authorize(.sample(money)))
        #expect(StripeFixture.form(authorize).first == "amount=\(wire)")
        let capture = try request(.capture(.sample(money)))
        #expect(StripeFixture.form(capture).first == "amount_to_capture=\(wire)")
        let refund = try request(.refund(.sample(money)))
        #expect(StripeFixture.form(refund)[1] == "amount=\(wire)")
        #expect(amount <= Stripe.descriptor.capabilities.maximumAmount(in: money.currency))
    }

    @Test(arguments: [
        ("KWD", 5_124), ("BHD", 1), ("MGA", 550), ("USD", 100_000_000), ("ISK", 1_000_000),
        ("ISK", Int64.max), ("IDR", 1_000_000_000_000),
    ])
    func `an amount that the wire cannot say is refused before sending`(
        code: String,
        amount: Int64
    ) throws {
        let money = Money(amount, try #require(Currency(code)))
        let error = #expect(throws: VendorRejection.self) {
            try request(.authorize(.sample(money)))
        }
        #expect(error?.reason == .amountNotAccepted)
    }

    @Test(arguments: [
        ["secret_key": [""]], ["secret_key": ["sk_live_x"]], ["secret_key": ["rk_live_x"]],
        ["api_base": ["http://api.stripe.com"]], ["api_base": ["ftp://localhost"]],
    ])
    func `an account that cannot be used is refused before sending`(
        changes: [String: [String]]
    ) {
        let error = #expect(throws: VendorRejection.self) {
            try StripeFixture.dialect(changing: changes)
        }
        #expect(error?.reason == .configuration)
    }

    @Test func `a live account takes no test key`() {
        #expect(throws: VendorRejection.self) { try StripeFixture.dialect(mode: .live) }
        #expect(throws: Never.self) {
            try StripeFixture.dialect(mode: .live, changing: ["secret_key": ["rk_live_x"]])
        }
    }
}
