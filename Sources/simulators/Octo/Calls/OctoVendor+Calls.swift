internal import HTTP
internal import JSON

// HTTP 200 on every error but a path that means nothing (section 3).
extension Octo.Vendor {
    package struct Work: Sendable {
        let route: Octo.Route
        let body: JSONObject
        /// Nil for a call that shows no secret.
        let shop: Octo.Shop?
    }

    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        var route = Octo.Route(call.method, call.path)
        let json = call.body.isEmpty ? [:] : try? JSONValue.parse(call.body)  // Refused below.
        if route?.operation == .prepare, json?.objectValue?.isStatusRead == true {
            route?.operation = .readStatus
        }
        let stage: BegunCall<Work>.Stage
        do throws(Octo.Failure) {
            if let route {
                guard let body = json?.objectValue else { throw .format("The body is no JSON") }
                let shop = try authenticate(body, isOptional: !route.operation.needsSecret)
                stage = .ready(Work(route: route, body: body, shop: shop))
            } else {
                stage = .refused(SimulatedReply(status: 404))
            }
        } catch {
            stage = .refused(reply(error))
        }
        return BegunCall(
            operation: route?.operation.rawValue,
            parameters: (json?.parameters ?? []).filter { $0.name != "/octo_secret" },
            stage
        )
    }

    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        do throws(Octo.Failure) {
            let data = try world.execute(work.route, work.body, work.shop)
            return work.route.operation.isBare ? Self.reply(data) : reply(data)
        } catch {
            return reply(error)
        }
    }

    package mutating func abandon(_ work: Work) {}  // Ids are kept only with their effect.

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        switch refusal {
        case .rateLimit: return reply(Octo.Failure.tooOften)
        case .lockTimeout: return reply(Octo.Failure.system)
        case .status(let status, _):
            var reply = reply(Octo.Failure.system)
            reply.status = status
            return reply
        case .code(let code):
            return reply(Octo.Failure.all.first { "\($0.error)" == code } ?? .system)
        }
    }

    private func authenticate(
        _ body: JSONObject,
        isOptional: Bool
    ) throws(Octo.Failure) -> Octo.Shop? {
        let (id, secret) = (body["octo_shop_id"], body["octo_secret"])
        if isOptional, id == nil, secret == nil { return nil }
        guard let id = id?.integerValue, let shop = world.shop(id) else { throw .noShop }
        guard secret?.stringValue == shop.secret else { throw .wrongSecret }
        return shop
    }

    private func reply(_ data: JSONValue) -> SimulatedReply {
        var answer = JSONObject([("error", 0), ("errMessage", .null)])
        let envelope = world.settings.envelope
        if envelope != .flat { answer["data"] = data }
        if envelope != .data {
            for member in data.objectValue?.members ?? [] { answer[member.name] = member.value }
        }
        answer["apiMessageForDevelopers"] = "OK"
        return Self.reply(.object(answer))
    }

    private func reply(_ failure: Octo.Failure) -> SimulatedReply {
        Self.reply([
            "error": .integer(failure.error), "errMessage": .string(failure.message),
            "data": .null, "errorMessage": .string(failure.message),
        ])
    }

    private static func reply(_ json: JSONValue) -> SimulatedReply {
        SimulatedReply(
            status: 200,
            fields: [.contentType: "application/json"],
            body: json.bytes()
        )
    }
}

extension JSONObject {
    /// Just the three fields of a status read (section 3.2).
    fileprivate var isStatusRead: Bool {
        Set(names) == ["octo_shop_id", "octo_secret", "shop_transaction_id"]
    }
}

extension Octo.Operation {
    /// Whether the answer has no envelope.
    fileprivate var isBare: Bool { self == .verificationInfo }
}
