import HTTP
import JSON
import PaymentCore

extension Octo {
    /// An answer's envelope (section 3). HTTP says 200 for business errors too: `error` decides.
    enum Reply {
        case good(Words, at: Timestamp?)
        case refused(Failure)
        case unknown(UnknownReason)

        init(_ response: HTTPResponse) {
            let status = response.status
            guard status.code < 500 else {
                self = .unknown(.vendorError)
                return
            }
            // Silence is right: what does not parse is not read, and ends as `unknown`.
            guard let body = try? JSONValue.parse(response.body),
                let error = body["error"]?.integerValue
            else {
                self = .unknown(.unreadableReply)
                return
            }
            let words = Words(body)
            switch error {
            case 0 where status.isSuccess: self = .good(words, at: response.fields.madeAt)
            case 0: self = .unknown(.unrecognizedStatus)
            default: self = .refused(Failure(number: error, words))
            }
        }

        var isTooSoon: Bool {
            if case .refused(let failure) = self {
                failure.number == Failure.tooSoon
            } else {
                false
            }
        }
    }

    /// The members of an answer: those of `data` first, then the top level, where older versions
    /// put them.
    struct Words {
        private let top: JSONValue

        init(_ top: JSONValue) {
            self.top = top
        }

        subscript(_ name: String) -> JSONValue? {
            if let value = top["data"]?[name], !value.isNull { return value }
            guard let value = top[name], !value.isNull else { return nil }
            return value
        }

        /// The first of several spellings.
        func first(_ names: String...) -> JSONValue? {
            for name in names {
                if let value = self[name] { return value }
            }
            return nil
        }

        func text(_ names: String...) -> String? {
            for name in names {
                if let text = self[name]?.stringValue, !text.isEmpty { return text }
            }
            return nil
        }
    }

    /// An `error` other than 0. Octo publishes no full table, so number and text are kept.
    struct Failure {
        let number: Int64
        let message: String

        static let tooSoon: Int64 = 11

        init(number: Int64, _ words: Words) {
            self.number = number
            let text = words.text("errMessage", "errorMessage") ?? "Octo gave no reason"
            message = String(text.prefix(200))
        }
    }
}

extension Octo.Failure {
    /// What the refusal means wherever it is met (section 3.8).
    var outcome: VendorOutcome {
        if number == Self.tooSoon { return .notDone(.throttled) }
        return .rejected(VendorRejection(reason, code: String(number), message: message))
    }

    /// Whether it refuses whatever is asked: its rate, its form or our credentials are at fault.
    var isAboutRequest: Bool {
        number == Self.tooSoon || number == 1 || reason == .configuration
    }

    func says(_ text: String) -> Bool { message.lowercased().contains(text) }

    private var reason: VendorRejection.Reason {
        switch number {
        case 2, 403: .configuration
        case 3, 22: .amountNotAccepted
        // Too many messages were asked for; the payer has to start again.
        case 17: .wrongState
        default:
            says("wrong secret") || says("no_shop_found") ? .configuration : .invalidRequest
        }
    }
}
