import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 3: customers, sessions and methods.
@Suite struct StripeTokenTests {
    private static let token = VendorToken("pm_1QcVisa")
    private static let card = MethodDetails(
        brand: "visa",
        last4: "4242",
        expiryMonth: 12,
        expiryYear: 2030,
        fingerprint: "Xt5EWLLDS7FJjR1c",
        funding: "credit",
        country: "US"
    )

    private static func open(
        _ kind: MethodKind = .card,
        offSession: Bool = true,
        customer: String? = "cus_Rk1"
    ) -> TokenOperation {
        .openSession(
            session: Sample.session,
            customerReference: customer,
            kind: kind,
            offSession: offSession,
            returnURL: nil
        )
    }

    private func outcome(_ operation: TokenOperation, _ name: String) throws -> TokenOutcome {
        try StripeFixture.dialect().outcome(
            of: operation,
            from: StripeFixture.recording(name).answer()
        )
    }

    @Test(arguments: [
        (
            TokenOperation.registerCustomer(
                customer: Sample.customer,
                email: "guest@example.com",
                name: "A Guest"
            ),
            "customers",
            [
                "email=guest@example.com", "name=A Guest",
                "metadata[customer]=\(Sample.customer)", "metadata[tenant]=\(Sample.tenant)",
            ]
        ),
        (
            .registerCustomer(customer: Sample.customer, email: nil, name: nil), "customers",
            ["metadata[customer]=\(Sample.customer)", "metadata[tenant]=\(Sample.tenant)"]
        ),
        (
            open(), "setup_intents",
            [
                "customer=cus_Rk1", "usage=off_session", "payment_method_types[]=card",
                "metadata[session]=\(Sample.session)", "metadata[tenant]=\(Sample.tenant)",
            ]
        ),
        (
            open(offSession: false, customer: nil), "setup_intents",
            [
                "usage=on_session", "payment_method_types[]=card",
                "metadata[session]=\(Sample.session)", "metadata[tenant]=\(Sample.tenant)",
            ]
        ),
        (
            .attach(token: token, customerReference: "cus_Rk1"),
            "payment_methods/pm_1QcVisa/attach", ["customer=cus_Rk1"]
        ),
        (.detach(token: token), "payment_methods/pm_1QcVisa/detach", []),
    ])
    func `what changes something is posted under its key`(
        operation: TokenOperation,
        path: String,
        form: [String]
    ) throws {
        let request = try StripeFixture.dialect().request(for: operation, key: Sample.key)
        #expect(request.method == .post)
        #expect(request.url == "https://api.stripe.com/v1/\(path)")
        #expect(request.fields[.idempotencyKey] == Sample.key)
        #expect(StripeFixture.form(request) == form)
    }

    @Test(arguments: [
        (
            TokenOperation.readSession(reference: "seti_1"),
            "setup_intents/seti_1?expand%5B%5D=payment_method"
        ),
        (.readMethod(token: token), "payment_methods/pm_1QcVisa"),
    ])
    func `what reads is a plain get`(operation: TokenOperation, path: String) throws {
        let request = try StripeFixture.dialect().request(for: operation, key: Sample.key)
        #expect(request.method == .get)
        #expect(request.url == "https://api.stripe.com/v1/\(path)")
        #expect(request.fields[.idempotencyKey] == nil)
    }

    @Test func `sessions take cards`() {
        #expect(throws: VendorRejection.self) {
            try StripeFixture.dialect().request(for: Self.open(.pix), key: Sample.key)
        }
    }

    @Test func `a customer is known by reference`() throws {
        let register = TokenOperation.registerCustomer(
            customer: Sample.customer,
            email: nil,
            name: nil
        )
        #expect(
            try outcome(register, "customer_registered") == .customer(reference: "cus_Rk1")
        )
    }

    @Test func `a session opens with the page's secret`() throws {
        #expect(
            try outcome(Self.open(), "session_opened")
                == .opened(
                    reference: "seti_1QcSet01",
                    action: .vendorLibrary(
                        clientSecret: VendorToken("seti_1QcSet01_secret_abc"),
                        publishableKey: "pk_test_sample"
                    )
                )
        )
    }

    @Test func `an open session gives the secret again`() throws {
        let read = TokenOperation.readSession(reference: "seti_1QcSet01")
        guard case .session(let session, let action?) = try outcome(read, "session_opened") else {
            return #expect(Bool(false), "a session that waits")
        }
        #expect(session.status == .open)
        #expect(action.withheld == .vendorLibraryWithheld)
    }

    @Test func `a finished session gives the token and its card`() throws {
        let read = TokenOperation.readSession(reference: "seti_1QcSet01")
        #expect(
            try outcome(read, "session_succeeded")
                == .session(
                    SessionSnapshot(
                        reference: "seti_1QcSet01",
                        session: nil,
                        status: .succeeded(token: Self.token),
                        customerReference: "cus_Rk1",
                        details: Self.card
                    ),
                    action: nil
                )
        )
    }

    @Test func `a failed session waits for another card`() throws {
        let read = TokenOperation.readSession(reference: "seti_1QcSet01")
        guard case .session(let session, let action) = try outcome(read, "session_failed") else {
            return #expect(Bool(false), "a session")
        }
        #expect(session.status == .failed(code: "setup_intent_authentication_failure"))
        #expect(action != nil)
    }

    @Test func `a method shows its tail alone`() throws {
        #expect(
            try outcome(.readMethod(token: Self.token), "method_read")
                == .method(Self.card, customerReference: "cus_Rk1")
        )
        #expect(
            try outcome(
                .attach(token: Self.token, customerReference: "cus_Rk1"),
                "method_read"
            ) == .done
        )
    }

    @Test func `detaching twice is detaching once`() throws {
        let detach = TokenOperation.detach(token: Self.token)
        #expect(try outcome(detach, "method_detached") == .done)
        #expect(try outcome(detach, "method_detached_before") == .done)
        let attach = TokenOperation.attach(token: Self.token, customerReference: "cus_Rk1")
        #expect(
            try outcome(attach, "method_detached_before").shortForm == "rejected_invalid_request"
        )
    }

    @Test(arguments: [
        ("declined", "declined_soft"), ("unauthorized", "rejected_configuration"),
        ("throttled", "not_done_throttled"), ("server_error", "unknown_vendor_error"),
        ("key_in_use", "unknown_key_taken"), ("unreadable", "unknown_unreadable_reply"),
    ])
    func `refusals mean the same for tokens`(name: String, expected: String) throws {
        for operation in TokenOperation.samples {
            #expect(try outcome(operation, name).shortForm == expected)
        }
    }

    @Test(arguments: TokenOperation.samples)
    func `a client sends token calls through the same way`(operation: TokenOperation) async {
        let lost = ScriptedTransport(.closed, mayHaveReachedPeer: true)
        let account = StripeFixture.account()
        let outcome = await Stripe.descriptor.makePort(transport: lost)
            .perform(operation, key: Sample.key, account: account)
        #expect(outcome == .unknown(.connectionLost))
    }
}
