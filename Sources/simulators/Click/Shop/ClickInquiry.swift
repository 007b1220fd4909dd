extension Click {
    /// A question on its way to a shop, and what came back.
    struct Inquiry: Sendable {
        /// What the answer is for.
        enum Purpose: Sendable {
            case payment(Int64)
            case matrix
        }

        let question: Question
        let purpose: Purpose
        var status: Int?
        var body: [UInt8] = []
        /// The last answer; nil until there was one.
        var answer: Answer?
    }
}
