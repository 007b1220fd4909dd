import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every error of the reference, by the word that it is branched on (sections 1, 2.3 to 2.5, 4).
@Suite struct PayPalIssueTests {
    private let complete = VendorOperation.complete(
        .sample(of: PayPalFixture.order, original: PayPalFixture.unapproved())
    )
    private let stored = VendorOperation.authorize(.sample(token: VendorToken("8kk8451t")))
    private let capture = VendorOperation.capture(
        .sample(of: PayPalFixture.order, original: PayPalFixture.original())
    )
    private let refund = VendorOperation.refund(
        .sample(
            of: PayPalFixture.order,
            shares: [CaptureShare(reference: PayPalFixture.capture, amount: 300)]
        )
    )

    @Test(arguments: [
        "INSTRUMENT_DECLINED", "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "PAYER_CANNOT_PAY",
        "PAYMENT_DENIED",
    ])
    func `a refused source is hard where it is the method, and soft where the payer can choose`(
        issue: String
    ) throws {
        let refusal = PayPalFixture.failure(issue)
        #expect(
            try PayPalFixture.outcome(complete, after: refusal).decline
                == Decline(.soft, code: issue)
        )
        #expect(
            try PayPalFixture.outcome(stored, after: refusal).decline == Decline(.hard, code: issue)
        )
    }

    @Test(arguments: [
        "PAYMENT_SOURCE_DECLINED_BY_PROCESSOR", "ALIAS_DECLINED_BY_PROCESSOR",
        "PAYMENT_SOURCE_CANNOT_BE_USED", "CARD_EXPIRED", "REFERENCED_CARD_EXPIRED",
        "INVALID_EXPIRY_DATE", "INVALID_SECURITY_CODE_LENGTH", "CARD_BRAND_NOT_SUPPORTED",
        "BILLING_ADDRESS_INVALID", "TOKEN_ID_NOT_FOUND", "TOKEN_EXPIRED",
        "AGREEMENT_ALREADY_CANCELLED", "BILLING_AGREEMENT_NOT_FOUND",
        "MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", "PAYER_ACCOUNT_LOCKED_OR_CLOSED",
        "PAYER_ACCOUNT_RESTRICTED", "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED",
    ])
    func `a new method is needed`(issue: String) throws {
        for operation in [complete, stored, capture] {
            #expect(
                try PayPalFixture.outcome(operation, after: PayPalFixture.failure(issue)).decline
                    == Decline(.hard, code: issue)
            )
        }
    }

    @Test(arguments: [
        "TRANSACTION_REFUSED", "COMPLIANCE_VIOLATION", "DECLINED_DUE_TO_RELATED_TXN",
        "PAYEE_BLOCKED_TRANSACTION", "TRANSACTION_BLOCKED_BY_PAYEE",
    ])
    func `risk is fraud`(issue: String) throws {
        #expect(
            try PayPalFixture.outcome(complete, after: PayPalFixture.failure(issue)).decline
                == Decline(.fraud, code: issue)
        )
    }

    @Test(arguments: ["TRANSACTION_LIMIT_EXCEEDED", "TRANSACTION_RECEIVING_LIMIT_EXCEEDED"])
    func `a day's limit ends with the day`(issue: String) throws {
        #expect(
            try PayPalFixture.outcome(complete, after: PayPalFixture.failure(issue)).decline
                == Decline(.soft, code: issue, retryAfter: .seconds(86_400))
        )
    }

    @Test func `a stored method may need its payer`() throws {
        #expect(
            try PayPalFixture.outcome(
                stored,
                after: PayPalFixture.failure("PAYER_ACTION_REQUIRED")
            ).decline == Decline(.authenticationRequired, code: "PAYER_ACTION_REQUIRED")
        )
    }

    @Test(arguments: [
        "PAYEE_ACCOUNT_RESTRICTED", "PAYEE_ACCOUNT_LOCKED_OR_CLOSED",
        "PAYEE_NOT_ENABLED_FOR_CARD_PROCESSING", "AUTH_CAPTURE_NOT_ENABLED",
        "PLATFORM_FEE_NOT_ENABLED",
    ])
    func `our own account needs an operator`(issue: String) throws {
        for operation in [complete, stored, capture, refund] {
            #expect(
                try PayPalFixture.outcome(operation, after: PayPalFixture.failure(issue)).shortForm
                    == "rejected_configuration"
            )
        }
    }

    @Test(arguments: [
        ("ORDER_EXPIRED", "rejected_authorization_expired"),
        ("PAYPAL_TRANSACTION_ID_EXPIRED", "rejected_authorization_expired"),
        ("AUTHORIZATION_EXPIRED", "rejected_authorization_expired"),
        ("AUTHORIZATION_DENIED", "rejected_wrong_state"),
        ("AUTHORIZATION_VOIDED", "rejected_wrong_state"),
        ("MAX_CAPTURE_COUNT_EXCEEDED", "rejected_wrong_state"),
        ("MAX_CAPTURE_AMOUNT_EXCEEDED", "rejected_amount_not_accepted"),
        ("MAX_VALUE_EXCEEDED", "rejected_amount_not_accepted"),
        ("CANNOT_BE_ZERO_OR_NEGATIVE", "rejected_amount_not_accepted"),
        ("CANNOT_BE_NEGATIVE", "rejected_amount_not_accepted"),
        ("DECIMAL_PRECISION", "rejected_invalid_request"),
        ("DECIMALS_NOT_SUPPORTED", "rejected_invalid_request"),
        ("INVALID_CURRENCY_CODE", "rejected_invalid_request"),
        ("AMOUNT_MISMATCH", "rejected_invalid_request"),
        ("MULTI_CURRENCY_ORDER", "rejected_invalid_request"),
        ("ACTION_DOES_NOT_MATCH_INTENT", "rejected_invalid_request"),
        ("AUTH_CAPTURE_CURRENCY_MISMATCH", "rejected_invalid_request"),
        ("A_WORD_OF_NEXT_YEAR", "rejected_invalid_request"),
    ])
    func `a request refused as such`(issue: String, outcome: String) throws {
        for operation in [complete, stored, capture] {
            #expect(
                try PayPalFixture.outcome(operation, after: PayPalFixture.failure(issue)).shortForm
                    == outcome
            )
        }
    }

    @Test(arguments: [
        ("REFUND_AMOUNT_EXCEEDED", "rejected_amount_not_accepted"),
        ("REFUND_AMOUNT_TOO_LOW", "rejected_amount_not_accepted"),
        ("PARTIAL_REFUND_NOT_ALLOWED", "rejected_amount_not_accepted"),
        ("REFUND_CAPTURE_CURRENCY_MISMATCH", "rejected_invalid_request"),
        ("REFUND_FAILED_INSUFFICIENT_FUNDS", "declined_soft"),
        ("REFUND_NOT_ALLOWED", "rejected_wrong_state"),
        ("REFUND_IS_RESTRICTED", "rejected_wrong_state"),
        ("PENDING_CAPTURE", "rejected_wrong_state"),
        ("MAX_NUMBER_OF_REFUNDS_EXCEEDED", "rejected_wrong_state"),
        ("REFUND_TIME_LIMIT_EXCEEDED", "rejected_wrong_state"),
        ("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", "rejected_disputed"),
        ("TRANSACTION_DISPUTED", "rejected_disputed"),
        ("PAYEE_ACCOUNT_RESTRICTED", "rejected_configuration"),
        ("PAYER_ACCOUNT_LOCKED_OR_CLOSED", "declined_hard"),
        ("PLATFORM_FEE_EXCEEDED", "rejected_invalid_request"),
    ])
    func `a refund refused`(issue: String, outcome: String) throws {
        #expect(
            try PayPalFixture.outcome(refund, after: PayPalFixture.failure(issue)).shortForm
                == outcome
        )
    }

    @Test(arguments: [
        (400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER", "rejected_invalid_request"),
        (400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE", "rejected_invalid_request"),
        (400, "INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX", "rejected_invalid_request"),
        (400, "INVALID_REQUEST", "INVALID_STRING_LENGTH", "rejected_invalid_request"),
        (400, "INVALID_REQUEST", "MALFORMED_REQUEST_JSON", "rejected_invalid_request"),
        (400, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED", "rejected_invalid_request"),
        (401, "AUTHENTICATION_FAILURE", "X", "rejected_configuration"),
        (403, "NOT_AUTHORIZED", "PERMISSION_DENIED", "rejected_configuration"),
        (403, "NOT_AUTHORIZED", "NOT_ENABLED_FOR_CARD_PROCESSING", "rejected_configuration"),
        (403, "NOT_AUTHORIZED", "CONSENT_NEEDED", "rejected_configuration"),
        (404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "rejected_not_found"),
        (404, "RESOURCE_NOT_FOUND", "SOMETHING_ELSE", "rejected_not_found"),
        (409, "RESOURCE_CONFLICT", "PREVIOUS_REQUEST_IN_PROGRESS", "unknown_key_taken"),
        (409, "RESOURCE_CONFLICT", "SOMETHING_ELSE", "unknown_vendor_error"),
        (415, "UNSUPPORTED_MEDIA_TYPE", "X", "rejected_invalid_request"),
        (429, "RATE_LIMIT_REACHED", "X", "not_done_throttled"),
        (500, "INTERNAL_SERVER_ERROR", "X", "unknown_vendor_error"),
        (503, "SERVICE_UNAVAILABLE", "X", "unknown_vendor_error"),
        (302, "FOUND", "X", "unknown_unrecognized_status"),
    ])
    func `a status that is no success`(
        status: Int,
        name: String,
        issue: String,
        outcome: String
    ) throws {
        let refusal = PayPalFixture.failure(issue, status, name: name)
        for operation in [stored, capture, refund] {
            #expect(try PayPalFixture.outcome(operation, after: refusal).shortForm == outcome)
        }
    }

    @Test func `a refusal tells PayPal's word and text, and the decline the whole of it`() throws {
        let rejection = try PayPalFixture.outcome(
            capture,
            after: PayPalFixture.failure("AUTHORIZATION_DENIED")
        )
        #expect(
            rejection
                == .rejected(
                    VendorRejection(.wrongState, code: "AUTHORIZATION_DENIED", message: "Because.")
                )
        )
    }

    // MARK: Access tokens

    @Test(arguments: [
        (200, #"{"access_token":"A21","expires_in":32400}"#, "granted"),
        (200, #"{"access_token":"","expires_in":32400}"#, "unavailable"),
        (200, #"{"access_token":"A21","expires_in":0}"#, "unavailable"),
        (200, "<html>", "unavailable"),
        (401, #"{"error":"invalid_client","error_description":"x"}"#, "refused"),
        (400, #"{"error":"unsupported_grant_type"}"#, "refused"), (400, "{}", "unavailable"),
        (403, "", "refused"), (429, "", "unavailable"), (500, "", "unavailable"),
    ])
    func `what the token's answer means`(status: Int, body: String, meaning: String) throws {
        let source = try #require(try PayPalFixture.dialect().accessToken)
        switch source.read(PayPalFixture.answer(status, body)) {
        case .granted(let token, let lifetime):
            #expect(meaning == "granted")
            #expect(token == VendorToken("A21"))
            #expect(lifetime == .seconds(32_400))
        case .refused(let rejection):
            #expect(meaning == "refused")
            #expect(rejection.reason == .configuration)
        case .unavailable: #expect(meaning == "unavailable")
        }
    }

    @Test func `a token that is not accepted any more is replaced, and the request repeated`()
        async throws
    {
        let token = try PayPalFixture.recorded("access_token")
        let transport = ScriptedTransport([
            token, try PayPalFixture.recorded("unauthorized"), token,
            try PayPalFixture.recorded("authorized"),
        ])
        let outcome = await PayPal.descriptor.makePort(transport: transport)
            .perform(stored, key: Sample.key, account: PayPalFixture.account())
        #expect(outcome.shortForm == "succeeded")
        let keys = transport.sent.compactMap { $0.request.fields["PayPal-Request-Id"] }
        #expect(keys == [Sample.key, Sample.key])
        let bearers = transport.sent.compactMap { $0.request.fields[.authorization] }
        #expect(bearers.filter { $0 == "Bearer A21AAExample" }.count == 2)
    }
}
