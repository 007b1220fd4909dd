extension PayPal {
    /// Money given back from one capture.
    struct Refund: Sendable {
        enum Status: String, Sendable {
            case completed = "COMPLETED"
            case pending = "PENDING"
            case failed = "FAILED"
            case cancelled = "CANCELLED"
        }

        let id: String
        let capture: String
        let order: String
        let created: SimulatedTime
        let amount: Money
        let customID: String?
        let invoiceID: String?
        let note: String?
        /// All of the capture's refunds, this one included.
        let total: Money
        var status: Status
        var reason: String?
        var updated: SimulatedTime
    }
}
