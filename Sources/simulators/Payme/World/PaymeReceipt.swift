internal import JSON

extension Payme {
    /// A receipt of the Subscribe API (section 4.2).
    struct Receipt: Sendable {
        enum State: Int64, Sendable {
            case created = 0
            /// First checks; the transaction is made in the shop's billing.
            case checking = 1
            case debiting = 2
            /// The transaction is closed in the shop's billing.
            case closing = 3
            case paid = 4
            case held = 5
            case holding = 6
            /// Paused for manual work.
            case paused = 20
            case cancelling = 21
            /// Queued for closing in the shop's billing.
            case queuedForClosing = 30
            case cancelled = 50
        }

        let id: String
        let cashbox: String
        let created: SimulatedTime
        /// Tiyin.
        let amount: Int64
        let account: JSONObject
        let description: String?
        let detail: JSONValue?
        let wantsHold: Bool
        var state = State.created
        var paid: SimulatedTime?
        var cancelled: SimulatedTime?
        var card: TestCard?
        var payer: JSONValue?
        /// Why the last attempt to pay failed.
        var failure: Failure?
        /// Tiyin.
        var commission: Int64 = 0
        /// Taken, once it is: less than `amount` after a partial confirmation.
        var captured: Int64 = 0
        var fiscalData: JSONValue?
    }
}
