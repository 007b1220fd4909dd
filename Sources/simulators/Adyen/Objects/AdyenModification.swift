extension Adyen {
    /// Something asked of a payment: answered `received`, decided later, reported by webhook.
    struct Modification: Sendable {
        enum Kind: String, Sendable {
            case capture
            case cancel
            case refund
            case reversal
            case amountUpdate
        }

        let psp: String
        let kind: Kind
        let merchant: String
        /// Nil when a cancel names no payment that exists.
        let payment: String?
        let reference: String?
        /// The whole payment where nothing is said.
        let amount: Money?
        /// A cancel by the merchant's own reference.
        var isTechnical = false
        /// The idempotency key of the call.
        let key: String?
        /// Minor units that a reversal gave back.
        var amountOfReversal: Int64?

        /// Minor units that it moved.
        func value(of payment: Payment) -> Int64 {
            amount?.value ?? amountOfReversal ?? payment.amount.value
        }
    }
}
