extension Stripe {
    /// `txn_`: one movement on the merchant's balance; positive is to the merchant.
    struct BalanceTransaction: Sendable {
        enum Kind: String, Sendable, CaseIterable {
            case charge
            case refund
            case refundFailure = "refund_failure"
        }

        let id: String
        let created: Int64
        let kind: Kind
        let amount: Int64
        let fee: Int64
        let currency: Currency
        /// The charge or refund that moved the money.
        let source: String

        var net: Int64 { amount - fee }

        /// Midnight (UTC) six days on.
        var availableOn: Int64 { (created / 86_400 + 6) * 86_400 }

        /// 1.5 % and 25 minor units of a charge, rounded half up; refunds cost and return nothing.
        static func fee(of kind: Kind, amount: Int64) -> Int64 {
            switch kind {
            case .charge: (amount * 15 + 25_500) / 1_000
            case .refund, .refundFailure: 0
            }
        }
    }
}
