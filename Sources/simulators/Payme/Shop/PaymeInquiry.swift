internal import HTTP

extension Payme {
    /// A question on its way to a shop, and what came back.
    struct Inquiry: Sendable {
        /// What the answer is for.
        enum Purpose: Sendable {
            case transaction(String)
            /// To be held against our own rows of this period.
            case statement(from: SimulatedTime, to: SimulatedTime)
            case checklist
            /// Asked by a test, read by a test.
            case free
        }

        let question: Question
        /// The cashbox's id.
        let cashbox: String
        let purpose: Purpose
        var status: Int?
        var body: [UInt8] = []
        /// The last answer; nil until there was one.
        var answer: Answer?
        /// How the shop's statement differs from what Payme knows.
        var differences: [String] = []
    }
}
