import HTTP
import JSON
import PaymentCore

extension PayPal {
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
        /// What PayPal's support asks for.
        var debugID: String? {
            fields["Paypal-Debug-Id"] ?? body?["debug_id"]?.stringValue
        }
        var date: Timestamp? { fields[.date].flatMap(Timestamp.init(httpDate:)) }
    }

    /// The `name` and first `issue` of an error.
    struct Failure {
        let name: String
        /// PayPal's most exact word: what to branch on.
        let issue: String
        /// PayPal's text for developers, bounded.
        let message: String
        let links: Links

        init?(_ body: JSONValue?) {
            guard let body, let name = body["name"]?.stringValue, !name.isEmpty else { return nil }
            let detail = body["details"]?[0]
            self.name = name
            issue = detail?["issue"]?.stringValue ?? name
            let text = detail?["description"]?.stringValue ?? body["message"]?.stringValue
            message = String((text ?? "PayPal gave no reason").prefix(300))
            links = Links(body["links"])
        }
    }

    /// What an answer other than success means, before one looks at what was asked.
    enum Refusal {
        case failed(Failure)
        case configuration
        case throttled
        case unknown(UnknownReason)
    }
}

extension PayPal.Reply {
    /// Section 4, by status first; of a success, that it could not be read. An answer that leaves
    /// open what happened stays unknown.
    var refusal: PayPal.Refusal {
        switch status {
        case 200...299: return .unknown(.unreadableReply)
        case 401, 403: return .configuration
        case 500...599: return .unknown(.vendorError)
        case 400...499: break
        default: return .unknown(.unrecognizedStatus)
        }
        guard let failure = PayPal.Failure(body) else {
            return status == 429 ? .throttled : .unknown(.unreadableReply)
        }
        switch (status, failure.issue) {
        case (429, _): return .throttled
        // The first call under this key still runs: what it does is not said here.
        case (409, "PREVIOUS_REQUEST_IN_PROGRESS"): return .unknown(.keyTaken)
        case (409, _): return .unknown(.vendorError)
        default: return .failed(failure)
        }
    }
}
