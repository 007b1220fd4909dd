extension PayPal {
    /// A card or wallet on its way into the vault (section 3).
    struct SetupToken: Sendable {
        enum Status: String, Sendable {
            case created = "CREATED"
            case payerActionRequired = "PAYER_ACTION_REQUIRED"
            case approved = "APPROVED"
            case vaulted = "VAULTED"
        }

        let id: String
        let created: SimulatedTime
        let expires: SimulatedTime
        let customer: String
        let isCard: Bool
        /// The holder is challenged whatever the card.
        let alwaysChallenges: Bool
        let experience: Experience?
        var status: Status
        var funding: Funding?
        var payer: Payer?
    }

    /// A card or wallet in the vault.
    struct PaymentToken: Sendable {
        let id: String
        let created: SimulatedTime
        let customer: String
        let funding: Funding
        let payer: Payer
        /// The order that was paid while it was stored.
        let order: String?
        var isDeleted = false
    }
}
