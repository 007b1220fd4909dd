import HTTP
import JSON
import PaymentCore

extension Adyen {
    /// An answer before its meaning.
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
        /// Adyen's word that nothing was decided, and that the same key may be used again.
        var isTransient: Bool { fields["transient-error"] == "true" }
    }

    /// What an answer other than success means, before one looks at what was asked.
    enum Refusal {
        case rejected(VendorRejection)
        case throttled
        case unknown(UnknownReason)
    }
}

extension Adyen.Reply {
    /// Section 4, by status first, then by error code. A refused payment is none of these: it is a
    /// success that says so.
    var refusal: Adyen.Refusal {
        switch status {
        case 401, 403: return .rejected(.refusedByAdyen)
        case 429: return .throttled
        case 500...599: return .unknown(.vendorError)
        case 400...499: break
        default: return .unknown(.unrecognizedStatus)
        }
        guard let body, let code = body["errorCode"]?.stringValue else {
            return .unknown(.unreadableReply)
        }
        switch code {
        // An earlier request holds the key; what that one did is not said here.
        case "704": return .unknown(.keyTaken)
        case "703", "903": return .unknown(.vendorError)
        default: break
        }
        // Transient: asking again under the same key says, whatever this one did.
        if isTransient { return .unknown(.vendorError) }
        return .rejected(
            VendorRejection(
                Self.reason(code, status),
                code: String(code.prefix(64)),
                // Bounded, and for operators.
                message: String((body["message"]?.stringValue ?? "no reason given").prefix(300))
            )
        )
    }

    private static func reason(_ code: String, _ status: Int) -> VendorRejection.Reason {
        switch code {
        case "137", "138", "907": .amountNotAccepted
        case "167": .notFound
        case "800", "802", "803", "14_0416": .methodNotUsable
        case "905", "906": .wrongState
        default: status == 404 ? .notFound : .invalidRequest
        }
    }
}

extension VendorRejection {
    fileprivate static let refusedByAdyen = VendorRejection(
        .configuration,
        code: "credentials_refused",
        message: "Adyen refused the API key, its roles or the merchant account"
    )
}
