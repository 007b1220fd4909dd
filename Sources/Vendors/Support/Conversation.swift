import HTTP
import PaymentCore

/// A conversation written as straight lines: each request takes the next answer heard so far, and
/// the first one without an answer ends the run as what to ask next. Running it again with one more
/// answer gets one request further.
struct Conversation {
    /// Why a run ended before its outcome.
    enum Interruption: Error {
        case unanswered(HTTPRequest, RequestEffect, after: Duration)
        /// The request cannot be built.
        case refused(VendorRejection)
    }

    private var answers: ArraySlice<HTTPResponse>

    private init(_ answers: [HTTPResponse]) {
        self.answers = answers[...]
    }

    /// The answer to `request`, sent after a `pause`.
    mutating func answer(
        to request: HTTPRequest,
        _ effect: RequestEffect,
        after pause: Duration = .zero
    ) throws(Interruption) -> HTTPResponse {
        guard let answer = answers.popFirst() else {
            throw .unanswered(request, effect, after: pause)
        }
        return answer
    }

    /// What comes next when `answers` were heard.
    static func step<Outcome>(
        after answers: [HTTPResponse],
        _ run: (inout Conversation) throws(Interruption) -> Outcome
    ) throws(VendorRejection) -> VendorStep<Outcome> {
        var conversation = Conversation(answers)
        do throws(Interruption) {
            return .finished(try run(&conversation))
        } catch {
            switch error {
            case .unanswered(let request, let effect, .zero): return .ask(request, effect)
            case .unanswered(let request, let effect, let pause):
                return .askLater(pause, request, effect)
            case .refused(let rejection): throw rejection
            }
        }
    }
}
