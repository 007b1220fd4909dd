import HTTP
import JSON
import PaymentCore

extension Payme {
    /// An answer of the Subscribe API before its meaning.
    enum Reply {
        case result(JSONValue)
        case failure(Fault)
        /// No answer of this protocol: nothing is known.
        case unknown(UnknownReason)

        init(_ response: HTTPResponse, to id: Int) {
            guard response.status.code == 200 else {
                self = .unknown(.vendorError)
                return
            }
            // Silence is right: what does not parse is not read, and ends as `unknown`.
            let body = try? JSONValue.parse(response.body)
            if let fault = Fault(body?["error"]) {
                self = .failure(fault)
            } else if let result = body?["result"], body?["id"]?.wholeNumber == Int64(id) {
                self = .result(result)
            } else {
                self = .unknown(.unreadableReply)
            }
        }
    }

    /// Why Payme did not do what we asked (sections 4.2 and 8).
    struct Fault {
        let code: Int64
        /// In every language that it came in.
        private let texts: [String]

        init?(_ json: JSONValue?) {
            guard let json, let code = json["code"]?.wholeNumber else { return nil }
            self.code = code
            texts =
                switch json["message"] {
                case .string(let text): [text]
                case .object(let languages): languages.members.compactMap(\.value.stringValue)
                case .null, .bool, .integer, .number, .array, nil: []
                }
        }

        var message: String { String((texts.first ?? "Payme gave no reason").prefix(300)) }

        /// The verdict; nil when it leaves open what happened.
        var verdict: VendorOutcome? {
            switch code {
            case -31_630: .declined(decline, nil)
            case -31_611, -31_612: .rejected(rejection(.amountNotAccepted))
            case -31_601, -32_504: .rejected(rejection(.configuration))
            case -31_610, -32_600, -32_601, -32_602, -32_700: .rejected(rejection(.invalidRequest))
            // Its own failures, ours as it saw us, and codes that no sheet lists.
            default: nil
            }
        }

        /// Payme could not reach us, or did not understand us.
        var isOurs: Bool { code == -31_622 || code == -31_623 }

        func rejection(_ reason: VendorRejection.Reason) -> VendorRejection {
            VendorRejection(reason, code: String(code), message: message)
        }

        /// One code stands for every fault of a card; only its text tells which.
        private var decline: Decline {
            let text = texts.joined(separator: " ").lowercased()
            let isHard = Self.hardWords.contains { text.contains($0) }
            let isSoft = Self.softWords.contains { text.contains($0) }
            return Decline(isHard && !isSoft ? .hard : .soft, code: String(code))
        }

        private static let softWords = ["insufficient", "недостаточно", "yetarli emas"]
        private static let hardWords = [
            "expire", "block", "wrong", "incorrect", "invalid", "corporate",
            "истек", "истёк", "заблокирован", "неверн", "корпоратив",
            "muddati", "bloklan", "notoʻgʻri", "noto'g'ri", "korporativ",
        ]
    }
}
