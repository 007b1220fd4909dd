internal import Cryptography
internal import HTTP
internal import JSON

extension Payme {
    /// The methods that Payme calls at the shop (section 3).
    enum Method: String, Sendable, CaseIterable {
        case checkPerform = "CheckPerformTransaction"
        case create = "CreateTransaction"
        case perform = "PerformTransaction"
        case cancel = "CancelTransaction"
        case check = "CheckTransaction"
        case statement = "GetStatement"
        case fiscal = "SetFiscalData"
    }

    /// One call to the shop's endpoint.
    struct Question: Sendable {
        /// How it is put: as it should be, or so that the shop must refuse it.
        enum Manner: Sendable {
            case proper
            case wrongLogin
            /// A GET in place of the POST.
            case asGET
            /// The body breaks off.
            case unparsable
        }

        /// Echoed by the shop (section 3.1).
        let id: Int64
        /// The method's name, known or not.
        let name: String
        let params: JSONValue
        var manner = Manner.proper

        var method: Method? { Method(rawValue: name) }

        /// What the shop must echo as `id`; nil when it cannot know it.
        var echo: Int64? {
            switch manner {
            case .proper, .wrongLogin: id
            case .asGET, .unparsable: nil
            }
        }

        private var body: [UInt8] {
            var writer = JSONWriter()
            writer.object { call in
                call.member("jsonrpc", "2.0")
                call.member("id", id)
                call.member("method", name)
                call.member("params", params)
            }
            switch manner {
            case .proper, .wrongLogin: return writer.bytes
            case .asGET: return []
            case .unparsable: return writer.bytes.dropLast(1)
            }
        }

        /// - Parameter signature: anything but good shows a wrong key.
        func request(to cashbox: Cashbox, _ signature: WebhookQueue.Signature) -> HTTPRequest? {
            guard let url = cashbox.url else { return nil }
            var login = Login(user: cashbox.login, key: cashbox.key)
            if manner == .wrongLogin || signature != .good { login = .wrong }
            return HTTPRequest(
                method: manner == .asGET ? .get : .post,
                url: url,
                fields: [
                    .contentType: "text/json; charset=UTF-8", .authorization: login.field,
                    .userAgent: "Paycom",
                ],
                body: body
            )
        }
    }

    /// How Payme shows itself to the shop (section 2.1).
    struct Login: Sendable, Equatable {
        var user: String
        var key: String

        var field: String { "Basic " + Base64.encode(Array("\(user):\(key)".utf8)) }

        /// The wrong login that the sandbox probes with.
        static let wrong = Login(user: "Paycom", key: "wrong")
    }
}

// The parameters of each method.
extension Payme.Method {
    static func account(_ fields: [Payme.Link.Field]) -> JSONValue {
        .object(JSONObject(fields.map { ($0.name, .string($0.value)) }))
    }

    static func params(amount: Int64, _ account: [Payme.Link.Field]) -> JSONValue {
        ["amount": .integer(amount), "account": Self.account(account)]
    }

    static func params(
        id: String,
        time: SimulatedTime,
        amount: Int64,
        _ account: [Payme.Link.Field]
    ) -> JSONValue {
        [
            "id": .string(id), "time": .integer(time.milliseconds), "amount": .integer(amount),
            "account": Self.account(account),
        ]
    }

    static func params(id: String) -> JSONValue { ["id": .string(id)] }

    static func params(id: String, reason: Int64) -> JSONValue {
        ["id": .string(id), "reason": .integer(reason)]
    }

    static func params(from start: SimulatedTime, to end: SimulatedTime) -> JSONValue {
        ["from": .integer(start.milliseconds), "to": .integer(end.milliseconds)]
    }
}
