extension Stripe {
    /// `ch_`: one try to take the money of an intent.
    struct Charge: Sendable {
        enum Status: String, Sendable {
            case pending
            case succeeded
            case failed
        }

        let id: String
        let created: Int64
        let paymentIntent: String
        let customer: String?
        let paymentMethod: String?
        /// What was authorized.
        private(set) var amount: Int64
        let currency: Currency
        var status: Status
        var card: CardDetails
        /// Unix seconds; nil when there is nothing to capture later.
        var captureBefore: Int64?
        var granted: TestCard.Features = []
        var wasAuthenticated = false
        var decline: Decline?
        var amountCaptured: Int64 = 0
        /// Refunds and, after a partial capture, the released rest.
        var amountRefunded: Int64 = 0
        var isExpired = false
        var balanceTransaction: String?
        var metadata = Metadata()

        var isCaptured: Bool { amountCaptured > 0 }

        /// The issuer granted more on the hold.
        mutating func raise(by amount: Int64) {
            self.amount += amount
        }

        /// The most that a capture may take where over-capture was granted.
        var maximumCapturable: Int64 {
            granted.contains(.overcapture) ? amount + amount * 15 / 100 : amount
        }
    }

    /// What the vendor shows of a card.
    struct CardDetails: Sendable {
        var brand: String
        var last4: String
        var fingerprint: String
        var expiryMonth: Int64 = 12
        var expiryYear: Int64 = 2030
        let funding = "credit"
        let country = "US"

        init(_ card: TestCard) {
            brand = card.brand
            last4 = card.last4
            fingerprint = card.fingerprint
        }
    }
}
