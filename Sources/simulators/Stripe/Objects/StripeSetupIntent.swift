extension Stripe {
    /// `seti_`: a card being saved for later.
    struct SetupIntent: Sendable {
        enum Status: String, Sendable {
            case requiresPaymentMethod = "requires_payment_method"
            case requiresAction = "requires_action"
            case succeeded
            case canceled
        }

        let id: String
        let clientSecret: String
        let created: Int64
        let customer: String?
        let usage: PaymentIntent.FutureUsage
        let methodTypes: [String]
        var status = Status.requiresPaymentMethod
        var paymentMethod: String?
        var nextAction: NextAction?
        var lastError: LastError?
        var metadata = Metadata()
    }
}
