extension Stripe {
    /// `cus_`: a shopper who can own payment methods.
    struct Customer: Sendable {
        let id: String
        let created: Int64
        var email: String?
        var name: String?
        var defaultPaymentMethod: String?
        /// In the order of attaching.
        var paymentMethods: [String] = []
        var metadata = Metadata()
    }

    /// `pm_`: a card that was entered on the vendor's own page.
    struct PaymentMethod: Sendable {
        let id: String
        let created: Int64
        let card: TestCard
        var details: CardDetails
        var customer: String?
        var billing = BillingDetails()
        /// A detached method can never be used or attached again.
        var isDetached = false
        /// Authenticated while it was saved, so it may pay off session.
        var wasAuthenticated = false
        var metadata = Metadata()
    }

    /// Who pays, by the names of the wire.
    struct BillingDetails: Sendable {
        static let names = ["email", "name", "phone"]
        static let addressNames = ["city", "country", "line1", "line2", "postal_code", "state"]

        var values: [String: String] = [:]
        var address: [String: String] = [:]
    }
}
