import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every operation's request, byte by byte (sections 1 and 2).
@Suite struct AdyenRequestTests {
    private let attempt = Sample.attempt.description
    private let intent = Sample.intent.description
    private let tenant = Sample.tenant.description

    private func request(
        _ operation: VendorOperation,
        key: String = Sample.key,
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> HTTPRequest {
        try AdyenFixture.dialect(mode: mode, changing: changes).request(for: operation, key: key)
    }

    private func body(
        _ operation: VendorOperation,
        changing changes: [String: [String]] = [:]
    ) throws -> String {
        AdyenFixture.text(try request(operation, changing: changes))
    }

    private var tail: String {
        """
        "merchantOrderReference":"\(intent)",\
        "metadata":{"intent":"\(intent)","tenant":"\(tenant)"}}
        """
    }

    @Test func `a call carries the API key and the idempotency key`() throws {
        let request = try request(.authorize(.sample(token: AdyenFixture.token)))
        #expect(request.method == .post)
        #expect(request.url == "https://checkout-test.adyen.com/v72/payments")
        let expected: HTTPFields = [
            "X-API-Key": "AQEsample", .contentType: "application/json", .idempotencyKey: "key-1",
        ]
        #expect(request.fields == expected)
    }

    @Test func `the live endpoint has the company's prefix and one segment more`() throws {
        let request = try request(
            .capture(.sample(of: AdyenFixture.payment)),
            mode: .live,
            changing: [
                "live_prefix": ["1797a841fbb37ca7-AdyenDemo"], "client_key": ["live_sample"],
            ]
        )
        #expect(
            request.url == """
                https://1797a841fbb37ca7-AdyenDemo-checkout-live.adyenpayments.com/checkout/v72\
                /payments/QFQTPCQ8HXSKGK82/captures
                """
        )
    }

    @Test func `another base is used up to the version`() throws {
        let request = try request(
            .capture(.sample(of: AdyenFixture.payment)),
            changing: ["api_base": ["http://127.0.0.1:4010/"]]
        )
        #expect(request.url == "http://127.0.0.1:4010/v72/payments/QFQTPCQ8HXSKGK82/captures")
    }

    @Test func `a key longer than 64 characters is replaced by its digest`() throws {
        let operation = VendorOperation.capture(.sample(of: AdyenFixture.payment))
        let longest = String(repeating: "k", count: 64)
        #expect(try request(operation, key: longest).fields[.idempotencyKey] == longest)
        #expect(
            try request(operation, key: longest + "k").fields[.idempotencyKey]
                == "f39cdc2584758c99cf81c1f41d2572f54e17066afffc9d187aeafe5f7cbe2122"
        )
    }

    @Test func `a hold on a stored method`() throws {
        #expect(
            try body(.authorize(.sample(token: AdyenFixture.token))) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":1099},\
                "reference":"\(attempt)","returnUrl":"https://shop.example/return",\
                "paymentMethod":{"type":"scheme","storedPaymentMethodId":"M5N7TQ4TG5PFWR50"},\
                "shopperReference":"cust_42","shopperInteraction":"ContAuth",\
                "recurringProcessingModel":"CardOnFile",\
                "additionalData":{"manualCapture":"true"},"channel":"Web",\(tail)
                """
        )
    }

    @Test(arguments: ["UnscheduledCardOnFile", "Subscription"])
    func `a sale without the payer`(model: String) throws {
        let sale = VendorOperation.authorize(
            .sample(manualCapture: false, token: AdyenFixture.token, offSession: true)
        )
        #expect(
            try body(sale, changing: ["off_session_model": [model]]) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":1099},\
                "reference":"\(attempt)","returnUrl":"https://shop.example/return",\
                "paymentMethod":{"type":"scheme","storedPaymentMethodId":"M5N7TQ4TG5PFWR50"},\
                "shopperReference":"cust_42","shopperInteraction":"ContAuth",\
                "recurringProcessingModel":"\(model)","captureDelayHours":0,\(tail)
                """
        )
    }

    @Test func `a pre-authorization for an order, returning to the payment's own page`() throws {
        let hold = VendorOperation.authorize(
            .sample(
                token: AdyenFixture.token,
                returnURL: "https://hotel.example/r?a=b",
                orderReference: "BK-1"
            )
        )
        let body = try body(hold, changing: ["authorisation_type": ["PreAuth"]])
        #expect(body.contains(#""returnUrl":"https://hotel.example/r?a=b""#))
        #expect(
            body.contains(
                #""additionalData":{"manualCapture":"true","authorisationType":"PreAuth"}"#
            )
        )
        #expect(body.contains(#""merchantOrderReference":"BK-1""#))
    }

    @Test func `a page of Adyen's`() throws {
        let page = VendorOperation.authorize(.sample(token: nil, customerReference: nil))
        let hosted = try request(page, changing: ["country_code": ["NL"]])
        #expect(hosted.url == "https://checkout-test.adyen.com/v72/sessions")
        #expect(
            AdyenFixture.text(hosted) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":1099},\
                "reference":"\(attempt)","returnUrl":"https://shop.example/return",\
                "mode":"hosted","countryCode":"NL","additionalData":{"manualCapture":"true"},\
                "channel":"Web",\(tail)
                """
        )
        let sale = VendorOperation.authorize(
            .sample(manualCapture: false, token: nil, customerReference: "cus_42")
        )
        #expect(
            try body(sale, changing: ["page": ["embedded"]]) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":1099},\
                "reference":"\(attempt)","returnUrl":"https://shop.example/return",\
                "shopperReference":"cus_42","captureDelayHours":0,"channel":"Web",\(tail)
                """
        )
    }

    @Test func `a page without the payer is refused before sending`() {
        let error = #expect(throws: VendorRejection.self) {
            try request(.authorize(.sample(token: nil, offSession: true)))
        }
        #expect(error?.reason == .methodNotUsable)
    }

    @Test(arguments: [true, false])
    func `a capture tells its amount, in full and in part`(isFinal: Bool) throws {
        let request = try request(.capture(.sample(of: AdyenFixture.payment, isFinal: isFinal)))
        #expect(
            request.url
                == "https://checkout-test.adyen.com/v72/payments/QFQTPCQ8HXSKGK82/captures"
        )
        #expect(
            AdyenFixture.text(request) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":500},\
                "reference":"\(attempt)"}
                """
        )
        #expect(request.fields[.idempotencyKey] == Sample.key)
    }

    @Test func `a cancel of a payment`() throws {
        let request = try request(.void(.sample(of: AdyenFixture.payment)))
        #expect(
            request.url
                == "https://checkout-test.adyen.com/v72/payments/QFQTPCQ8HXSKGK82/cancels"
        )
        #expect(
            AdyenFixture.text(request)
                == #"{"merchantAccount":"AcmeECOM","reference":"\#(attempt)"}"#
        )
    }

    @Test func `a page is canceled by our own reference`() throws {
        let page = VendorOperation.Void(
            void: Sample.void,
            attempt: Sample.attempt,
            paymentReference: "CSD9CAC34EBAE225DD",
            original: VendorOperation.Original(
                attempt: AttemptID(Sample.uuid(30)),
                amount: Money(1_099, .eur),
                askedAt: Sample.now,
                details: nil
            )
        )
        let request = try request(.void(page))
        #expect(request.url == "https://checkout-test.adyen.com/v72/cancels")
        #expect(
            AdyenFixture.text(request) == """
                {"merchantAccount":"AcmeECOM","paymentReference":"\(AttemptID(Sample.uuid(30)))"}
                """
        )
    }

    @Test(arguments: [
        (nil, ""),
        (RefundReason.duplicate, #","merchantRefundReason":"DUPLICATE""#),
        (RefundReason.fraudulent, #","merchantRefundReason":"FRAUD""#),
        (RefundReason.requestedByCustomer, #","merchantRefundReason":"CUSTOMER REQUEST""#),
        (RefundReason.other, #","merchantRefundReason":"OTHER""#),
    ])
    func `a refund`(reason: RefundReason?, words: String) throws {
        let request = try request(.refund(.sample(of: AdyenFixture.payment, reason: reason)))
        #expect(
            request.url
                == "https://checkout-test.adyen.com/v72/payments/QFQTPCQ8HXSKGK82/refunds"
        )
        #expect(
            AdyenFixture.text(request) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":300},\
                "reference":"\(attempt)"\(words)}
                """
        )
    }

    @Test(arguments: [("paypal", true), ("scheme", false)])
    func `a refund through PayPal names its capture`(method: String, names: Bool) throws {
        var refund = VendorOperation.Refund.sample(of: AdyenFixture.payment)
        refund.shares = [CaptureShare(reference: "KHQC5N7G84BLNK43", amount: 300)]
        refund.original = VendorOperation.Original(
            attempt: Sample.attempt,
            amount: Money(1_099, .eur),
            askedAt: Sample.now,
            details: #"{"payment_method":"\#(method)"}"#
        )
        let member = #","capturePspReference":"KHQC5N7G84BLNK43"}"#
        #expect(try body(.refund(refund)).hasSuffix(member) == names)
    }

    @Test(arguments: [
        "", "..", "QFQTPCQ8HXSKGK8", "QFQTPCQ8HXSKGK82/x", "qfqtpcq8hxskgk82", "QFQTPCQ8HXSKGK8\n",
        "CSD9CAC34EBAE225DD",
    ])
    func `what is no payment of Adyen's is not sent`(reference: String) {
        for operation: VendorOperation in [
            .capture(.sample(of: reference)), .refund(.sample(of: reference)),
            .void(.sample(of: reference)),
        ] {
            let error = #expect(throws: VendorRejection.self) { try request(operation) }
            #expect(error?.reason == .notFound)
        }
    }

    // Section 8: Adyen's own exponents.
    @Test(arguments: [
        ("EUR", 1_099, 1_099), ("JPY", 500, 500), ("KWD", 5_123, 5_123), ("CLP", 5, 500),
        ("ISK", 5, 500), ("CVE", 500, 5), ("IDR", 1_000_000, 10_000), ("UGX", 7, 7),
    ])
    func `an amount on the wire`(code: String, amount: Int64, wire: Int64) throws {
        let money = Money(amount, try #require(Currency(code)))
        let expected = #""amount":{"currency":"\#(code)","value":\#(wire)}"#
        for operation: VendorOperation in [
            .authorize(.sample(money, token: AdyenFixture.token)),
            .authorize(.sample(money, token: nil)),
            .capture(.sample(money, of: AdyenFixture.payment)),
            .refund(.sample(money, of: AdyenFixture.payment)),
        ] {
            #expect(try body(operation).contains(expected))
        }
    }

    @Test(arguments: [("IDR", 150), ("CVE", 1), ("CLP", Int64.max), ("ISK", Int64.max)])
    func `an amount that the wire cannot say is refused before sending`(
        code: String,
        amount: Int64
    ) throws {
        let money = Money(amount, try #require(Currency(code)))
        let error = #expect(throws: VendorRejection.self) {
            try request(.authorize(.sample(money, token: AdyenFixture.token)))
        }
        #expect(error?.reason == .amountNotAccepted)
    }

    @Test(arguments: [
        ["api_key": [""]], ["merchant_account": [""]], ["return_url": [""]],
        ["client_key": ["live_x"]], ["api_base": ["http://checkout-test.adyen.com"]],
    ])
    func `an account that cannot be used is refused before sending`(
        changes: [String: [String]]
    ) {
        let error = #expect(throws: VendorRejection.self) {
            try AdyenFixture.dialect(changing: changes)
        }
        #expect(error?.reason == .configuration)
    }

    @Test(arguments: ["", "evil.example/", "a.b", "a:80"])
    func `a live account needs its prefix, and nothing that leads elsewhere`(prefix: String) {
        let error = #expect(throws: VendorRejection.self) {
            try AdyenFixture.dialect(
                mode: .live,
                changing: ["live_prefix": [prefix], "client_key": ["live_x"]]
            )
        }
        #expect(error?.reason == .configuration)
    }

    @Test func `nothing can be looked up`() {
        #expect(throws: VendorRejection.self) {
            try request(.lookUp(.init(.payment(reference: AdyenFixture.payment))))
        }
        #expect(!Adyen.descriptor.capabilities.operations.contains(.lookUp))
        #expect(
            Adyen.descriptor.capabilities.recovery
                == .repeatSameKey(window: .seconds(7 * 86_400))
        )
    }
}
