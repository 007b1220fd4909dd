extension Adyen {
    /// A card that is kept for a shopper.
    struct StoredMethod: Sendable {
        let id: String
        let merchant: String
        let shopper: String
        let card: Card
        /// What it may be used for.
        var models: [String]
        var isDeleted = false
    }
}
