import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Setup tokens, payment tokens, and what becomes of them (section 3).
@Suite struct PayPalTokenTests {
    private let base = PayPalFixture.base

    private func step(
        _ operation: TokenOperation,
        _ answers: HTTPResponse...
    ) throws -> VendorStep<TokenOutcome> {
        try PayPalFixture.dialect().step(operation, key: "mst_1", after: answers)
    }

    private func wire(_ operation: TokenOperation, _ answers: HTTPResponse...) throws -> String {
        guard
            case .ask(let request, .none) = try PayPalFixture.dialect()
                .step(operation, key: "mst_1", after: answers)
        else { throw Recording.Fault.malformed("nothing is asked") }
        return PayPalFixture.wire(request)
    }

    private func outcome(
        _ operation: TokenOperation,
        _ answers: HTTPResponse...
    ) throws -> TokenOutcome {
        guard
            case .finished(let outcome) = try PayPalFixture.dialect()
                .step(operation, key: "mst_1", after: answers)
        else { throw Recording.Fault.malformed("not finished") }
        return outcome
    }

    private func open(
        _ kind: MethodKind,
        customer: String? = nil,
        returnURL: String? = nil
    ) -> TokenOperation {
        .openSession(
            session: Sample.session,
            customerReference: customer,
            kind: kind,
            offSession: true,
            returnURL: returnURL
        )
    }

    private func setup(
        _ status: String,
        source: String = #"{"card":{}}"#,
        links: String = ""
    )
        -> HTTPResponse
    {
        PayPalFixture.answer(
            200,
            """
            {"id":"5C991763VB2781612","status":"\(status)","customer":{"id":"customer_4029352050"},
            "payment_source":\(source),"links":[\(links)]}
            """
        )
    }

    private let approve =
        #"{"href":"https://www.sandbox.paypal.com/agreements/approve?ba=1","rel":"approve"}"#
    private let token = PayPalFixture.answer(
        201,
        """
        {"id":"8kk8451t","customer":{"id":"customer_4029352050"},
        "payment_source":{"card":{"last_digits":"1111","expiry":"2027-02","brand":"VISA"}}}
        """
    )
    private let visa = MethodDetails(
        brand: "visa",
        last4: "1111",
        expiryMonth: 2,
        expiryYear: 2_027
    )

    @Test func `PayPal makes its customers with their first token`() throws {
        let asked = TokenOperation.registerCustomer(
            customer: Sample.customer,
            email: "guest@example.com",
            name: "Guest"
        )
        #expect(try outcome(asked) == .customer(reference: Sample.customer.description))
        let first = try wire(open(.card, customer: Sample.customer.description))
        #expect(!first.contains("customer"), "our own identifier means nothing to PayPal")
        let later = try wire(open(.card, customer: "customer_4029352050"))
        #expect(later.hasSuffix(#","customer":{"id":"customer_4029352050"}}"#))
    }

    @Test func `an empty card for PayPal's fields`() throws {
        let asked = open(.card, returnURL: "https://shop.example/back")
        #expect(
            try wire(asked) == """
                POST \(base)/v3/vault/setup-tokens
                Content-Type: application/json
                PayPal-Request-Id: mst_1
                Prefer: return=representation

                {"payment_source":{"card":{"verification_method":"SCA_WHEN_REQUIRED",\
                "experience_context":{"return_url":"https://shop.example/back",\
                "cancel_url":"https://shop.example/back"}}}}
                """
        )
        #expect(
            try outcome(asked, setup("CREATED"))
                == .opened(
                    reference: "5C991763VB2781612",
                    action: .vendorLibrary(
                        clientSecret: VendorToken("5C991763VB2781612"),
                        publishableKey: "client"
                    )
                )
        )
    }

    @Test func `a wallet that its payer approves`() throws {
        let asked = open(.wallet, returnURL: "https://shop.example/back")
        #expect(
            try wire(asked) == """
                POST \(base)/v3/vault/setup-tokens
                Content-Type: application/json
                PayPal-Request-Id: mst_1
                Prefer: return=representation

                {"payment_source":{"paypal":{"usage_type":"MERCHANT","usage_pattern":"IMMEDIATE",\
                "customer_type":"CONSUMER","permit_multiple_payment_tokens":false,\
                "experience_context":{"return_url":"https://shop.example/back",\
                "cancel_url":"https://shop.example/back",\
                "vault_instruction":"ON_PAYER_APPROVAL"}}}}
                """
        )
        #expect(
            try outcome(
                asked,
                setup("PAYER_ACTION_REQUIRED", source: #"{"paypal":{}}"#, links: approve)
            )
                == .opened(
                    reference: "5C991763VB2781612",
                    action: .redirect(url: "https://www.sandbox.paypal.com/agreements/approve?ba=1")
                )
        )
        #expect(
            try outcome(asked, setup("CREATED", source: #"{"paypal":{}}"#))
                == .unknown(.unreadableReply)
        )
    }

    @Test(arguments: MethodKind.allCases.filter { $0 != .card && $0 != .wallet })
    func `nothing else is stored`(kind: MethodKind) {
        #expect(throws: VendorRejection.self) { try wire(open(kind)) }
    }

    private let read = TokenOperation.readSession(reference: "5C991763VB2781612")

    @Test(arguments: ["CREATED", "PAYER_ACTION_REQUIRED"])
    func `an open session tells again what its page needs`(status: String) throws {
        let place = "\(base)/v3/vault/setup-tokens/5C991763VB2781612"
        #expect(try wire(read) == PayPalFixture.reading(place))
        guard case .session(let session, let action) = try outcome(read, setup(status)) else {
            Issue.record("no session")
            return
        }
        #expect(session.status == .open)
        #expect(
            action
                == .vendorLibrary(
                    clientSecret: VendorToken("5C991763VB2781612"),
                    publishableKey: "client"
                )
        )
    }

    @Test(arguments: ["APPROVED", "VAULTED", "TOKENIZED"])
    func `an approved session is exchanged for its token, under one key`(status: String) throws {
        #expect(
            try wire(read, setup(status)) == """
                POST \(base)/v3/vault/payment-tokens
                Content-Type: application/json
                PayPal-Request-Id: mst_1-token
                Prefer: return=representation

                {"payment_source":{"token":{"id":"5C991763VB2781612","type":"SETUP_TOKEN"}}}
                """
        )
        guard case .session(let session, nil) = try outcome(read, setup(status), token) else {
            Issue.record("no session")
            return
        }
        #expect(session.status == .succeeded(token: VendorToken("8kk8451t")))
        #expect(session.customerReference == "customer_4029352050")
        #expect(session.details == visa)
        #expect(session.reference == "5C991763VB2781612")
    }

    @Test func `a token exchanged long ago is its customer's`() throws {
        let refusal = PayPalFixture.failure("TOKEN_EXPIRED")
        #expect(
            try wire(read, setup("VAULTED"), refusal) == """
                GET \(base)/v3/vault/payment-tokens?customer_id=customer_4029352050&page_size=2&page=1
                Prefer: return=representation
                """
        )
        let one = PayPalFixture.answer(
            200,
            #"{"payment_tokens":[{"id":"8kk8451t","payment_source":{"paypal":{}}}]}"#
        )
        guard
            case .session(let session, nil) = try outcome(read, setup("VAULTED"), refusal, one)
        else {
            Issue.record("no session")
            return
        }
        #expect(session.status == .succeeded(token: VendorToken("8kk8451t")))
        let several = PayPalFixture.answer(
            200,
            #"{"payment_tokens":[{"id":"8kk8451t"},{"id":"9kk8451t"}]}"#
        )
        #expect(
            try outcome(read, setup("VAULTED"), refusal, several) == .unknown(.unrecognizedStatus)
        )
        #expect(
            try outcome(read, setup("APPROVED"), refusal)
                == .declined(Decline(.hard, code: "TOKEN_EXPIRED"))
        )
    }

    @Test(arguments: [
        (200, "{}", "unknown_unreadable_reply"),
        (200, #"{"id":"1","status":"SOMETHING_NEW"}"#, "unknown_unrecognized_status"),
        (401, "", "rejected_configuration"), (429, "", "not_done_throttled"),
        (500, "", "unknown_vendor_error"),
        (404, #"{"name":"RESOURCE_NOT_FOUND"}"#, "rejected_not_found"),
        (422, #"{"name":"X","details":[{"issue":"INSTRUMENT_DECLINED"}]}"#, "declined_hard"),
        (
            422, #"{"name":"X","details":[{"issue":"PAYER_ACTION_REQUIRED"}]}"#,
            "declined_authentication_required"
        ),
        (422, #"{"name":"X","details":[{"issue":"ORDER_NOT_APPROVED"}]}"#, "rejected_wrong_state"),
    ])
    func `a session that cannot be read`(status: Int, body: String, outcome: String) throws {
        #expect(try self.outcome(read, PayPalFixture.answer(status, body)).shortForm == outcome)
    }

    @Test func `a token is read, attached from the start, and forgotten for good`() throws {
        let method = TokenOperation.readMethod(token: VendorToken("8kk8451t"))
        let place = "\(base)/v3/vault/payment-tokens/8kk8451t"
        #expect(try wire(method) == PayPalFixture.reading(place))
        #expect(
            try outcome(method, token)
                == .method(visa, customerReference: "customer_4029352050")
        )
        #expect(
            try outcome(.attach(token: VendorToken("8kk8451t"), customerReference: "c")) == .done
        )
        let detach = TokenOperation.detach(token: VendorToken("8kk8451t"))
        #expect(try wire(detach) == "DELETE \(base)/v3/vault/payment-tokens/8kk8451t")
        #expect(try outcome(detach, PayPalFixture.answer(204)) == .done)
        let gone = PayPalFixture.failure("INVALID_RESOURCE_ID", 404, name: "RESOURCE_NOT_FOUND")
        #expect(try outcome(detach, gone) == .done)
        #expect(try outcome(detach, PayPalFixture.answer(500)) == .unknown(.vendorError))
    }

    @Test func `a wallet shows its kind and nothing of its payer`() throws {
        let method = TokenOperation.readMethod(token: VendorToken("8kk8451t"))
        let wallet = PayPalFixture.answer(
            200,
            """
            {"id":"8kk8451t","customer":{"id":"c"},"payment_source":{"paypal":{
            "email_address":"buyer@example.com","account_id":"QYR5Z8XDVJNXQ"}}}
            """
        )
        #expect(
            try outcome(method, wallet)
                == .method(MethodDetails(brand: "paypal"), customerReference: "c")
        )
    }
}
