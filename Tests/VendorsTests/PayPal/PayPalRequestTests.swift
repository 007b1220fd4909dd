import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every request, byte by byte (sections 1 and 2).
@Suite struct PayPalRequestTests {
    private let path = PayPalFixture.base

    private func wire(
        _ operation: VendorOperation,
        after answers: [HTTPResponse] = [],
        changing changes: [String: [String]] = [:]
    ) throws -> String {
        let dialect = try PayPalFixture.dialect(changing: changes)
        return PayPalFixture.wire(
            try PayPalFixture.asked(operation, after: answers, dialect).request
        )
    }

    private func writing(_ key: String = Sample.key) -> String {
        """
        Content-Type: application/json
        PayPal-Request-Id: \(key)
        Prefer: return=representation
        """
    }

    private var unit: String {
        """
        "purchase_units":[{"custom_id":"\(Sample.attempt)","invoice_id":"\(Sample.attempt)",\
        "amount":{"currency_code":"EUR","value":"10.99"}}]
        """
    }

    @Test func `the token is asked for once for client and place`() throws {
        let source = try #require(try PayPalFixture.dialect().accessToken)
        #expect(
            PayPalFixture.wire(source.request) == """
                POST \(path)/v1/oauth2/token
                Authorization: Basic Y2xpZW50OnNlY3JldA==
                Content-Type: application/x-www-form-urlencoded

                grant_type=client_credentials
                """
        )
        #expect(source.scope.hasPrefix("paypal \(path) "))
    }

    @Test func `who knows the client id alone has no part in its token`() async throws {
        func scope(_ changes: [String: [String]] = [:]) throws -> String? {
            try PayPalFixture.dialect(changing: changes).accessToken?.scope
        }
        #expect(try scope() == scope())
        #expect(try scope() != scope(["client_secret": ["other"]]))
        #expect(try scope()?.contains("secret") == false)
        let transport = ScriptedTransport([
            try PayPalFixture.recorded("access_token"),
            try PayPalFixture.recorded("found_authorized"),
            PayPalFixture.answer(401, #"{"error":"invalid_client"}"#),
        ])
        let port = PayPal.descriptor.makePort(transport: transport)
        let asked = VendorOperation.lookUp(.init(.payment(reference: PayPalFixture.order)))
        let owner = await port.perform(asked, key: "1", account: PayPalFixture.account())
        #expect(owner.shortForm == "found")
        let guess = PayPalFixture.account(changing: ["client_secret": ["other"]])
        let other = await port.perform(asked, key: "2", account: guess)
        #expect(other.shortForm == "rejected_configuration")
        #expect(transport.sent.count == 3, "nothing was asked of the owner's account")
    }

    @Test func `a wallet that its payer approves on PayPal's page`() throws {
        let asked = VendorOperation.authorize(
            .sample(
                method: .wallet,
                token: nil,
                returnURL: "https://shop.example/back?a=1",
                orderReference: "BK-1001"
            )
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders
                \(writing())

                {"intent":"AUTHORIZE","purchase_units":[{"custom_id":"\(Sample.attempt)",\
                "invoice_id":"BK-1001-0000000003","description":"BK-1001",\
                "amount":{"currency_code":"EUR","value":"10.99"}}],\
                "payment_source":{"paypal":{"experience_context":{\
                "return_url":"https://shop.example/back?a=1",\
                "cancel_url":"https://shop.example/back?a=1","user_action":"PAY_NOW",\
                "shipping_preference":"NO_SHIPPING",\
                "payment_method_preference":"IMMEDIATE_PAYMENT_REQUIRED"}}}}
                """
        )
        #expect(try PayPalFixture.asked(asked).effect == .opensPage)
    }

    @Test func `a card given in PayPal's fields: an order without a source`() throws {
        let asked = VendorOperation.authorize(
            .sample(manualCapture: false, token: nil, returnURL: "https://shop.example/back")
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders
                \(writing())

                {"intent":"CAPTURE",\(unit)}
                """
        )
        #expect(try PayPalFixture.asked(asked).effect == .opensPage)
    }

    @Test(arguments: [
        (
            false,
            """
            "payment_initiator":"CUSTOMER","payment_type":"ONE_TIME","usage":"SUBSEQUENT"
            """
        ),
        (
            true,
            """
            "payment_initiator":"MERCHANT","payment_type":"UNSCHEDULED","usage":"SUBSEQUENT"
            """
        ),
    ])
    func `a stored wallet`(offSession: Bool, credential: String) throws {
        let asked = VendorOperation.authorize(
            .sample(method: .wallet, token: VendorToken("8kk8451t"), offSession: offSession)
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders
                \(writing())

                {"intent":"AUTHORIZE",\(unit),"payment_source":{"paypal":{"vault_id":"8kk8451t",\
                "stored_credential":{\(credential)}}}}
                """
        )
        #expect(try PayPalFixture.asked(asked).effect == .movesMoney)
    }

    @Test func `a stored card with its payer may have to prove who they are`() throws {
        let asked = VendorOperation.authorize(
            .sample(token: VendorToken("8kk8451t"), returnURL: "https://shop.example/back")
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders
                \(writing())

                {"intent":"AUTHORIZE",\(unit),"payment_source":{"card":{"vault_id":"8kk8451t",\
                "stored_credential":{"payment_initiator":"CUSTOMER","payment_type":"ONE_TIME",\
                "usage":"SUBSEQUENT"},"experience_context":{\
                "return_url":"https://shop.example/back",\
                "cancel_url":"https://shop.example/back"},\
                "attributes":{"verification":{"method":"SCA_WHEN_REQUIRED"}}}}}
                """
        )
    }

    @Test func `a stored card without its payer asks for nothing that only a payer can give`()
        throws
    {
        let asked = VendorOperation.authorize(
            .sample(
                token: VendorToken("8kk8451t"),
                offSession: true,
                returnURL: "https://shop.example/back"
            )
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders
                \(writing())

                {"intent":"AUTHORIZE",\(unit),"payment_source":{"card":{"vault_id":"8kk8451t",\
                "stored_credential":{"payment_initiator":"MERCHANT",\
                "payment_type":"UNSCHEDULED","usage":"SUBSEQUENT"}}}}
                """
        )
    }

    @Test(arguments: [
        VendorOperation.Authorize.sample(method: .wallet, token: nil),
        .sample(method: .redirect, token: nil),
        .sample(token: nil, offSession: true),
        .sample(method: .wallet, token: nil, offSession: true, returnURL: "https://x.example"),
    ])
    func `nobody to ask, or no way back, is refused before sending`(
        authorize: VendorOperation.Authorize
    ) {
        #expect(throws: VendorRejection.self) { try wire(.authorize(authorize)) }
    }

    @Test(arguments: [(true, "authorize"), (false, "capture")])
    func `the last word on an approved order`(manual: Bool, verb: String) throws {
        let asked = VendorOperation.complete(
            .sample(
                of: PayPalFixture.order,
                manualCapture: manual,
                original: PayPalFixture.unapproved()
            )
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/checkout/orders/5O190127TN364715T/\(verb)
                \(writing())

                {}
                """
        )
        #expect(try PayPalFixture.asked(asked).effect == .movesMoney)
    }

    @Test(arguments: [(true, "true"), (false, "false")])
    func `a capture says whether it is the last`(isFinal: Bool, text: String) throws {
        let asked = VendorOperation.capture(
            .sample(of: PayPalFixture.order, isFinal: isFinal, original: PayPalFixture.original())
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/payments/authorizations/0VF52814937998046/capture
                \(writing())

                {"amount":{"currency_code":"EUR","value":"5.00"},"final_capture":\(text),\
                "invoice_id":"\(Sample.capture)"}
                """
        )
        #expect(try PayPalFixture.asked(asked).effect == .movesMoney)
    }

    @Test func `a void has no body`() throws {
        let asked = VendorOperation.void(
            .sample(of: PayPalFixture.order, original: PayPalFixture.original())
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/payments/authorizations/0VF52814937998046/void
                PayPal-Request-Id: key-1
                Prefer: return=representation
                """
        )
    }

    @Test func `a refund of one capture bears the key itself`() throws {
        let asked = VendorOperation.refund(
            .sample(
                of: PayPalFixture.order,
                shares: [CaptureShare(reference: PayPalFixture.capture, amount: 300)]
            )
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/payments/captures/2GG279541U471931P/refund
                \(writing())

                {"amount":{"currency_code":"EUR","value":"3.00"},\
                "custom_id":"\(Sample.attempt)","invoice_id":"\(Sample.refund)"}
                """
        )
    }

    @Test func `a refund of several captures is several requests with keys of their own`() throws {
        let asked = VendorOperation.refund(
            .sample(
                of: PayPalFixture.order,
                shares: [
                    CaptureShare(reference: PayPalFixture.capture, amount: 100),
                    CaptureShare(reference: "9GG279541U471931Q", amount: 200),
                ]
            )
        )
        #expect(
            try wire(asked) == """
                POST \(path)/v2/payments/captures/2GG279541U471931P/refund
                \(writing("key-1-1"))

                {"amount":{"currency_code":"EUR","value":"1.00"},\
                "custom_id":"\(Sample.attempt)-1","invoice_id":"\(Sample.refund)-1"}
                """
        )
        let first = PayPalFixture.answer(201, PayPalFixture.refunded("COMPLETED", value: "1.00"))
        #expect(
            try wire(asked, after: [first]) == """
                POST \(path)/v2/payments/captures/9GG279541U471931Q/refund
                \(writing("key-1-2"))

                {"amount":{"currency_code":"EUR","value":"2.00"},\
                "custom_id":"\(Sample.attempt)-2","invoice_id":"\(Sample.refund)-2"}
                """
        )
    }

    @Test(arguments: [
        (
            VendorOperation.LookUp.Subject.payment(reference: PayPalFixture.order),
            "v2/checkout/orders/5O190127TN364715T"
        ),
        (.refund(reference: PayPalFixture.refund), "v2/payments/refunds/1JU08902781691411"),
        (
            .refundOfAttempt(Sample.attempt, paymentReference: PayPalFixture.order),
            "v2/checkout/orders/5O190127TN364715T"
        ),
        (
            .paymentOfAttempt(Sample.attempt, askedAt: Sample.now),
            """
            v1/reporting/transactions?start_date=2024-12-31T23%3A50%3A00Z\
            &end_date=2025-01-01T07%3A00%3A00Z&fields=transaction_info&page_size=500&page=1\
            &balance_affecting_records_only=N
            """
        ),
    ])
    func `a look-up only reads`(subject: VendorOperation.LookUp.Subject, place: String) throws {
        #expect(try wire(.lookUp(.init(subject))) == PayPalFixture.reading("\(path)/\(place)"))
    }

    @Test func `who acts for somebody says so with every request`() throws {
        let changes = [
            "partner_attribution_id": ["BN-1"], "auth_assertion": ["eyJ.e30."],
            "api_base": ["http://127.0.0.1:4012/"],
        ]
        #expect(
            try wire(
                .lookUp(.init(.payment(reference: PayPalFixture.order))),
                changing: changes
            ) == """
                GET http://127.0.0.1:4012/v2/checkout/orders/5O190127TN364715T
                PayPal-Partner-Attribution-Id: BN-1
                PayPal-Auth-Assertion: eyJ.e30.
                Prefer: return=representation
                """
        )
    }

    @Test(arguments: ["", "../v1", "a/b", "a?b", "a b", String(repeating: "A", count: 256)])
    func `an identifier that would lead elsewhere is refused`(identifier: String) {
        #expect(throws: VendorRejection.self) {
            try wire(.lookUp(.init(.payment(reference: identifier))))
        }
    }

    @Test(arguments: [
        (MerchantAccount.Mode.test, "https://api-m.paypal.com"),
        (.live, "https://api-m.sandbox.paypal.com"),
    ])
    func `a place of the other mode is never asked`(mode: MerchantAccount.Mode, base: String) {
        #expect(throws: VendorRejection.self) {
            try PayPalFixture.dialect(mode: mode, changing: ["api_base": [base]])
        }
    }

    @Test func `a live account is asked at PayPal's live place`() throws {
        let request = try #require(try PayPalFixture.dialect(mode: .live).accessToken).request
        #expect(request.url == "https://api-m.paypal.com/v1/oauth2/token")
    }
}
