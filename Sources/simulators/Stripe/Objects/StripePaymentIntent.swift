extension Stripe {
    /// `pi_`: a payment as asked for, with every sum the vendor shows of it.
    struct PaymentIntent: Sendable {
        enum Status: String, Sendable, CaseIterable {
            case requiresPaymentMethod = "requires_payment_method"
            case requiresConfirmation = "requires_confirmation"
            case requiresAction = "requires_action"
            case processing
            case requiresCapture = "requires_capture"
            case succeeded
            case canceled
        }

        enum CaptureMethod: String, Sendable, CaseIterable {
            case manual
            case automatic
            case automaticAsync = "automatic_async"
        }

        /// The reasons a caller may give; the vendor's own is `automatic`.
        enum CancellationReason: String, Sendable, CaseIterable {
            case duplicate
            case fraudulent
            case requestedByCustomer = "requested_by_customer"
            case abandoned
        }

        enum FutureUsage: String, Sendable, CaseIterable {
            case onSession = "on_session"
            case offSession = "off_session"
        }

        let id: String
        let clientSecret: String
        let created: Int64
        var amount: Int64
        let currency: Currency
        let captureMethod: CaptureMethod
        var status = Status.requiresPaymentMethod
        var customer: String?
        var paymentMethod: String?
        /// Nil means automatic payment methods; then `allowsRedirects` counts.
        var methodTypes: [String]?
        var allowsRedirects = true
        var amountCapturable: Int64 = 0
        var amountReceived: Int64 = 0
        /// What refunds have taken or may still take; never shown.
        var amountReturning: Int64 = 0
        var captures = 0
        var latestCharge: String?
        var nextAction: NextAction?
        var lastError: LastError?
        var futureUsage: FutureUsage?
        var cardOptions = CardOptions()
        var offSession = false
        var canceledAt: Int64?
        var cancellationReason: String?
        var description: String?
        var statementDescriptorSuffix: String?
        var metadata = Metadata()
    }

    /// `payment_method_options[card]`: what is asked of the card at confirmation.
    struct CardOptions: Sendable {
        enum ThreeDSecure: String, Sendable, CaseIterable {
            case automatic
            case any
            case challenge
        }

        var threeDSecure = ThreeDSecure.automatic
        var features: TestCard.Features = []
    }

    /// What the customer has to do before the payment or the set-up can go on.
    enum NextAction: Sendable {
        case redirect(url: String, returnURL: String)
        /// Opaque: only the vendor's own page script can continue.
        case script
    }

    /// Why the latest attempt failed, kept on the intent.
    struct LastError: Sendable {
        let decline: Decline
        let charge: String?
        let paymentMethod: String?
    }
}
