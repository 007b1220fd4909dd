extension PayPal {
    /// One fact, as it is sent (section 5.2).
    struct Event: Sendable {
        /// The facts of section 5.3 that this simulator causes.
        enum Kind: String, Sendable {
            case orderApproved = "CHECKOUT.ORDER.APPROVED"
            case orderCompleted = "CHECKOUT.ORDER.COMPLETED"
            case approvalReversed = "CHECKOUT.PAYMENT-APPROVAL.REVERSED"
            case authorizationCreated = "PAYMENT.AUTHORIZATION.CREATED"
            case authorizationVoided = "PAYMENT.AUTHORIZATION.VOIDED"
            case captureCompleted = "PAYMENT.CAPTURE.COMPLETED"
            case capturePending = "PAYMENT.CAPTURE.PENDING"
            case captureDeclined = "PAYMENT.CAPTURE.DECLINED"
            case captureDenied = "PAYMENT.CAPTURE.DENIED"
            case captureRefunded = "PAYMENT.CAPTURE.REFUNDED"
            case captureReversed = "PAYMENT.CAPTURE.REVERSED"
            case refundPending = "PAYMENT.REFUND.PENDING"
            case refundFailed = "PAYMENT.REFUND.FAILED"
            case tokenCreated = "VAULT.PAYMENT-TOKEN.CREATED"
            case tokenDeleted = "VAULT.PAYMENT-TOKEN.DELETED"
        }

        let id: String
        let type: String
        let created: SimulatedTime
        /// The bytes that go out, the same to everybody and every time.
        let body: [UInt8]
    }
}
