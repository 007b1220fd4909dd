extension PayPal {
    /// Why a call is refused, in the vendor's word (sections 1 to 4).
    struct Issue: Hashable, Sendable, ExpressibleByStringLiteral {
        let code: String

        /// Nil for a word that the reference does not have.
        init?(_ code: String) {
            guard Self.all.contains(code) else { return nil }
            self.code = code
        }

        init(stringLiteral code: String) {
            precondition(Self.all.contains(code), "the reference has \(code)")
            self.code = code
        }

        /// The status and name of the error that carries it.
        var kind: (status: Int, name: String) {
            switch Self.exceptions[code] {
            case nil: (422, "UNPROCESSABLE_ENTITY")
            case 400: (400, "INVALID_REQUEST")
            case 401: (401, "AUTHENTICATION_FAILURE")
            case 403: (403, "NOT_AUTHORIZED")
            case 404: (404, "RESOURCE_NOT_FOUND")
            case let status?: (status, "RESOURCE_CONFLICT")
            }
        }

        /// For people; nobody should branch on it.
        var description: String {
            switch code {
            case "INSTRUMENT_DECLINED":
                "The instrument presented was either declined by the processor or bank, or it "
                    + "can't be used for this payment."
            case "AUTHORIZATION_ALREADY_CAPTURED": "Authorization has already been captured."
            default: code.split(separator: "_").joined(separator: " ").lowercased() + "."
            }
        }

        /// All that do not come with 422.
        private static let exceptions: [String: Int] = [
            "MISSING_REQUIRED_PARAMETER": 400, "INVALID_PARAMETER_VALUE": 400,
            "INVALID_PARAMETER_SYNTAX": 400, "INVALID_STRING_LENGTH": 400,
            "MALFORMED_REQUEST_JSON": 400, "PAYPAL_REQUEST_ID_REQUIRED": 400,
            "RESULTSET_TOO_LARGE": 400, "PERMISSION_DENIED": 403,
            "NOT_ENABLED_FOR_CARD_PROCESSING": 403, "CONSENT_NEEDED": 403,
            "INVALID_RESOURCE_ID": 404, "PREVIOUS_REQUEST_IN_PROGRESS": 409,
        ]

        static let all: Set<String> = Set(
            """
            ACTION_DOES_NOT_MATCH_INTENT AGREEMENT_ALREADY_CANCELLED ALIAS_DECLINED_BY_PROCESSOR \
            AMOUNT_MISMATCH AUTHORIZATION_ALREADY_CAPTURED AUTHORIZATION_DENIED \
            AUTHORIZATION_EXPIRED AUTHORIZATION_VOIDED AUTH_CAPTURE_CURRENCY_MISMATCH \
            AUTH_CAPTURE_NOT_ENABLED BILLING_ADDRESS_INVALID BILLING_AGREEMENT_NOT_FOUND \
            CANNOT_BE_NEGATIVE CANNOT_BE_VOIDED CANNOT_BE_ZERO_OR_NEGATIVE \
            CAPTURE_FULLY_REFUNDED CARD_BRAND_NOT_SUPPORTED CARD_EXPIRED COMPLIANCE_VIOLATION \
            CONSENT_NEEDED DECIMALS_NOT_SUPPORTED DECIMAL_PRECISION \
            DECLINED_DUE_TO_RELATED_TXN DUPLICATE_INVOICE_ID INSTRUMENT_DECLINED \
            INVALID_CURRENCY_CODE INVALID_EXPIRY_DATE INVALID_PARAMETER_SYNTAX \
            INVALID_PARAMETER_VALUE INVALID_RESOURCE_ID INVALID_SECURITY_CODE_LENGTH \
            INVALID_STRING_LENGTH MALFORMED_REQUEST_JSON MAX_CAPTURE_AMOUNT_EXCEEDED \
            MAX_CAPTURE_COUNT_EXCEEDED MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED \
            MAX_NUMBER_OF_REFUNDS_EXCEEDED MAX_VALUE_EXCEEDED \
            MERCHANT_INITIATED_WITH_AUTHENTICATION_RESULTS \
            MERCHANT_INITIATED_WITH_MULTIPLE_PURCHASE_UNITS \
            MERCHANT_INITIATED_WITH_SECURITY_CODE MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE \
            MISSING_REQUIRED_PARAMETER MULTI_CURRENCY_ORDER NOT_ENABLED_FOR_CARD_PROCESSING \
            ORDER_ALREADY_AUTHORIZED ORDER_ALREADY_CAPTURED ORDER_COMPLETED_OR_VOIDED \
            ORDER_COMPLETION_IN_PROGRESS ORDER_EXPIRED ORDER_NOT_APPROVED \
            PARTIAL_REFUND_NOT_ALLOWED PAYEE_ACCOUNT_LOCKED_OR_CLOSED PAYEE_ACCOUNT_RESTRICTED \
            PAYEE_BLOCKED_TRANSACTION PAYEE_NOT_ENABLED_FOR_CARD_PROCESSING \
            PAYER_ACCOUNT_LOCKED_OR_CLOSED PAYER_ACCOUNT_RESTRICTED PAYER_ACTION_REQUIRED \
            PAYER_CANNOT_PAY PAYMENT_DENIED PAYMENT_SOURCE_CANNOT_BE_USED \
            PAYMENT_SOURCE_DECLINED_BY_PROCESSOR PAYPAL_REQUEST_ID_REQUIRED \
            PAYPAL_TRANSACTION_ID_EXPIRED PENDING_CAPTURE PERMISSION_DENIED \
            PLATFORM_FEE_EXCEEDED PLATFORM_FEE_NOT_ENABLED PREVIOUSLY_CAPTURED \
            PREVIOUSLY_VOIDED PREVIOUS_REQUEST_IN_PROGRESS REAUTHORIZATION_NOT_SUPPORTED \
            REDIRECT_PAYER_FOR_ALTERNATE_FUNDING REFERENCED_CARD_EXPIRED REFUND_AMOUNT_EXCEEDED \
            REFUND_AMOUNT_TOO_LOW REFUND_CAPTURE_CURRENCY_MISMATCH \
            REFUND_FAILED_INSUFFICIENT_FUNDS REFUND_IS_RESTRICTED REFUND_NOT_ALLOWED \
            REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK REFUND_TIME_LIMIT_EXCEEDED RESULTSET_TOO_LARGE \
            TOKEN_EXPIRED TOKEN_ID_NOT_FOUND TRANSACTION_BLOCKED_BY_PAYEE TRANSACTION_DISPUTED \
            TRANSACTION_LIMIT_EXCEEDED TRANSACTION_RECEIVING_LIMIT_EXCEEDED TRANSACTION_REFUSED
            """.split(separator: " ").map(String.init)
        )
    }
}
