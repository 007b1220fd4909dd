extension Stripe {
    /// `re_`: money on its way back.
    struct Refund: Sendable {
        enum Status: String, Sendable, CaseIterable {
            case pending
            case requiresAction = "requires_action"
            case succeeded
            case failed
            case canceled
        }

        enum Reason: String, Sendable, CaseIterable {
            case duplicate
            case fraudulent
            case requestedByCustomer = "requested_by_customer"
        }

        enum FailureReason: String, Sendable, CaseIterable {
            case lostOrStolenCard = "lost_or_stolen_card"
            case expiredOrCanceledCard = "expired_or_canceled_card"
            case chargeDisputed = "charge_for_pending_refund_disputed"
            case insufficientFunds = "insufficient_funds"
            case declined
            case merchantRequest = "merchant_request"
            case unknown
        }

        let id: String
        let created: Int64
        let amount: Int64
        let currency: Currency
        let charge: String
        let paymentIntent: String
        let reason: Reason?
        var status: Status
        var failureReason: FailureReason?
        var balanceTransaction: String?
        var failureBalanceTransaction: String?
        var metadata = Metadata()
    }
}
