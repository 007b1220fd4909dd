internal import JSON

extension Payme {
    /// A payment through the shop's billing, as Payme sees it.
    struct Transaction: Sendable {
        enum Stage: String, Sendable {
            /// The shop is asked whether it can be paid.
            case checking
            /// The shop is asked to create it.
            case creating
            /// The shop would not have it, or never answered; the payer was not debited.
            case refused
            /// The shop has reserved; the payer has not been debited.
            case created
            /// The payer is debited, and the shop has not said yet that it knows.
            case debited
            case performed
            /// Ended before it was performed; what had been debited went back.
            case cancelled
            /// Ended after it was performed; the money went back.
            case refunded
        }

        /// How the payer and Payme go about it.
        struct Plan: Sendable, Equatable {
            /// Where it rests until a control call goes on.
            enum Rest: String, Sendable, CaseIterable {
                case created
                case debited
            }

            var card = TestCard.all[0]
            /// How often each answered question is asked again.
            var repeats = 0
            var rest: Rest?
        }

        /// Payme's id: 24 hexadecimal digits; the receipt's where there is one (section 3.10).
        let id: String
        let link: Link
        /// Payme's time, from which the shop counts 12 hours.
        let time: SimulatedTime
        let plan: Plan
        /// Whether the money is a receipt's, which keeps the book itself.
        let belongsToReceipt: Bool
        var stage = Stage.checking
        var reason: Int64?
        /// The shop's last error, when it was one.
        var error: Answer.ShopError?
        /// The first good answer to each method: a repeat must say the same.
        var results: [Method: JSONObject] = [:]
        /// How often each method has been answered.
        var answered: [Method: Int] = [:]
        /// What in the shop's answers breaks the protocol.
        var violations: [String] = []
        /// Numbers of the questions, in order.
        var questions: [Int64] = []

        /// Whether the shop has created it, so that its statement must name it.
        var isKnownToShop: Bool { results[.create] != nil }
    }
}
