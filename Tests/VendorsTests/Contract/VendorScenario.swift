import PaymentCore
import Testing
import Vendors

/// What every vendor's answers must come to. A scenario's recording bears its name.
enum VendorScenario: String, CaseIterable {
    case authorized
    case sale
    case requiresAction = "requires_action"
    case declined
    case declinedAuthenticationRequired = "declined_authentication_required"
    case captured
    case capturedPartially = "captured_partially"
    case capturedWithRemainder = "captured_with_remainder"
    case captureDoneBefore = "capture_done_before"
    case captureOfAnotherAmount = "capture_of_another_amount"
    case captureAfterExpiry = "capture_after_expiry"
    case voided
    case voidDoneBefore = "void_done_before"
    case voidAfterCapture = "void_after_capture"
    case refunded
    case refundPending = "refund_pending"
    case refundFailed = "refund_failed"
    case refundExceeds = "refund_exceeds"
    case refundDisputed = "refund_disputed"
    case keyInUse = "key_in_use"
    case keyMismatch = "key_mismatch"
    case throttled
    case serverError = "server_error"
    case unauthorized
    case notFound = "not_found"
    case unreadable
    case unrecognized
    case foundAuthorized = "found_authorized"
    case foundCaptured = "found_captured"
    case foundExpired = "found_expired"
    case lookUpNotFound = "look_up_not_found"

    /// Whether a vendor of these capabilities must have it recorded.
    func isRequired(of capabilities: Capabilities) -> Bool {
        let operations = capabilities.operations
        return switch self {
        case .captured: operations.contains(.capture)
        case .capturedPartially: operations.contains(.capture) && capabilities.partialCapture
        case .voided: operations.contains(.void)
        case .refunded: operations.contains(.refund)
        case .foundAuthorized: operations.contains(.lookUp) && capabilities.manualCapture
        case .foundCaptured: operations.contains(.lookUp)
        case .serverError, .unauthorized, .unreadable: true
        case .authorized, .sale, .requiresAction, .declined, .declinedAuthenticationRequired,
            .capturedWithRemainder, .captureDoneBefore, .captureOfAnotherAmount,
            .captureAfterExpiry, .voidDoneBefore, .voidAfterCapture, .refundPending,
            .refundFailed, .refundExceeds, .refundDisputed, .keyInUse, .keyMismatch, .throttled,
            .notFound, .unrecognized, .foundExpired, .lookUpNotFound:
            false
        }
    }

    /// The agreed outcome in its short form, for what begins by moving money or by opening a page.
    func expected(after effect: RequestEffect?) -> String {
        guard effect == .opensPage, expected.hasPrefix("unknown_") else { return expected }
        return "abandoned_\(expected.dropFirst("unknown_".count))"
    }

    private var expected: String {
        switch self {
        case .authorized, .sale, .captured, .capturedPartially, .capturedWithRemainder,
            .captureDoneBefore, .voided, .voidDoneBefore, .refunded:
            "succeeded"
        case .requiresAction: "requires_action"
        case .declined: "declined_soft"
        case .declinedAuthenticationRequired: "declined_authentication_required"
        case .captureOfAnotherAmount, .voidAfterCapture: "rejected_wrong_state"
        case .captureAfterExpiry: "rejected_authorization_expired"
        case .refundPending: "pending"
        case .refundFailed: "declined_hard"
        case .refundExceeds: "rejected_amount_not_accepted"
        case .refundDisputed: "rejected_disputed"
        case .keyInUse, .keyMismatch: "unknown_key_taken"
        case .throttled: "not_done_throttled"
        case .serverError, .lookUpNotFound: "unknown_vendor_error"
        case .unauthorized: "rejected_configuration"
        case .notFound: "rejected_not_found"
        case .unreadable: "unknown_unreadable_reply"
        case .unrecognized: "unknown_unrecognized_status"
        case .foundAuthorized, .foundCaptured, .foundExpired: "found"
        }
    }
}

extension VendorDescriptor: CustomTestStringConvertible {
    public var testDescription: String { id.name }
}
