import Cryptography
import JSON
import PaymentCore

extension Click {
    /// Which dialogue a service has with its shop. Action numbers mean other things in each, so it
    /// is the account's to say, and never guessed (section 3.7).
    enum Dialogue: String {
        case shop
        case advanced
        case split
    }

    /// One request of the Advanced or the Split Shop, checked in the order of the plain one.
    struct Inquiry {
        enum Matter {
            /// Who is going to pay for what: no money, and no signature.
            case information(order: String)
            /// Prepare, or Complete, which the Split Shop calls Confirm.
            case movement(Call)
            case check
            /// Both ends are included; no signature.
            case comparison(from: Timestamp, through: Timestamp)
        }

        let matter: Matter
        /// Click's payment: what makes a repetition one. Its `attempt_trans_id` is new each time.
        let document: Int64?

        init(_ body: InquiryBody, _ service: Service) throws(Verdict) {
            guard let action = body.number("action"), let serviceID = body.number("service_id")
            else { throw .malformed }
            switch action {
            case 0, 4: guard service.answersUnsigned else { throw .unknownAction }
            case 1, 2: try body.check(service)
            case 3:
                guard service.dialogue == .advanced else { throw .unknownAction }
                try body.check(service)
            default: throw .unknownAction
            }
            guard String(serviceID) == service.id else { throw .malformed }
            document = body.number("click_paydoc_id")
            switch action {
            case 0:
                guard let order = body.parameter(service.orderParameter) else { throw .malformed }
                matter = .information(order: order)
            case 1: matter = .movement(try Call(body, .prepare, service))
            case 2:
                let preparation = body.number("merchant_prepare_id")
                matter = .movement(try Call(body, .complete(preparation: preparation), service))
            case 3: matter = .check
            default:
                guard service.dialogue == .advanced else { throw .unknownAction }
                guard let from = body.moment("from_date", ofDay: "00:00:00"),
                    let through = body.moment("till_date", ofDay: "23:59:59"), from <= through
                else { throw .malformed }
                matter = .comparison(from: from, through: through)
            }
        }
    }

    /// A body of the Advanced or the Split Shop before its meaning.
    struct InquiryBody {
        private let json: JSONValue?

        init(_ body: [UInt8]) {
            // Silence is right: what does not parse has no members, and is answered as malformed.
            json = try? JSONValue.parse(body, limits: Self.limits)
        }

        /// A request has a dozen members; whoever sends more has no business here.
        private static let limits = JSONLimits(byteCount: 64 << 10, depth: 4, memberCount: 100)

        var document: Int64? { number("click_paydoc_id") }
        var attempt: Int64? { number("attempt_trans_id") }

        func text(_ name: String) -> String? { json?[name]?.plainText }

        func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

        func parameter(_ name: String) -> String? {
            json?["params"]?[name]?.plainText.flatMap {
                (1...255).contains($0.utf8.count) ? $0 : nil
            }
        }

        /// A moment in Tashkent; of a day that is named without one, the given time.
        func moment(_ name: String, ofDay time: String) -> Timestamp? {
            guard let text = text(name) else { return nil }
            return Timestamp(tashkent: text.utf8.count == 10 ? "\(text) \(time)" : text)
        }

        /// Section 2.3: MD5 over the values as they were written, those of `params` in their order.
        fileprivate func check(_ service: Service) throws(Verdict) {
            guard let document = text("click_paydoc_id"), let attempt = text("attempt_trans_id"),
                let serviceID = text("service_id"), let action = text("action"),
                let signTime = text("sign_time"), let sign = text("sign_string"),
                let parameters = json?["params"]?.objectValue?.members
            else { throw .malformed }
            let values = parameters.compactMap(\.value.plainText)
            guard values.count == parameters.count else { throw .malformed }
            let head = Array("\(document)\(attempt)\(serviceID)".utf8)
            let tail = Array("\(values.joined())\(action)\(signTime)".utf8)
            let given = Hex.decode(sign) ?? []
            let isSigned = service.secrets.contains { secret in
                constantTimeEquals(given, Digest.md5.hash(head + secret.reveal() + tail))
            }
            guard isSigned else { throw .badSignature }
        }
    }
}

extension Click.Call {
    /// A movement of the Advanced or the Split Shop: order and amount are among its parameters.
    fileprivate init(
        _ body: Click.InquiryBody,
        _ action: Action,
        _ service: Click.Service
    ) throws(Click.Verdict) {
        guard let document = body.document, document > 0,
            let order = body.parameter(service.orderParameter),
            let amount = body.parameter(service.amountParameter),
            let signTime = body.text("sign_time"), let signedAt = Timestamp(tashkent: signTime)
        else { throw .malformed }
        self.action = action
        echo = Click.Echo(transaction: nil, order: nil)
        transaction = document
        self.document = document
        self.order = order
        self.amount = amount
        error = body.number("error") ?? 0
        note = body.text("error_note") ?? ""
        self.signTime = signTime
        self.signedAt = signedAt
    }
}
