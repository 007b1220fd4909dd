import PaymentCore

extension PayPal {
    /// What an issue means, before one looks at what was asked (sections 2.3 to 2.5 and 4).
    enum Issue: Hashable {
        case declined(Decline.Class, retryAfter: Duration? = nil)
        /// No to this source, not to this payment: the payer can choose another on PayPal's page.
        case sourceDeclined
        case rejected(VendorRejection.Reason)
        /// The payer must prove who they are.
        case payerAction
        /// Not a refusal: it happened before, or is not ready. The object itself shows which.
        case readState

        /// The meaning of PayPal's word. One that we do not know refuses the request as such.
        init(_ failure: Failure) {
            self =
                Self.meanings[failure.issue] ?? Self.meanings[failure.name]
                ?? .rejected(.invalidRequest)
        }

        private static let meanings: [String: Issue] = {
            var meanings: [String: Issue] = [:]
            for (meaning, words) in table {
                for word in words.split(separator: " ") { meanings[String(word)] = meaning }
            }
            return meanings
        }()

        private static let table: [(Issue, String)] = [
            (
                .sourceDeclined,
                """
                INSTRUMENT_DECLINED REDIRECT_PAYER_FOR_ALTERNATE_FUNDING PAYER_CANNOT_PAY \
                PAYMENT_DENIED
                """
            ),
            (
                .declined(.hard),
                """
                PAYMENT_SOURCE_DECLINED_BY_PROCESSOR ALIAS_DECLINED_BY_PROCESSOR \
                PAYMENT_SOURCE_CANNOT_BE_USED CARD_EXPIRED REFERENCED_CARD_EXPIRED \
                INVALID_EXPIRY_DATE INVALID_SECURITY_CODE_LENGTH CARD_BRAND_NOT_SUPPORTED \
                BILLING_ADDRESS_INVALID TOKEN_ID_NOT_FOUND TOKEN_EXPIRED \
                AGREEMENT_ALREADY_CANCELLED BILLING_AGREEMENT_NOT_FOUND \
                MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE PAYER_ACCOUNT_LOCKED_OR_CLOSED \
                PAYER_ACCOUNT_RESTRICTED MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED
                """
            ),
            (
                .declined(.fraud),
                """
                TRANSACTION_REFUSED COMPLIANCE_VIOLATION DECLINED_DUE_TO_RELATED_TXN \
                PAYEE_BLOCKED_TRANSACTION TRANSACTION_BLOCKED_BY_PAYEE
                """
            ),
            (
                // The limits are a day's.
                .declined(.soft, retryAfter: .seconds(86_400)),
                "TRANSACTION_LIMIT_EXCEEDED TRANSACTION_RECEIVING_LIMIT_EXCEEDED"
            ),
            // Our own balance can fill up again.
            (.declined(.soft), "REFUND_FAILED_INSUFFICIENT_FUNDS"),
            (.payerAction, "PAYER_ACTION_REQUIRED"),
            (
                .readState,
                """
                ORDER_NOT_APPROVED ORDER_ALREADY_CAPTURED ORDER_ALREADY_AUTHORIZED \
                ORDER_COMPLETED_OR_VOIDED ORDER_COMPLETION_IN_PROGRESS \
                AUTHORIZATION_ALREADY_CAPTURED CAPTURE_FULLY_REFUNDED PREVIOUSLY_VOIDED \
                PREVIOUSLY_CAPTURED DUPLICATE_INVOICE_ID
                """
            ),
            (
                .rejected(.configuration),
                """
                PAYEE_ACCOUNT_RESTRICTED PAYEE_ACCOUNT_LOCKED_OR_CLOSED \
                PAYEE_NOT_ENABLED_FOR_CARD_PROCESSING AUTH_CAPTURE_NOT_ENABLED \
                PLATFORM_FEE_NOT_ENABLED
                """
            ),
            (
                .rejected(.authorizationExpired),
                "ORDER_EXPIRED AUTHORIZATION_EXPIRED PAYPAL_TRANSACTION_ID_EXPIRED"
            ),
            (
                .rejected(.wrongState),
                """
                AUTHORIZATION_DENIED AUTHORIZATION_VOIDED CANNOT_BE_VOIDED \
                MAX_CAPTURE_COUNT_EXCEEDED REAUTHORIZATION_NOT_SUPPORTED REFUND_NOT_ALLOWED \
                REFUND_IS_RESTRICTED PENDING_CAPTURE MAX_NUMBER_OF_REFUNDS_EXCEEDED \
                REFUND_TIME_LIMIT_EXCEEDED
                """
            ),
            (
                .rejected(.amountNotAccepted),
                """
                CANNOT_BE_ZERO_OR_NEGATIVE CANNOT_BE_NEGATIVE MAX_VALUE_EXCEEDED \
                MAX_CAPTURE_AMOUNT_EXCEEDED REFUND_AMOUNT_EXCEEDED REFUND_AMOUNT_TOO_LOW \
                PARTIAL_REFUND_NOT_ALLOWED
                """
            ),
            (
                .rejected(.disputed),
                "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK TRANSACTION_DISPUTED"
            ),
            (.rejected(.notFound), "RESOURCE_NOT_FOUND INVALID_RESOURCE_ID"),
            // Faults of ours.
            (
                .rejected(.invalidRequest),
                """
                DECIMAL_PRECISION DECIMALS_NOT_SUPPORTED INVALID_CURRENCY_CODE AMOUNT_MISMATCH \
                MULTI_CURRENCY_ORDER ACTION_DOES_NOT_MATCH_INTENT PAYPAL_REQUEST_ID_REQUIRED \
                AUTH_CAPTURE_CURRENCY_MISMATCH REFUND_CAPTURE_CURRENCY_MISMATCH \
                PLATFORM_FEE_EXCEEDED
                """
            ),
        ]
    }
}

extension PayPal.Failure {
    func rejection(_ reason: VendorRejection.Reason) -> VendorRejection {
        VendorRejection(reason, code: issue, message: message)
    }

    func decline(_ kind: Decline.Class, retryAfter: Duration? = nil) -> Decline {
        Decline(kind, code: issue, retryAfter: retryAfter)
    }
}
