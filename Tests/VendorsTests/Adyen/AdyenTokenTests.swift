import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 3: stored methods.
@Suite struct AdyenTokenTests {
    private func step(
        _ operation: TokenOperation,
        changing changes: [String: [String]] = [:],
        settlement: Currency? = nil
    ) throws -> VendorStep<TokenOutcome> {
        try AdyenFixture.dialect(changing: changes)
            .step(operation, key: Sample.key, after: [])
    }

    private func request(
        _ operation: TokenOperation,
        changing changes: [String: [String]] = [:]
    ) throws -> HTTPRequest {
        try AdyenFixture.dialect(changing: changes).request(for: operation, key: Sample.key)
    }

    private func outcome(
        _ operation: TokenOperation,
        _ status: Int,
        _ body: String,
        changing changes: [String: [String]] = [:]
    ) throws -> TokenOutcome {
        try AdyenFixture.dialect(changing: changes)
            .outcome(of: operation, from: AdyenFixture.answer(status, body))
    }

    private let open = TokenOperation.openSession(
        session: Sample.session,
        customerReference: "cust_42",
        kind: .card,
        offSession: true,
        returnURL: nil
    )

    @Test func `a shopper is no more than our reference`() throws {
        let register = TokenOperation.registerCustomer(
            customer: Sample.customer,
            email: "guest@example.com",
            name: "Guest"
        )
        guard case .finished(let outcome) = try step(register) else {
            Issue.record("nothing is to be asked")
            return
        }
        #expect(outcome == .customer(reference: Sample.customer.description))
    }

    @Test func `a session that charges nothing`() throws {
        let request = try request(open, changing: ["country_code": ["UZ"]])
        #expect(request.url == "https://checkout-test.adyen.com/v72/sessions")
        #expect(request.fields[.idempotencyKey] == Sample.key)
        #expect(
            AdyenFixture.text(request) == """
                {"merchantAccount":"AcmeECOM","amount":{"currency":"EUR","value":0},\
                "reference":"\(Sample.session)","returnUrl":"https://shop.example/return",\
                "mode":"hosted","countryCode":"UZ","shopperReference":"cust_42",\
                "storePaymentMethodMode":"enabled","shopperInteraction":"Ecommerce",\
                "recurringProcessingModel":"UnscheduledCardOnFile","channel":"Web"}
                """
        )
    }

    @Test func `a session of a card that its payer will use`() throws {
        let own = TokenOperation.openSession(
            session: Sample.session,
            customerReference: "cust_42",
            kind: .wallet,
            offSession: false,
            returnURL: "https://hotel.example/saved"
        )
        let body = AdyenFixture.text(try request(own, changing: ["page": ["embedded"]]))
        #expect(body.contains(#""returnUrl":"https://hotel.example/saved","shopperReference""#))
        #expect(body.contains(#""recurringProcessingModel":"CardOnFile""#))
    }

    @Test(arguments: [(MethodKind.pix, String?("cust_42")), (.card, nil)])
    func `a session needs a customer and a card`(kind: MethodKind, customer: String?) {
        let error = #expect(throws: VendorRejection.self) {
            try request(
                .openSession(
                    session: Sample.session,
                    customerReference: customer,
                    kind: kind,
                    offSession: true,
                    returnURL: nil
                )
            )
        }
        #expect(error?.reason == .methodNotUsable)
    }

    @Test func `an opened session is a page, or what the library needs`() throws {
        let body = #"{"id":"CS1","sessionData":"Ab02","url":"https://adyen.example/h"}"#
        #expect(
            try outcome(open, 201, body)
                == .opened(reference: "CS1", action: .redirect(url: "https://adyen.example/h"))
        )
        #expect(
            try outcome(open, 201, body, changing: ["page": ["embedded"]])
                == .opened(
                    reference: "CS1",
                    action: .vendorLibrary(
                        clientSecret: VendorToken(
                            #"{"session":{"id":"CS1","sessionData":"Ab02"}}"#
                        ),
                        publishableKey: "test_sample"
                    )
                )
        )
        for useless in ["", "{}", #"{"id":"CS1"}"#, #"{"id":"","url":"https://x"}"#] {
            #expect(try outcome(open, 201, useless) == .unknown(.unreadableReply))
        }
    }

    @Test func `what became of a session is told by webhook alone`() throws {
        guard case .finished(let outcome) = try step(.readSession(reference: "CS1")) else {
            Issue.record("nothing can be asked")
            return
        }
        #expect(outcome.shortForm == "rejected_wrong_state")
    }

    @Test func `a method is found among its shopper's`() throws {
        let read = TokenOperation.readMethod(token: AdyenFixture.token)
        let request = try request(read)
        #expect(request.method == .get)
        #expect(
            request.url == """
                https://checkout-test.adyen.com/v72/storedPaymentMethods\
                ?merchantAccount=AcmeECOM&shopperReference=cust_42
                """
        )
        #expect(request.fields[.idempotencyKey] == nil)
        #expect(request.body.isEmpty)
        let list = """
            {"storedPaymentMethods":[{"id":"OTHER","brand":"mc"},\
            {"id":"M5N7TQ4TG5PFWR50","type":"scheme","brand":"visa","lastFour":"1111",\
            "expiryMonth":"03","expiryYear":"2030","holderName":"G"}]}
            """
        #expect(
            try outcome(read, 200, list)
                == .method(
                    MethodDetails(brand: "visa", last4: "1111", expiryMonth: 3, expiryYear: 2030),
                    customerReference: "cust_42"
                )
        )
        #expect(
            try outcome(read, 200, #"{"storedPaymentMethods":[]}"#).shortForm
                == "rejected_not_found"
        )
        #expect(try outcome(read, 200, "{}") == .unknown(.unreadableReply))
    }

    @Test func `a token is its shopper's from the beginning`() throws {
        guard
            case .finished(let outcome) = try step(
                .attach(token: AdyenFixture.token, customerReference: "cus_other")
            )
        else {
            Issue.record("nothing is to be asked")
            return
        }
        #expect(outcome == .done)
    }

    @Test func `a method is forgotten, once or twice`() throws {
        let detach = TokenOperation.detach(token: AdyenFixture.token)
        let request = try request(detach)
        #expect(request.method == .delete)
        #expect(
            request.url == """
                https://checkout-test.adyen.com/v72/storedPaymentMethods/M5N7TQ4TG5PFWR50\
                ?merchantAccount=AcmeECOM&shopperReference=cust_42
                """
        )
        #expect(request.fields[.idempotencyKey] == nil, "DELETE needs no key")
        #expect(try outcome(detach, 204, "") == .done)
        for code in ["800", "802", "803", "14_0416"] {
            #expect(try outcome(detach, 422, #"{"errorCode":"\#(code)"}"#) == .done)
        }
        #expect(try outcome(detach, 404, #"{"errorCode":"0"}"#) == .done)
        #expect(try outcome(detach, 200, "{}") == .unknown(.unrecognizedStatus))
        #expect(try outcome(detach, 500, "") == .unknown(.vendorError))
        #expect(
            try outcome(detach, 401, "").shortForm == "rejected_configuration"
        )
        #expect(try outcome(detach, 429, "") == .notDone(.throttled))
    }

    @Test(arguments: [
        "", "M5N7TQ4TG5PFWR50", "M5N7TQ4TG5PFWR50.", "M5N7TQ4TG5PFWR50.ab", ".cust_42",
        "../x.cust_42", "a/b.cust_42", "M5N7 TQ4T.cust_42",
    ])
    func `a token of another form is not sent`(text: String) {
        let token = VendorToken(text)
        for operation: TokenOperation in [
            .readMethod(token: token), .attach(token: token, customerReference: "c"),
            .detach(token: token),
        ] {
            #expect(throws: VendorRejection.self) { try step(operation) }
        }
        #expect(throws: VendorRejection.self) {
            try AdyenFixture.dialect().request(
                for: VendorOperation.authorize(.sample(token: token)),
                key: Sample.key
            )
        }
    }

    @Test func `a shopper's reference is written as a query needs it`() throws {
        let request = try request(.readMethod(token: VendorToken("M5N7TQ4TG5PFWR50.a b&c=d.e")))
        #expect(request.url.hasSuffix("&shopperReference=a+b%26c%3Dd.e"))
    }
}
