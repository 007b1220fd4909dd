import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// `docs/integrator.md`: what every answer means.
@Suite struct IntegratorOutcomeTests {
    private let authorize = VendorOperation.authorize(.sample(token: nil))

    private func authorized(
        _ body: String,
        mode: MerchantAccount.Mode = .test
    ) throws -> VendorOutcome {
        try IntegratorFixture.outcome(of: authorize, 200, body, mode: mode)
    }

    @Test func `a hold with all that can be told`() throws {
        let outcome = try authorized(
            """
            {"reference":"bank_7f3","attempt":"\(Sample.attempt)","status":"authorized",\
            "amount":1099,"currency":"EUR","expires_at":"2025-01-08T00:00:00Z",\
            "multi_capture":true,"method":{"brand":"visa","last4":"1111","exp_month":3,\
            "exp_year":2030,"country":"UZ"},"details":{"bank":"Example","score":7,"vip":true,\
            "Nested":"no","list":[1],"none":null},"more":"ignored"}
            """
        )
        #expect(
            outcome
                == .succeeded(
                    VendorReceipt(
                        reference: "bank_7f3",
                        amount: 1_099,
                        authorizationExpiresAt: Timestamp(rfc3339: "2025-01-08T00:00:00Z"),
                        multiCapture: true,
                        method: MethodDetails(
                            brand: "visa",
                            last4: "1111",
                            expiryMonth: 3,
                            expiryYear: 2030,
                            country: "UZ"
                        ),
                        details: #"{"bank":"Example","score":7,"vip":true}"#
                    )
                )
        )
    }

    @Test func `a hold without an end that can be stored is a hold`() throws {
        let outcome = try authorized(
            """
            {"reference":"bank_1","status":"authorized","amount":1099,"currency":"EUR",\
            "expires_at":"9999-12-31T23:59:59-03:00"}
            """
        )
        #expect(outcome == .succeeded(VendorReceipt(reference: "bank_1", amount: 1_099)))
    }

    @Test func `a sale`() throws {
        let outcome = try authorized(
            """
            {"reference":"bank_1","status":"captured","amount":1099,"currency":"EUR",\
            "capture_reference":"cap_1"}
            """
        )
        #expect(
            outcome
                == .succeeded(
                    VendorReceipt(
                        reference: "bank_1",
                        amount: 1_099,
                        captured: true,
                        captureReference: "cap_1"
                    )
                )
        )
    }

    @Test func `another amount than asked is told as it is`() throws {
        let outcome = try authorized(
            #"{"reference":"bank_1","status":"authorized","amount":1000,"currency":"EUR"}"#
        )
        #expect(outcome.receipt?.amount == 1_000)
    }

    @Test func `a page is a redirect, over https where money is live`() throws {
        func page(_ url: String, _ mode: MerchantAccount.Mode = .test) throws -> VendorOutcome {
            try authorized(
                #"{"reference":"bank_1","status":"requires_action","redirect_url":"\#(url)"}"#,
                mode: mode
            )
        }
        let receipt = VendorReceipt(reference: "bank_1")
        #expect(
            try page("https://bank.example/pay?id=1", .live)
                == .requiresAction(.redirect(url: "https://bank.example/pay?id=1"), receipt)
        )
        #expect(
            try page("http://localhost/pay")
                == .requiresAction(.redirect(url: "http://localhost/pay"), receipt)
        )
        #expect(try page("http://localhost/pay", .live) == .unknown(.unreadableReply))
        for url in ["", "javascript:alert(1)", "//x", "https://a b", "https://ä.example"] {
            #expect(try page(url) == .unknown(.unreadableReply))
        }
    }

    @Test func `a payment under way, given up, or run out`() throws {
        #expect(
            try authorized(#"{"reference":"bank_1","status":"processing"}"#)
                == .pending(VendorReceipt(reference: "bank_1"))
        )
        for status in ["voided", "expired"] {
            #expect(
                try authorized(#"{"reference":"bank_1","status":"\#(status)"}"#).shortForm
                    == "rejected_wrong_state"
            )
        }
    }

    @Test(arguments: [
        ("soft", Decline.Class.soft), ("hard", .hard), ("fraud", .fraud),
        ("temporary", .temporary), ("authentication_required", .authenticationRequired),
        ("nobody_knows", .soft),
    ])
    func `a decline of every class`(word: String, expected: Decline.Class) throws {
        let outcome = try authorized(
            """
            {"status":"declined","decline":{"class":"\(word)","code":"limit","network_code":"61",\
            "advice_code":"x","retry_after":60}}
            """
        )
        #expect(
            outcome
                == .declined(
                    Decline(
                        expected,
                        code: "limit",
                        networkCode: "61",
                        adviceCode: "x",
                        retryAfter: .seconds(60)
                    ),
                    nil
                )
        )
    }

    @Test func `a decline without words is soft, and the networks' rules stand above it`() throws {
        #expect(
            try authorized(#"{"status":"declined","reference":"bank_1"}"#)
                == .declined(
                    Decline(.soft, code: "declined"),
                    VendorReceipt(reference: "bank_1")
                )
        )
        let visa = try authorized(
            """
            {"status":"declined","decline":{"class":"soft","network_code":"41"},\
            "method":{"brand":"visa"}}
            """
        )
        #expect(visa.decline?.class == .hard)
    }

    @Test(arguments: [
        #"{"status":"authorized","amount":1099,"currency":"EUR"}"#,
        #"{"reference":"","status":"authorized","amount":1099,"currency":"EUR"}"#,
        #"{"reference":"b","status":"authorized"}"#,
        #"{"reference":"b","status":"captured"}"#,
        #"{"reference":"b","status":"authorized","amount":1099}"#,
        #"{"reference":"b","status":"authorized","amount":"1099","currency":"EUR"}"#,
        #"{"reference":"b","status":"authorized","amount":10.99,"currency":"EUR"}"#,
        #"{"reference":"b","status":"authorized","amount":-1,"currency":"EUR"}"#,
        #"{"reference":"b","status":"authorized","amount":1099,"currency":"USD"}"#,
        #"{"reference":"b","status":"authorized","amount":1099,"currency":"eur"}"#,
        #"{"reference":"b","status":"authorized","amount":1099,"currency":"EUR","captured":"0"}"#,
        #"{"reference":"b","status":"requires_action"}"#,
        #"{"reference":"b"}"#, #"{"reference":7,"status":"processing"}"#, "[]", "", "<html>",
    ])
    func `an answer that is not the contract's is no verdict`(body: String) throws {
        #expect(try authorized(body) == .unknown(.unreadableReply))
    }

    @Test func `a payment of another attempt is no answer`() throws {
        let other = AttemptID(Sample.uuid(77))
        #expect(
            try authorized(
                """
                {"reference":"b","attempt":"\(other)","status":"authorized","amount":1099,\
                "currency":"EUR"}
                """
            ) == .unknown(.unreadableReply)
        )
    }

    @Test func `a word that the contract does not have is no verdict`() throws {
        #expect(
            try authorized(
                #"{"reference":"b","status":"settled","amount":1099,"currency":"EUR"}"#
            ) == .unknown(.unrecognizedStatus)
        )
    }

    // MARK: Captures, voids and refunds

    @Test func `a movement that is done, accepted or refused`() throws {
        let capture = VendorOperation.capture(.sample(of: "bank_1"))
        let refund = VendorOperation.refund(.sample(of: "bank_1"))
        let void = VendorOperation.void(.sample(of: "bank_1"))
        func outcome(_ operation: VendorOperation, _ body: String) throws -> VendorOutcome {
            try IntegratorFixture.outcome(of: operation, 200, body)
        }
        #expect(
            try outcome(
                capture,
                #"{"reference":"c","status":"succeeded","amount":400,"currency":"EUR"}"#
            ) == .succeeded(VendorReceipt(reference: "c", amount: 400, captured: true))
        )
        #expect(
            try outcome(refund, #"{"reference":"r","status":"succeeded","details":{"a":"b"}}"#)
                == .succeeded(VendorReceipt(reference: "r", details: #"{"a":"b"}"#))
        )
        #expect(
            try outcome(void, #"{"reference":"v","status":"succeeded"}"#)
                == .succeeded(VendorReceipt(reference: "v"))
        )
        for operation in [capture, refund, void] {
            #expect(
                try outcome(operation, #"{"reference":"x","status":"pending"}"#).shortForm
                    == "pending"
            )
            #expect(
                try outcome(
                    operation,
                    #"{"reference":"x","status":"failed","decline":{"class":"hard"}}"#
                ).shortForm == "declined_hard"
            )
            for word in ["reversed", "done"] {
                #expect(
                    try outcome(operation, #"{"reference":"x","status":"\#(word)"}"#)
                        == .unknown(.unrecognizedStatus)
                )
            }
            for body in ["{}", #"{"status":"succeeded"}"#, #"{"reference":"x"}"#, "null"] {
                #expect(try outcome(operation, body) == .unknown(.unreadableReply))
            }
        }
        for operation in [capture, refund] {
            #expect(
                try outcome(
                    operation,
                    #"{"reference":"x","status":"succeeded","amount":500,"currency":"USD"}"#
                ) == .unknown(.unreadableReply)
            )
        }
    }

    // MARK: Refusals and faults

    @Test(arguments: VendorRejection.Reason.allCases)
    func `a refusal of every code`(reason: VendorRejection.Reason) throws {
        let outcome = try IntegratorFixture.outcome(
            of: .capture(.sample()),
            409,
            #"{"error":{"code":"\#(reason.rawValue)","message":"because"}}"#
        )
        #expect(
            outcome
                == .rejected(
                    VendorRejection(reason, code: reason.rawValue, message: "because")
                )
        )
    }

    @Test(arguments: [
        (400, #"{"error":{"code":"nobody_knows"}}"#, "rejected_invalid_request"),
        (409, #"{"error":{"code":"in_progress"}}"#, "unknown_key_taken"),
        (409, #"{"error":{"code":"key_reused"}}"#, "unknown_key_taken"),
        (401, "", "rejected_configuration"), (403, "<html>", "rejected_configuration"),
        (429, "", "not_done_throttled"), (500, "", "unknown_vendor_error"),
        (503, #"{"error":{"code":"wrong_state"}}"#, "unknown_vendor_error"),
        (400, "", "unknown_unreadable_reply"), (404, "<html>", "unknown_unreadable_reply"),
        (422, #"{"error":"wrong_state"}"#, "unknown_unreadable_reply"),
        (201, "{}", "unknown_unrecognized_status"), (302, "", "unknown_unrecognized_status"),
    ])
    func `everything but 200`(status: Int, body: String, expected: String) throws {
        for operation in [authorize, .capture(.sample()), .void(.sample()), .refund(.sample())] {
            let outcome = try IntegratorFixture.outcome(of: operation, status, body)
            #expect(outcome.shortForm == expected)
        }
    }

    // MARK: Look-ups

    private func found(
        _ subject: VendorOperation.LookUp.Subject,
        _ status: Int,
        _ body: String
    ) throws -> VendorOutcome {
        try IntegratorFixture.outcome(of: .lookUp(.init(subject)), status, body)
    }

    @Test(arguments: [
        ("requires_action", PaymentSnapshot.Status.requiresAction(nil)),
        ("processing", .processing), ("authorized", .authorized), ("captured", .captured),
        ("declined", .declined(Decline(.soft, code: "declined"))), ("voided", .voided),
        ("expired", .expired),
    ])
    func `a payment that was found`(word: String, status: PaymentSnapshot.Status) throws {
        let body = """
            {"payment":{"reference":"bank_1","attempt":"\(Sample.attempt)","status":"\(word)",\
            "amount":1099,"currency":"EUR"}}
            """
        for subject: VendorOperation.LookUp.Subject in [
            .payment(reference: "bank_1"), .paymentOfAttempt(Sample.attempt, askedAt: Sample.now),
        ] {
            let snapshot = try #require(try found(subject, 200, body).foundPayment)
            #expect(snapshot.status == status)
            #expect(snapshot.capturable == (word == "authorized" ? 1_099 : 0))
            #expect(snapshot.captured == (word == "captured" ? 1_099 : 0))
            #expect(snapshot.attempt == Sample.attempt)
        }
        #expect(
            try found(.payment(reference: "other"), 200, body) == .unknown(.unreadableReply)
        )
    }

    @Test func `a refusal that names nothing is found by our attempt alone`() throws {
        let body = """
            {"payment":{"attempt":"\(Sample.attempt)","status":"declined",\
            "amount":1099,"currency":"EUR","decline":{"class":"hard","code":"lost"}}}
            """
        #expect(
            try found(.paymentOfAttempt(Sample.attempt, askedAt: Sample.now), 200, body)
                == .declined(Decline(.hard, code: "lost"), nil)
        )
        let another = AttemptID(Sample.uuid(77))
        for subject: VendorOperation.LookUp.Subject in [
            .payment(reference: "bank_1"), .paymentOfAttempt(another, askedAt: Sample.now),
        ] {
            #expect(try found(subject, 200, body) == .unknown(.unreadableReply))
        }
    }

    @Test func `a partly captured payment tells its sums`() throws {
        let body = """
            {"payment":{"reference":"bank_1","status":"authorized","amount":1099,\
            "currency":"EUR","capturable":599,"captured":500}}
            """
        let snapshot = try found(.payment(reference: "bank_1"), 200, body).foundPayment
        #expect(snapshot?.capturable == 599)
        #expect(snapshot?.captured == 500)
    }

    @Test(arguments: [
        ("pending", RefundSnapshot.Status.pending), ("succeeded", .succeeded),
        ("failed", .failed(code: "declined")), ("reversed", .failed(code: "declined")),
    ])
    func `a refund that was found`(word: String, status: RefundSnapshot.Status) throws {
        let body = """
            {"refund":{"reference":"rfd_1","payment_reference":"bank_1",\
            "attempt":"\(Sample.attempt)","status":"\(word)","amount":300,"currency":"EUR"}}
            """
        for subject: VendorOperation.LookUp.Subject in [
            .refund(reference: "rfd_1"),
            .refundOfAttempt(Sample.attempt, paymentReference: "bank_1"),
        ] {
            guard case .found(.refund(let refund)) = try found(subject, 200, body) else {
                Issue.record("not found")
                continue
            }
            #expect(refund.status == status)
            #expect(refund.paymentReference == "bank_1")
            #expect(refund.amount == Money(300, .eur))
        }
        #expect(try found(.refund(reference: "other"), 200, body) == .unknown(.unreadableReply))
    }

    @Test func `what was found in another currency is no verdict`() throws {
        let original = VendorOperation.Original(
            attempt: Sample.attempt,
            amount: Money(1_099, .usd),
            askedAt: Sample.now,
            details: nil
        )
        let members = """
            "reference":"one","payment_reference":"bank_1","amount":1099,"currency":"EUR"
            """
        for (subject, body) in [
            (
                VendorOperation.LookUp.Subject.payment(reference: "one"),
                #"{"payment":{"status":"captured",\#(members)}}"#
            ),
            (.refund(reference: "one"), #"{"refund":{"status":"succeeded",\#(members)}}"#),
        ] {
            let asked = VendorOperation.lookUp(.init(subject, original: original))
            #expect(
                try IntegratorFixture.outcome(of: asked, 200, body) == .unknown(.unreadableReply)
            )
            guard case .found = try found(subject, 200, body) else {
                Issue.record("it can be read")
                continue
            }
        }
    }

    @Test func `only what was never asked for is not there`() throws {
        let body = #"{"error":{"code":"not_found"}}"#
        for ours: VendorOperation.LookUp.Subject in [
            .paymentOfAttempt(Sample.attempt, askedAt: Sample.now),
            .refundOfAttempt(Sample.attempt, paymentReference: "bank_1"),
        ] {
            #expect(try found(ours, 404, body) == .notFound)
            #expect(try found(ours, 404, "") == .unknown(.unreadableReply))
        }
        #expect(
            try found(.payment(reference: "bank_1"), 404, body).shortForm == "rejected_not_found"
        )
    }

    @Test(arguments: [
        "{}", #"{"payment":{}}"#, #"{"refund":{}}"#,
        #"{"payment":{"reference":"bank_1","status":"authorized"}}"#,
        #"{"payment":{"reference":"bank_1","status":"processing"}}"#,
    ])
    func `a finding that cannot be read is none`(body: String) throws {
        for subject: VendorOperation.LookUp.Subject in [
            .payment(reference: "bank_1"), .refund(reference: "rfd_1"),
        ] {
            #expect(try found(subject, 200, body) == .unknown(.unreadableReply))
        }
    }
}
