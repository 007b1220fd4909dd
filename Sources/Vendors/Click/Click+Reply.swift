import HTTP
import JSON
import PaymentCore

extension Click {
    /// An answer of the Merchant API before its meaning (section 3.6).
    enum Reply {
        case done(JSONValue)
        /// Click's own "no": nothing moved.
        case refused(code: Int64, note: String)
        /// Wrong credentials, or our clock is off.
        case unauthorized(status: Int)
        case unknown(UnknownReason)

        init(_ response: HTTPResponse) {
            let status = response.status.code
            switch status {
            case 401, 403: self = .unauthorized(status: status)
            case 500...599: self = .unknown(.vendorError)
            default:
                // Silence is right: what does not parse is not read, and ends as `unknown`.
                let body = try? JSONValue.parse(response.body)
                guard let body, let code = body["error_code"]?.wholeNumber else {
                    self = .unknown(.unreadableReply)
                    return
                }
                let note = body["error_note"]?.stringValue ?? "Click gave no reason"
                switch (code, status) {
                case (0, 200...299): self = .done(body)
                case (..<0, 200...499): self = .refused(code: code, note: String(note.prefix(300)))
                default: self = .unknown(.unrecognizedStatus)
                }
            }
        }
    }

    /// A payment as the Merchant API shows it.
    struct PaymentReport {
        enum Status {
            /// Created or under way.
            case open
            case paid
            /// Refused, or given back after it was paid.
            case failed(code: Int64, note: String)
            /// A number that no sheet lists.
            case other
        }

        let id: Int64
        /// Nil where the answer does not say.
        var status: Status?

        /// Identifiers come as numbers or as strings.
        init?(_ json: JSONValue) {
            guard let id = json["payment_id"]?.plainText.flatMap(Int64.init), id > 0 else {
                return nil
            }
            self.id = id
            switch json["payment_status"]?.plainText.flatMap(Int64.init) {
            case nil: status = nil
            case 0, 1: status = .open
            case 2: status = .paid
            case let code? where code < 0:
                status = .failed(
                    code: code,
                    note: String((json["error_note"]?.stringValue ?? "").prefix(300))
                )
            default: status = .other
            }
        }
    }
}

extension Click.Reply {
    /// What is known when nothing better was said: the request as such was refused, or nothing.
    var verdict: VendorOutcome {
        switch self {
        case .done: .unknown(.unreadableReply)
        case .refused(let code, let note):
            .rejected(VendorRejection(.invalidRequest, code: String(code), message: note))
        case .unauthorized(let status): .rejected(.unauthorized(status))
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// Why it leaves open what became of a payment that was begun before.
    var doubt: UnknownReason {
        switch self {
        case .done: .unreadableReply
        case .refused, .unauthorized: .vendorError
        case .unknown(let reason): reason
        }
    }

    var payment: Click.PaymentReport? {
        guard case .done(let json) = self else { return nil }
        return Click.PaymentReport(json)
    }
}

extension VendorRejection {
    static func unauthorized(_ status: Int) -> VendorRejection {
        VendorRejection(
            .configuration,
            code: "http_\(status)",
            message: "Click refused the credentials, or this machine's clock is off"
        )
    }
}
