extension Stripe {
    /// `evt_`: one fact, with the object as it was then; deliveries show who has it.
    struct Event: Sendable {
        /// The facts of section 5.3 that this simulator causes.
        enum Kind: String, Sendable {
            case paymentCapturable = "payment_intent.amount_capturable_updated"
            case paymentRequiresAction = "payment_intent.requires_action"
            case paymentProcessing = "payment_intent.processing"
            case paymentSucceeded = "payment_intent.succeeded"
            case paymentFailed = "payment_intent.payment_failed"
            case paymentCanceled = "payment_intent.canceled"
            case chargeCaptured = "charge.captured"
            case chargeUpdated = "charge.updated"
            case chargeExpired = "charge.expired"
            case chargeRefunded = "charge.refunded"
            case refundCreated = "refund.created"
            case refundUpdated = "refund.updated"
            case refundFailed = "refund.failed"
            case setupSucceeded = "setup_intent.succeeded"
            case setupFailed = "setup_intent.setup_failed"
            case setupRequiresAction = "setup_intent.requires_action"
            case setupCanceled = "setup_intent.canceled"
            case methodAttached = "payment_method.attached"
            case methodDetached = "payment_method.detached"
            case methodUpdated = "payment_method.updated"
        }

        let id: String
        let type: String
        let created: Int64
        /// The call that caused it; nil when the vendor acted by itself.
        let request: Origin?
        /// The object as it was.
        let object: Snapshot
        /// What changed, as JSON; only where the type ends in `.updated`.
        let previous: [UInt8]?
        /// Endpoints that have not taken it yet.
        var pendingEndpoints: [Int] = []

        /// Kept as it is and rendered when someone looks: most events are never looked at twice.
        enum Snapshot: Sendable {
            case paymentIntent(PaymentIntent)
            case charge(Charge)
            case refund(Refund)
            case setupIntent(SetupIntent)
            case paymentMethod(PaymentMethod)
            /// JSON from outside.
            case text([UInt8])

            var metadata: Metadata? {
                switch self {
                case .paymentIntent(let intent): intent.metadata
                case .charge(let charge): charge.metadata
                case .refund(let refund): refund.metadata
                case .setupIntent(let intent): intent.metadata
                case .paymentMethod(let method): method.metadata
                case .text: nil
                }
            }
        }

        struct Origin: Sendable {
            let requestID: String
            let idempotencyKey: String?
        }
    }
}
