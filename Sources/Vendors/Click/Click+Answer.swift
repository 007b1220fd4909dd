import JSON
import PaymentCore

extension Click {
    /// What Click is answered (section 3.5).
    enum Verdict: Int, Error, CaseIterable {
        case success = 0
        case badSignature = -1
        case wrongAmount = -2
        case unknownAction = -3
        case alreadyPaid = -4
        case unknownOrder = -5
        case unknownTransaction = -6
        /// Our own failure: Click repeats, or takes no money.
        case unavailable = -7
        case malformed = -8
        case cancelled = -9

        var note: String {
            switch self {
            case .success: "Success"
            case .badSignature: "SIGN CHECK FAILED!"
            case .wrongAmount: "Incorrect parameter amount"
            case .unknownAction: "Action not found"
            case .alreadyPaid: "Already paid"
            case .unknownOrder: "User does not exist"
            case .unknownTransaction: "Transaction does not exist"
            case .unavailable: "Failed to update user"
            case .malformed: "Error in request from click"
            case .cancelled: "Transaction cancelled"
            }
        }
    }

    /// An answer, its members in the order of the sheet's examples. Always HTTP 200: Click reads
    /// `error` alone.
    struct Answer {
        let verdict: Verdict
        let echo: Echo
        /// What our number is called in the answer to this action; nil before the action is known.
        var action: Call.Action?
        /// The preparation's number, where it is given.
        var number: Int64?

        var reply: QuestionReply {
            var writer = JSONWriter(capacity: 200)
            writer.object { writer in
                if let transaction = echo.transaction {
                    writer.member("click_trans_id", transaction)
                }
                if let order = echo.order { writer.member("merchant_trans_id", order) }
                switch action {
                case .prepare: writer.member("merchant_prepare_id", number)
                case .complete: writer.member("merchant_confirm_id", number)
                case nil: break
                }
                writer.member("error", verdict.rawValue)
                writer.member("error_note", verdict.note)
            }
            return QuestionReply(body: writer.bytes)
        }
    }
}
