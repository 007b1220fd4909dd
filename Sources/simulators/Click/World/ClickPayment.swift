extension Click {
    /// One attempt of a payer at Click.
    struct Payment: Sendable {
        enum Stage: String, Sendable {
            /// The shop is asked to prepare.
            case preparing
            /// The shop would not have it, or never answered; the payer was not debited.
            case refused
            /// The shop has reserved; the payer has not been debited.
            case prepared
            /// The payer is debited, and the shop has not said yet that it knows.
            case completing
            /// As before, and Click has given up asking.
            case hanging
            /// Debited, and to be confirmed by the shop (CLICK Pass).
            case confirming
            case paid
            /// Ended without money; what had been debited went back.
            case cancelled
            /// Given back as a whole.
            case reversed
        }

        /// How the payer and Click go about it.
        struct Plan: Sendable, Equatable {
            /// Where it rests until a control call goes on.
            enum Rest: String, Sendable, CaseIterable {
                case prepared
                case completing
            }

            var card = TestCard.all[0]
            /// How often an answered Prepare is asked again before Complete.
            var repeats = 0
            var rest: Rest?
        }

        /// `payment_id` of the Merchant API, `click_paydoc_id` at the shop.
        let id: Int64
        /// `click_trans_id`.
        let transaction: Int64
        let service: Int64
        /// `merchant_trans_id`, or CLICK Pass's `transaction_id`, if given.
        let reference: String?
        let amount: Hundredths
        let created: SimulatedTime
        let plan: Plan
        /// By CLICK Pass.
        let isByPass: Bool
        var returnURL: String?
        var invoice: Int64?
        var stage = Stage.preparing
        /// As the shop gave it: an integer.
        var prepareID: Int64?
        /// Why it failed: `error` and `error_note` of Complete.
        var failure: Failure?
        /// The shop's last negative answer.
        var shopError: Int64?
        var prepares = 0
        /// Given back in parts, in tiyin.
        var reversed: Int64 = 0
        var fiscalURL: String?
        var violations: [String] = []
        /// Numbers of the questions, in order.
        var questions: [Int64] = []

        struct Failure: Sendable, Equatable {
            let error: Int64
            let note: String
        }
    }
}
