import HTTP
import JSON
import PaymentCore

extension Stripe {
    /// An answer before its meaning: status, body and the headers that say something.
    struct Reply {
        let status: Int
        /// Nil when the body is not JSON.
        let body: JSONValue?
        private let fields: HTTPFields

        init(_ response: HTTPResponse) {
            status = response.status.code
            // Silence is right: what does not parse is not read, and ends as `unknown`.
            body = try? JSONValue.parse(response.body)
            fields = response.fields
        }

        var isSuccess: Bool { (200...299).contains(status) }
        var failure: Failure? { Failure(body?["error"]) }
        var requestID: String? { fields["Request-Id"] }
        var date: Timestamp? { fields.madeAt }
        /// Whether the key's stored answer came, to an earlier request.
        var isReplay: Bool { fields["Idempotent-Replayed"] == "true" }
        /// Stripe's own word on sending the same request again; nil when it says nothing.
        var shouldRetry: Bool? { fields["Stripe-Should-Retry"].flatMap(Bool.init) }
    }

    /// What an answer other than success means, before one looks at what was asked.
    enum Refusal {
        case declined(Failure)
        case rejected(Failure)
        case configuration
        case throttled
        case unknown(UnknownReason)
    }
}

extension Stripe.Reply {
    /// Section 4, by status first, then by code. Money is never guessed at: whatever the hint on
    /// repeating says, an answer that leaves open what happened stays unknown.
    var refusal: Stripe.Refusal {
        switch status {
        case 401, 403: return .configuration
        // A stored fault is the answer to this key for a day: what happened is to be looked up.
        case 500...599: return .unknown(isReplay ? .keyTaken : .vendorError)
        case 400...499: break
        default: return .unknown(.unrecognizedStatus)
        }
        guard let failure else {
            return status == 429 ? .throttled : .unknown(.unreadableReply)
        }
        switch (status, failure.code, failure.type) {
        // The key belongs to an earlier request, running or done with other parameters. What that
        // one did is not said here, so this is not a "not done".
        case (_, "idempotency_key_in_use", _), (_, _, "idempotency_error"):
            return .unknown(.keyTaken)
        case (402, _, _), (_, _, "card_error"), (_, "balance_insufficient", _):
            return .declined(failure)
        case (_, "lock_timeout", _), (_, "rate_limit", _): return .throttled
        // Section 1: another system failed in the middle, and the result is kept under the key. What
        // had happened by then is not said.
        case (424, _, _): return .unknown(isReplay ? .keyTaken : .vendorError)
        case (429, _, _): return shouldRetry == false ? .rejected(failure) : .throttled
        case (409, _, _): return shouldRetry == true ? .throttled : .unknown(.vendorError)
        default: return shouldRetry == true ? .throttled : .rejected(failure)
        }
    }
}
