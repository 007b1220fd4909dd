extension PayPal {
    /// Money held for the merchant.
    struct Authorization: Sendable {
        enum Status: String, Sendable {
            case created = "CREATED"
            case pending = "PENDING"
            case partiallyCaptured = "PARTIALLY_CAPTURED"
            case captured = "CAPTURED"
            case voided = "VOIDED"
            case denied = "DENIED"
        }

        let id: String
        let order: String
        let unit: Int
        let created: SimulatedTime
        /// After it, funds are no longer assured.
        let honoredUntil: SimulatedTime
        let expires: SimulatedTime
        let amount: Money
        var status: Status
        var reason: String?
        var processorResponse: ProcessorResponse?
        /// Minor units taken so far.
        var captured: Int64 = 0
        var captures = 0
        /// The authorization that this one goes on with.
        let original: String?
        /// The reauthorization that holds the money now.
        var successor: String?
        var isExpired = false
        var updated: SimulatedTime

        /// Minor units that are still held.
        var left: Int64 { max(0, amount.amount - captured) }
    }
}
