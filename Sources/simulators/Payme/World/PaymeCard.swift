extension Payme {
    /// A card as one cashbox has it: behind a token.
    struct Card: Sendable {
        let cashbox: String
        let card: TestCard
        /// Whether it may be charged again and again.
        let isRecurrent: Bool
        var isVerified = false
        var isRemoved = false
    }
}
