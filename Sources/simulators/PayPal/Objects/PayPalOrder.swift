extension PayPal {
    /// What is to be paid, by whom and how (section 2.1).
    struct Order: Sendable {
        enum Intent: String, Sendable, CaseIterable {
            case authorize = "AUTHORIZE"
            case capture = "CAPTURE"
        }

        enum Status: String, Sendable {
            case created = "CREATED"
            case payerActionRequired = "PAYER_ACTION_REQUIRED"
            case approved = "APPROVED"
            case voided = "VOIDED"
            case completed = "COMPLETED"
        }

        struct Unit: Sendable {
            let referenceID: String
            var amount: Money
            var customID: String?
            var invoiceID: String?
            var description: String?
            var softDescriptor: String?
            var authorizations: [String] = []
            var captures: [String] = []
        }

        /// What became of a token that was to be stored while paying.
        enum Storing: Sendable {
            case wanted(customer: String?)
            /// It arrives later, by webhook.
            case approved(customer: String)
            case vaulted(token: String, customer: String)
        }

        let id: String
        let created: SimulatedTime
        let intent: Intent
        var status: Status
        var units: [Unit]
        /// Where the payer's browser goes afterwards.
        var experience: Experience?
        /// Nil until somebody says how they pay.
        var funding: Funding?
        /// The order names a kind of source, even if nobody has used it yet.
        var namesWallet = false
        var payer: Payer?
        var storing: Storing?
        var authentication: AuthenticationResult?
        var approved: SimulatedTime?
        var updated: SimulatedTime
        /// Times that the payer's source was tried.
        var attempts = 0
        /// Its card is challenged whatever the card.
        var alwaysChallenges = false
        /// Nobody approved it in time: nothing can be done with it any more.
        var isExpired = false
        /// Forgotten by the vendor.
        var isGone = false

        var customID: String? { units.first?.customID }
    }

    /// Where a payer's browser goes when they are done.
    struct Experience: Sendable {
        var returnURL: String?
        var cancelURL: String?
    }

    /// Somebody with an account.
    struct Payer: Sendable, Hashable {
        let accountID: String
        let email: String
    }

    /// What came of a challenge (section 2.2).
    struct AuthenticationResult: Sendable, Hashable {
        var liabilityShift: String
        var enrollment: String
        var authentication: String?

        /// The outcomes that can be asked for.
        static let outcomes: [String: AuthenticationResult] = [
            "succeeded": .init(liabilityShift: "POSSIBLE", enrollment: "Y", authentication: "Y"),
            "attempted": .init(liabilityShift: "POSSIBLE", enrollment: "Y", authentication: "A"),
            "failed": .init(liabilityShift: "NO", enrollment: "Y", authentication: "N"),
            "rejected": .init(liabilityShift: "NO", enrollment: "Y", authentication: "R"),
            "unavailable": .init(liabilityShift: "UNKNOWN", enrollment: "Y", authentication: "U"),
            "challenge_unfinished": .init(
                liabilityShift: "UNKNOWN",
                enrollment: "Y",
                authentication: "C"
            ),
            "none": .init(liabilityShift: "NO", enrollment: "Y"),
            "not_enrolled": .init(liabilityShift: "NO", enrollment: "N"),
            "enrollment_unknown": .init(liabilityShift: "NO", enrollment: "U"),
            "bypassed": .init(liabilityShift: "NO", enrollment: "B"),
        ]

        /// Whether the issuer lets the payment go on.
        var isPassed: Bool {
            liabilityShift == "POSSIBLE" || (liabilityShift == "NO" && enrollment != "Y")
        }
    }
}
