import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Refusals by status and code (sections 1, 2.3 to 2.5 and 4).
@Suite struct StripeErrorTests {
    private func outcome(
        _ status: Int,
        _ error: String,
        _ fields: HTTPFields = [:],
        of operation: VendorOperation = .authorize(.sample())
    ) throws -> VendorOutcome {
        try StripeFixture.dialect().outcome(
            of: operation,
            from: StripeFixture.answer(status, #"{"error":{\#(error)}}"#, fields)
        )
    }

    @Test(arguments: [
        ("amount_too_small", "amount_not_accepted"),
        ("amount_too_large", "amount_not_accepted"),
        ("charge_expired_for_capture", "authorization_expired"),
        ("capture_charge_authorization_expired", "authorization_expired"),
        ("charge_already_captured", "wrong_state"),
        ("charge_already_refunded", "wrong_state"),
        ("charge_not_refundable", "wrong_state"),
        ("payment_intent_unexpected_state", "wrong_state"),
        ("payment_intent_payment_attempt_expired", "wrong_state"),
        ("charge_disputed", "disputed"),
        ("refund_disputed_payment", "disputed"),
        ("resource_missing", "not_found"),
        ("payment_method_unexpected_state", "method_not_usable"),
        ("payment_intent_incompatible_payment_method", "method_not_usable"),
        ("livemode_mismatch", "configuration"),
        ("api_key_expired", "configuration"),
        ("parameter_missing", "invalid_request"),
        ("parameter_unknown", "invalid_request"),
        ("parameter_invalid_integer", "invalid_request"),
        ("payout_reconciliation_not_ready", "invalid_request"),
        ("a_code_of_tomorrow", "invalid_request"),
    ])
    func `a refused request says why`(code: String, reason: String) throws {
        let outcome = try outcome(400, #""type":"invalid_request_error","code":"\#(code)""#)
        #expect(outcome.shortForm == "rejected_\(reason)")
    }

    @Test func `a missing method is the method's fault`() throws {
        let outcome = try outcome(
            400,
            #""type":"invalid_request_error","code":"resource_missing","param":"payment_method""#
        )
        #expect(outcome.shortForm == "rejected_method_not_usable")
    }

    @Test(arguments: [500, 501, 502, 503, 504, 599])
    func `trouble on Stripe's side is unknown, whatever its hint`(status: Int) throws {
        for hint in ["true", "false"] {
            let outcome = try outcome(
                status,
                #""type":"api_error""#,
                ["Stripe-Should-Retry": hint]
            )
            #expect(outcome == .unknown(.vendorError))
        }
    }

    @Test func `a fault that a key has kept is told from a new one`() throws {
        let outcome = try outcome(
            500,
            #""type":"api_error""#,
            ["Idempotent-Replayed": "true"]
        )
        #expect(outcome == .unknown(.keyTaken))
    }

    private static let failedElsewhere: [(HTTPFields, UnknownReason)] = [
        ([:], .vendorError), (["Stripe-Should-Retry": "true"], .vendorError),
        (["Stripe-Should-Retry": "false"], .vendorError),
        (["Idempotent-Replayed": "true"], .keyTaken),
    ]

    @Test(arguments: failedElsewhere)
    func `what failed at another system in the middle leaves open what had happened`(
        fields: HTTPFields,
        why: UnknownReason
    ) throws {
        let error = #""type":"api_error","code":"external_dependency_failed""#
        #expect(try outcome(424, error, fields) == .unknown(why))
    }

    @Test(arguments: [401, 403])
    func `refused credentials are configuration, and quote no key`(status: Int) throws {
        let error = #""type":"authentication_error","message":"Invalid API Key: sk_test_***ple""#
        guard case .rejected(let rejection) = try outcome(status, error) else {
            return #expect(Bool(false), "rejected")
        }
        #expect(rejection.reason == .configuration)
        #expect(!rejection.message.contains("sk_"))
    }

    @Test(arguments: [
        (429, "rate_limit"), (429, "lock_timeout"), (429, "payment_intent_rate_limit_exceeded"),
        (400, "lock_timeout"),
    ])
    func `not now is not done`(status: Int, code: String) throws {
        let outcome = try outcome(status, #""type":"invalid_request_error","code":"\#(code)""#)
        #expect(outcome == .notDone(.throttled))
    }

    @Test func `a rate limit needs no readable body`() throws {
        let outcome = try StripeFixture.dialect().outcome(
            of: .authorize(.sample()),
            from: StripeFixture.answer(429, "slow down")
        )
        #expect(outcome == .notDone(.throttled))
    }

    @Test func `a key that is taken leaves open what the first request did`() throws {
        #expect(try StripeFixture.outcome("key_in_use") == .unknown(.keyTaken))
        #expect(try StripeFixture.outcome("key_mismatch") == .unknown(.keyTaken))
    }

    @Test func `Stripe's hint on repeating wins over the status`() throws {
        let error = #""type":"invalid_request_error","code":"strange""#
        #expect(
            try outcome(400, error, ["Stripe-Should-Retry": "true"]) == .notDone(.throttled)
        )
        #expect(
            try outcome(429, error, ["Stripe-Should-Retry": "false"]).shortForm
                == "rejected_invalid_request"
        )
        #expect(try outcome(409, error) == .unknown(.vendorError))
        #expect(
            try outcome(409, error, ["Stripe-Should-Retry": "true"]) == .notDone(.throttled)
        )
    }

    @Test func `an expired hold shows in the canceled payment`() throws {
        let error = #"""
            "type":"invalid_request_error","code":"payment_intent_unexpected_state",
            "payment_intent":{"id":"pi_3QcAuth01","object":"payment_intent","status":"canceled",
            "cancellation_reason":"automatic"}
            """#
        let capture = VendorOperation.capture(.sample())
        #expect(
            try outcome(400, error, of: capture).shortForm == "rejected_authorization_expired"
        )
    }

    @Test func `a capture by somebody else of another amount is not ours`() throws {
        #expect(
            try StripeFixture.outcome("capture_of_another_amount").shortForm
                == "rejected_wrong_state"
        )
    }

    @Test func `a payment that was canceled elsewhere does not prove our void`() throws {
        let error = #"""
            "type":"invalid_request_error","code":"payment_intent_unexpected_state",
            "payment_intent":{"id":"pi_other","object":"payment_intent","status":"canceled"}
            """#
        #expect(try outcome(400, error, of: .void(.sample())).shortForm == "rejected_wrong_state")
    }

    @Test func `an empty balance refuses a refund for now`() throws {
        let outcome = try outcome(
            400,
            #""type":"invalid_request_error","code":"balance_insufficient""#,
            of: .refund(.sample())
        )
        #expect(outcome.decline == Decline(.soft, code: "balance_insufficient"))
    }
}
