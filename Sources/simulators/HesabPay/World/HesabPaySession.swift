internal import JSON

extension HesabPay {
    /// What a payer is asked to pay for (section 3.1).
    struct Session: Sendable {
        let id: String
        let apiKey: String
        let order: SessionOrder
        let created: SimulatedTime
        let expires: SimulatedTime
        /// Ids of the payments it led to: usually one.
        var transactions: [String] = []
        /// Why the last attempt failed.
        var failure: String?
        var webhooks: [Int] = []
    }

    /// The parameters of create-session.
    struct SessionOrder: Sendable {
        /// As they were sent.
        let items: [JSONValue]
        /// The sum of the prices: nothing is multiplied.
        let total: Int64
        /// Ours to them; not checked for uniqueness.
        let reference: String?
        let email: String?
        let successURL: String?
        let failureURL: String?
    }

    /// Money that a payer gave.
    struct Transaction: Sendable {
        let id: String
        let session: String
        let apiKey: String
        let amount: Int64
        /// The wallet that it came from.
        let payer: String
        var refunded: Int64 = 0
    }

    /// Money that the merchant sent to a wallet: nothing ties it to a payment.
    struct Payout: Sendable {
        let id: String
        let apiKey: String
        let payee: String
        let amount: Int64
    }

    /// An event on its way to a merchant, with what vouches for it.
    struct Webhook: Sendable {
        let apiKey: String
        let type: String
        let session: String
        let members: JSONObject
        let signature: String
        let time: SimulatedTime
        var answerStatus: Int?
    }
}
