import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every request, byte by byte (sections 2.1 and 3.1).
@Suite struct HesabPayRequestTests {
    private let attempt = HesabPayFixture.attempt

    private func body(_ request: HTTPRequest?) -> String? {
        request.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func `F1, a session, under the key's vector`() throws {
        let request = try #require(try HesabPayFixture.request(HesabPayFixture.authorize()))
        #expect(request.method == .post)
        #expect(request.url == "https://api.hesab.com/api/v1/payment/create-session")
        let fields: HTTPFields = [
            .authorization: "API-KEY ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAwMDE=",
            .contentType: "application/json",
            .accept: "application/json",
        ]
        #expect(request.fields == fields)
        #expect(
            body(request) == """
                {"email":"guest@example.com","user_id":"\(attempt)",\
                "items":[{"id":"\(attempt)","name":"Booking 117","price":6500.00}],\
                "redirect_success_url":"https://shop.example/ok",\
                "redirect_failure_url":"https://shop.example/ok"}
                """
        )
    }

    @Test func `a test account speaks to the sandbox, a configured base wins`() throws {
        func url(
            _ mode: MerchantAccount.Mode,
            _ changes: [String: [String]] = [:]
        ) throws -> String? {
            let step: VendorStep<VendorOutcome> = try HesabPayFixture.dialect(
                mode: mode,
                changing: changes
            ).step(HesabPayFixture.authorize(), key: Sample.key, after: [])
            guard case .ask(let request, let effect) = step else { return nil }
            #expect(effect == .opensPage)
            return request.url
        }
        let path = "/api/v1/payment/create-session"
        #expect(try url(.test) == "https://api-sandbox.hesab.com" + path)
        #expect(
            try url(.test, ["api_base": ["http://127.0.0.1:4030"]]) == "http://127.0.0.1:4030"
                + path
        )
    }

    private static func item(_ name: String, _ quantity: Int64, _ price: Int64) -> Order.Item {
        Order.Item(description: name, sku: name, quantity: quantity, unitAmount: price)
    }

    /// What adds up to the amount; then another sum, a discount, and more than an amount can hold.
    private static let baskets: [([Order.Item], Bool)] = [
        ([item("ROOM", 2, 300_000), item("TAX", 1, 50_000)], true),
        ([item("ROOM", 1, 300_000)], false),
        ([item("ROOM", 1, 700_000), item("OFF", 1, -50_000)], false),
        ([item("ROOM", .max, 2)], false),
        ([], false),
    ]

    @Test(arguments: baskets)
    func `items are sent when they say the amount exactly`(
        items: [Order.Item],
        areLines: Bool
    ) throws {
        let asked = HesabPayFixture.authorize(items: items, email: nil)
        let summary = #"[{"id":"\#(attempt)","name":"Booking 117","price":6500.00}]"#
        let lines = """
            [{"id":"\(attempt)","name":"ROOM","price":6000.00},\
            {"id":"\(attempt)-2","name":"TAX","price":500.00}]
            """
        let itemised = try HesabPayFixture.request(asked, wire: #"{"items_mode":"itemised"}"#)
        #expect(body(itemised)?.contains(areLines ? lines : summary) == true)
        #expect(body(try HesabPayFixture.request(asked))?.contains(summary) == true)
    }

    @Test func `every name is the account's to change`() throws {
        let wire = """
            {"auth_header":"X-Key","auth_scheme":"Token","paths":{"create_session":"/v2/sessions"},\
            "fields":{"reference":"ref","items":"lines","item_id":"code","item_name":"title",\
            "item_price":"total","email":"mail","success_url":"ok_url","failure_url":"bad_url"}}
            """
        let request = try #require(
            try HesabPayFixture.request(HesabPayFixture.authorize(), wire: wire)
        )
        #expect(request.url == "https://api.hesab.com/v2/sessions")
        #expect(request.fields["X-Key"] == "Token ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAwMDE=")
        #expect(request.fields[.authorization] == nil)
        #expect(
            body(request) == """
                {"mail":"guest@example.com","ref":"\(attempt)",\
                "lines":[{"code":"\(attempt)","title":"Booking 117","total":6500.00}],\
                "ok_url":"https://shop.example/ok","bad_url":"https://shop.example/ok"}
                """
        )
    }

    @Test func `refunds and look-ups are asked where an account says how`() throws {
        let wire =
            #"{"paths":{"status":"/api/v1/payment/verify","refund":"/api/v1/payment/refund"}}"#
        let lookUp = try HesabPayFixture.request(HesabPayFixture.lookUp, wire: wire)
        #expect(lookUp?.url == "https://api.hesab.com/api/v1/payment/verify")
        #expect(body(lookUp) == #"{"user_id":"\#(attempt)"}"#)
        let refund = try HesabPayFixture.request(HesabPayFixture.refund(200_050), wire: wire)
        #expect(refund?.url == "https://api.hesab.com/api/v1/payment/refund")
        #expect(body(refund) == #"{"transaction_id":"0117000001732093561","amount":2000.50}"#)
    }

    @Test func `of a page that was paid twice, a refund names the payment it is taken from`() throws
    {
        let wire = #"{"paths":{"refund":"/api/v1/payment/refund"}}"#
        let refund = { (shares: [(String, Int64)]) in
            VendorOperation.refund(
                .sample(
                    Money(shares.reduce(0) { $0 + $1.1 }, HesabPayFixture.afn),
                    of: "0117",
                    original: HesabPayFixture.original(),
                    shares: shares.map { CaptureShare(reference: $0.0, amount: $0.1) }
                )
            )
        }
        for transaction in ["0117", "0118"] {
            let request = try HesabPayFixture.request(refund([(transaction, 650_000)]), wire: wire)
            #expect(body(request) == #"{"transaction_id":"\#(transaction)","amount":6500.00}"#)
        }
        let error = #expect(throws: VendorRejection.self) {
            try HesabPayFixture.request(refund([("0117", 650_000), ("0118", 1)]), wire: wire)
        }
        #expect(error?.code == "several_payments")
    }

    @Test func `without that, an account cannot, and nothing is sent`() async {
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        let port = HesabPay.descriptor.makePort(transport: transport)
        let account = HesabPayFixture.account()
        let refund = await port.perform(
            HesabPayFixture.refund(),
            key: Sample.key,
            account: account
        )
        guard case .rejected(let rejection) = refund else {
            Issue.record("\(refund)")
            return
        }
        #expect(rejection.code == "unsupported_operation")
        #expect(rejection.message == "hesabpay cannot refund")
        let lookUp = await port.perform(
            HesabPayFixture.lookUp,
            key: Sample.key,
            account: account
        )
        #expect(lookUp == .unknown(.vendorError))
        #expect(transport.sent.isEmpty)
        #expect(port.capabilities(of: account).operations == [.authorize, .void])
    }

    @Test func `a page is given up without a word`() throws {
        let void = VendorOperation.void(
            .sample(of: "\(attempt)", original: HesabPayFixture.original())
        )
        let step: VendorStep<VendorOutcome> = try HesabPayFixture.dialect().step(
            void,
            key: Sample.key,
            after: []
        )
        guard case .finished(.succeeded(let receipt)) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(receipt.reference == "\(attempt)")
    }
}
