/// Everything that can be answered instead of success. The raw value is the `code` of the problem
/// document, the last part of its `type`, and the label in metrics.
package enum ProblemCode: String, Sendable, CaseIterable {
    // MARK: The message

    case malformedRequest = "malformed_request"
    case malformedJSON = "malformed_json"
    case malformedQuery = "malformed_query"
    case unsupportedMediaType = "unsupported_media_type"
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "uri_too_long"
    case fieldsTooLarge = "header_fields_too_large"
    case expectationFailed = "expectation_failed"
    case requestTimeout = "request_timeout"
    case notImplemented = "not_implemented"
    case versionNotSupported = "http_version_not_supported"

    // MARK: Who asks, and how often

    case unauthenticated
    case permissionDenied = "permission_denied"
    case tenantRequired = "tenant_required"
    case tenantNotFound = "tenant_not_found"
    case tenantSuspended = "tenant_suspended"
    case rateLimited = "rate_limited"

    // MARK: What is asked for

    case endpointNotFound = "endpoint_not_found"
    case methodNotAllowed = "method_not_allowed"
    case notFound = "not_found"
    case validationFailed = "validation_failed"
    case cardDataNotAccepted = "card_data_not_accepted"
    case filterTooBroad = "filter_too_broad"
    case alreadyExists = "already_exists"

    // MARK: Idempotency

    case idempotencyKeyRequired = "idempotency_key_required"
    case idempotencyKeyMalformed = "idempotency_key_malformed"
    case idempotencyKeyReused = "idempotency_key_reused"
    case idempotencyKeyInUse = "idempotency_key_in_use"

    // MARK: The rules of payments

    case stateConflict = "state_conflict"
    case movementInProgress = "movement_in_progress"
    case amountExceedsLimit = "amount_exceeds_limit"
    case notSupported = "not_supported"
    case methodRequired = "payment_method_required"
    case methodNotUsable = "payment_method_not_usable"
    case amountMismatch = "amount_mismatch"
    case cashOnly = "cash_only"
    case payerUnknown = "payer_unknown"
    case secondPersonRequired = "second_person_required"
    case noMerchantAccount = "no_merchant_account"
    case ambiguousMerchantAccount = "ambiguous_merchant_account"
    case noRoute = "no_route"
    case versionConflict = "version_conflict"
    case rateMissing = "exchange_rate_missing"
    case ledgerLimitExceeded = "ledger_limit_exceeded"

    // MARK: Vendors

    case paymentDeclined = "payment_declined"
    case vendorRejected = "vendor_rejected"
    case vendorConflict = "vendor_conflict"
    case vendorUnavailable = "vendor_unavailable"
    case vendorUnknown = "vendor_outcome_unknown"
    case gatewayMisconfigured = "gateway_misconfigured"
    case signatureInvalid = "signature_invalid"
    case addressNotAllowed = "address_not_allowed"
    case accountNotNamed = "account_not_named"

    // MARK: The service itself

    case internalError = "internal_error"
    case unavailable
    case deadlineExceeded = "deadline_exceeded"
}
