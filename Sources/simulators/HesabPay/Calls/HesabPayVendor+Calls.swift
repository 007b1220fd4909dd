internal import Cryptography
internal import HTTP
internal import JSON

// The calls of section 3, and two that are only proposed.
extension HesabPay.Vendor {
    enum Operation: String {
        case createSession = "create-session"
        case verifySignature = "verify-signature"
        case status
        case refund
        case payout = "send-money-MultiVendor"
    }

    package struct Work: Sendable {
        let operation: Operation
        let body: JSONObject
        let apiKey: String
    }

    /// An answer that is not the result asked for.
    struct Failure: Error {
        let status: Int
        let body: JSONValue

        /// With a text.
        init(_ status: Int, detail: String) {
            self.status = status
            body = ["success": false, "status_code": 0, "detail": .string(detail)]
        }

        /// With texts by field (section 3.1).
        init(_ errors: JSONFieldErrors) {
            status = 400
            var messages = JSONObject()
            for error in errors.all {
                let name = "\(error.pointer)".dropFirst().prefix { $0 != "/" }
                let earlier = messages[String(name)]?.arrayValue ?? []
                messages[String(name)] = .array(earlier + [.string(error.message)])
            }
            body = ["success": false, "status_code": 0, "message": .object(messages)]
        }
    }

    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        let operation = operation(call)
        let json = try? JSONValue.parse(call.body)  // What cannot be read is refused below.
        let stage: BegunCall<Work>.Stage
        do throws(Failure) {
            let apiKey = try authenticate(call)
            guard let operation else { throw Failure(404, detail: "Not found.") }
            guard let body = json?.objectValue else {
                throw Failure(400, detail: "JSON parse error")
            }
            stage = .ready(Work(operation: operation, body: body, apiKey: apiKey))
        } catch {
            stage = .refused(Self.reply(error.body, status: error.status))
        }
        return BegunCall(
            operation: operation?.rawValue,
            parameters: json?.parameters ?? [],
            stage
        )
    }

    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        do throws(Failure) {
            return Self.reply(try answer(work))
        } catch {
            return Self.reply(error.body, status: error.status)
        }
    }

    package mutating func abandon(_ work: Work) {}  // There are no keys to free.

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        let status =
            switch refusal {
            case .rateLimit: 429
            case .lockTimeout: 409
            case .status(let status, _): status
            case .code(let code): Int(code) ?? 400
            }
        let failure = Failure(status, detail: "Request was not processed.")
        return Self.reply(failure.body, status: (400...599).contains(status) ? status : 400)
    }

    private func operation(_ call: SimulatedCall) -> Operation? {
        guard call.method == .post else { return nil }
        return switch call.path {
        case "/api/v1/payment/create-session": .createSession
        case "/api/v1/hesab/webhooks/verify-signature": .verifySignature
        case "/api/v1/payment/send-money-MultiVendor": .payout
        case world.settings.statusPath: .status
        case world.settings.refundPath: .refund
        default: nil  // Paths are open; whatever is not listed is unknown.
        }
    }

    /// `Authorization: API-KEY <key>` (section 2.1).
    private func authenticate(_ call: SimulatedCall) throws(Failure) -> String {
        let field = call.fields[.authorization] ?? ""
        let key = String(field.dropFirst("API-KEY ".count))
        guard field.hasPrefix("API-KEY "), world.accounts.contains(where: { $0.apiKey == key })
        else { throw Failure(401, detail: "Invalid API key.") }
        return key
    }

    private static func reply(_ json: JSONValue, status: Int = 200) -> SimulatedReply {
        SimulatedReply(
            status: status,
            fields: [.contentType: "application/json"],
            body: json.bytes()
        )
    }
}

extension HesabPay.Vendor {
    private mutating func answer(_ work: Work) throws(Failure) -> JSONValue {
        switch work.operation {
        case .createSession:
            return createSession(try read(work, HesabPay.SessionOrder.reader), work.apiKey)
        case .verifySignature:
            let pair = try read(work, HesabPay.SignaturePair.reader)
            let isGood = world.vouches(
                signature: pair.signature,
                timestamp: pair.timestamp,
                apiKey: work.apiKey
            )
            return [
                "status_code": .integer(isGood ? HesabPay.good : 0), "success": .bool(isGood),
                "message": isGood ? "Signature is valid" : "Invalid signature",
            ]
        case .status:
            let order = try read(work, HesabPay.StatusOrder.reader)
            return try status(order.reference, work.apiKey)
        case .refund: return try refund(try read(work, HesabPay.RefundOrder.reader), work.apiKey)
        case .payout:
            return try payOut(try read(work, HesabPay.PayoutOrder.reader), work.apiKey)
        }
    }

    private func read<Value>(
        _ work: Work,
        _ reader: JSONReader<Value>
    ) throws(Failure) -> Value {
        do throws(JSONFieldErrors) {
            return try reader.read(.object(work.body), .root)
        } catch {
            throw Failure(error)
        }
    }

    private mutating func createSession(
        _ order: HesabPay.SessionOrder,
        _ apiKey: String
    ) -> JSONValue {
        let session = world.create(order, apiKey: apiKey)
        var answer = JSONObject([
            ("status_code", .integer(HesabPay.good)), ("success", true),
            ("message", "Payment session created"),
            (world.settings.addressName.rawValue, .string("\(publicURL)/s/\(session.id)")),
        ])
        if world.settings.namesSessions {
            answer["session_id"] = .string(session.id)
            answer["expires_at"] = .string(session.expires.rfc3339())
        }
        return .object(answer)
    }

    private func status(_ reference: String, _ apiKey: String) throws(Failure) -> JSONValue {
        guard let session = world.session(reference), session.apiKey == apiKey else {
            throw Failure(404, detail: "Not found.")
        }
        let paid = session.transactions.last.flatMap { world.transactions[$0] }
        let status = paid != nil ? "paid" : session.failure == nil ? "pending" : "failed"
        return [
            "status_code": .integer(HesabPay.good), "success": true, "status": .string(status),
            "user_id": .string(reference),
            "transaction_id": paid.map { .string($0.id) } ?? .null,
            "amount": Hundredths(minor: paid?.amount ?? session.order.total).json,
        ]
    }

    private mutating func refund(
        _ order: HesabPay.RefundOrder,
        _ apiKey: String
    ) throws(Failure) -> JSONValue {
        guard let paid = world.transactions[order.transaction], paid.apiKey == apiKey else {
            throw Failure(404, detail: "Not found.")
        }
        guard order.amount.minor > 0, paid.refunded + order.amount.minor <= paid.amount else {
            throw Failure(400, detail: "Amount cannot be refunded.")
        }
        world.refund(paid.id, order.amount.minor)
        return [
            "status_code": .integer(HesabPay.good), "success": true, "message": "Refunded",
            "transaction_id": .string(paid.id),
        ]
    }

    private mutating func payOut(
        _ order: HesabPay.PayoutOrder,
        _ apiKey: String
    ) throws(Failure) -> JSONValue {
        let pins = world.accounts.filter { $0.apiKey == apiKey }.compactMap(\.pin)
        guard !pins.isEmpty else { throw Failure(200, detail: "Payouts are not enabled.") }
        guard let pin = Self.opened(order.pin, apiKey), pins.contains(pin) else {
            throw Failure(200, detail: "Wrong PIN")
        }
        if order.payees.contains(where: { world.settings.blockedPayees.contains($0.account) }) {
            throw Failure(200, detail: "This account is blocked")
        }
        var ids: [String] = []
        var results: [JSONValue] = []
        for payee in order.payees {
            let id = world.send(payee.amount, to: payee.account, apiKey: apiKey)
            ids.append(id)
            results.append(
                [
                    "account_number": .string(payee.account), "success": true,
                    "amount": Hundredths(minor: payee.amount).json,
                ]
            )
        }
        return [
            "status_code": .integer(HesabPay.good), "success": true, "message": "Money sent",
            "transaction_id": ids.first.map(JSONValue.string) ?? .null,
            "results": .array(results),
        ]
    }

    /// The PIN as the merchant encrypted it (section 2.3): vector, then ciphertext, under the
    /// beginning of its API key.
    static func opened(_ sealed: String, _ apiKey: String) -> String? {
        guard let bytes = Base64.decode(sealed), bytes.count > 16 else { return nil }
        let key = (Array(apiKey.utf8) + [UInt8](repeating: 0, count: 32)).prefix(32)
        // Silence is right: whatever does not open is a wrong PIN.
        let text = try? AESCBC.decrypt(
            Array(bytes.dropFirst(16)),
            key: Secret(Array(key)),
            vector: Array(bytes.prefix(16))
        )
        return text.map { String(decoding: $0, as: UTF8.self) }
    }
}
