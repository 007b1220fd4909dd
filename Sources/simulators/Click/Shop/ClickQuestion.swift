internal import Cryptography
internal import HTTP

extension Click {
    /// One call to the shop (sections 3.2 and 3.3).
    struct Question: Sendable {
        /// The vendor's `action`; the matrix knows others too.
        enum Action: Int64, Sendable {
            case prepare = 0
            case complete = 1

            var name: String {
                switch self {
                case .prepare: "Prepare"
                case .complete: "Complete"
                }
            }
        }

        /// Counts the questions.
        let number: Int64
        let action: Action
        let transaction: Int64
        let service: Int64
        let paydoc: Int64
        let reference: String
        /// The lexeme that the link had: it is what is signed (section 2.1).
        let amount: String
        /// Nil in Prepare.
        let prepareID: Int64?
        var error: Int64 = 0
        var note = "Success"
        let time: SimulatedTime
        var flaw: Flaw?

        /// What makes a question one that the shop must refuse.
        enum Flaw: Sendable {
            case wrongSignature
            case missingField
            case unknownAction
        }

        /// - Parameter signature: bad is another's, stale is an hour old and valid all the same.
        func request(
            to service: Service,
            _ signature: WebhookQueue.Signature
        ) -> HTTPRequest? {
            let url = action == .complete ? service.completeURL : nil
            guard let url = url ?? service.prepareURL else { return nil }
            return HTTPRequest(
                method: .post,
                url: url,
                fields: [.contentType: FormEncoder.contentType, .userAgent: "Click"],
                body: FormEncoder(form(secret: service.secret, signature)).bytes
            )
        }

        func form(
            secret: String,
            _ signature: WebhookQueue.Signature = .good
        ) -> [(String, String)] {
            let time = signature == .stale ? time + .seconds(-3_600) : time
            let signTime = time.dateAndTime(offset: Click.zone)
            let code = flaw == .unknownAction ? 7 : action.rawValue
            let isForged = flaw == .wrongSignature || signature == .bad
            let sign = Self.signature(
                [
                    "\(transaction)", "\(self.service)", isForged ? "a guess" : secret, reference,
                    prepareID.map { "\($0)" } ?? "", amount, "\(code)", signTime,
                ]
            )
            var fields = [
                ("click_trans_id", "\(transaction)"), ("service_id", "\(self.service)"),
                ("click_paydoc_id", "\(paydoc)"), ("merchant_trans_id", reference),
            ]
            if let prepareID { fields.append(("merchant_prepare_id", "\(prepareID)")) }
            if flaw != .missingField { fields.append(("amount", amount)) }
            return fields + [
                ("action", "\(code)"), ("error", "\(error)"), ("error_note", note),
                ("sign_time", signTime), ("sign_string", sign),
            ]
        }

        /// MD5 over the raw values without separators (section 2.1).
        static func signature(_ values: [String]) -> String {
            Hex.encode(Digest.md5.hash(values.joined()))
        }
    }
}
