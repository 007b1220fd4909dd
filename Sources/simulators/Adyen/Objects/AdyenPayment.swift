extension Adyen {
    /// One payment, from the shopper's wish to the last refund.
    struct Payment: Sendable {
        enum Status: Hashable, Sendable {
            /// The shopper has to do something: the step that is open.
            case waiting(Step)
            /// Decided later.
            case pending(resultCode: String)
            case authorised
            case refused(Refusal)
            /// Let go as a whole.
            case cancelled
            /// What was not taken in time is let go.
            case expired
        }

        /// What the shopper's browser is doing.
        enum Step: Hashable, Sendable {
            case redirect
            case fingerprint
            case challenge
        }

        /// When the money is taken without our asking.
        enum Capturing: Hashable, Sendable {
            case manual
            case automatic(after: Duration)
        }

        let psp: String
        let created: SimulatedTime
        let merchant: String
        let amount: Money
        let reference: String
        let returnURL: String
        let type: String
        let card: Card
        let shopper: String?
        let capturing: Capturing
        /// The amount can still be changed.
        let isPreAuthorised: Bool
        let storing: Storing?
        let metadata: [String: String]
        var status: Status
        /// Minor units: granted, taken, let go, and given back or on its way.
        var authorised: Int64 = 0
        var captured: Int64 = 0
        var released: Int64 = 0
        var refunded: Int64 = 0
        var captures = 0
        var authCode = ""
        /// What the browser brings back for the open step, once the shopper has acted.
        var answer: ShopperAnswer?
        /// The token that storing gave.
        var token: StoredToken?

        var left: Int64 { authorised - captured - released }
    }

    /// That a method is to be kept, and what for.
    struct Storing: Hashable, Sendable {
        let shopper: String
        let model: String
    }

    struct StoredToken: Hashable, Sendable {
        let id: String
        /// `created` or `alreadyStored`.
        let operation: String
    }

    /// What came of a step that the shopper takes.
    struct ShopperAnswer: Hashable, Sendable {
        enum Outcome: String, Hashable, Sendable, CaseIterable {
            case succeeded
            case failed
            case cancelled
            case error
            case unanswered
        }

        /// What `details` must carry.
        let secret: String
        let outcome: Outcome
        let step: Payment.Step
    }
}
