extension PayPal {
    /// Money taken.
    struct Capture: Sendable {
        enum Status: String, Sendable {
            case completed = "COMPLETED"
            case pending = "PENDING"
            case declined = "DECLINED"
            case partiallyRefunded = "PARTIALLY_REFUNDED"
            case refunded = "REFUNDED"
            case failed = "FAILED"
        }

        /// Why nothing can be given back.
        enum Dispute: Sendable {
            case open
            case chargedBack
        }

        let id: String
        let order: String
        let unit: Int
        let authorization: String?
        let created: SimulatedTime
        let amount: Money
        let isFinal: Bool
        let invoiceID: String?
        var status: Status
        var reason: String?
        var processorResponse: ProcessorResponse?
        /// Minor units given back or on their way.
        var refunded: Int64 = 0
        var refunds: [String] = []
        var dispute: Dispute?
        var updated: SimulatedTime

        /// 3.4 % and 0.35 in the currency, rounded half up.
        var fee: Money {
            let step = amount.currency.step
            let units = amount.amount / step
            return amount.with(((units * 34 + 500) / 1_000 + 35) * step)
        }
    }
}
