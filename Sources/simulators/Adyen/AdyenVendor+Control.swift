internal import JSON

// What shoppers, their banks and the schemes do.
extension Adyen.Vendor {
    private enum Decision: String, CaseIterable {
        case approved
        case refused
    }

    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count, path.last ?? "") {
        case ("POST", "payments", 3, "answer"):
            let outcome = try call.read("outcome", .oneOf(Adyen.ShopperAnswer.Outcome.self))
            let (answer, address) = try answer(path[1], outcome)
            return ControlReply { reply in
                reply.object("details") { $0.member(answer.name, answer.secret) }
                reply.member("return_url", address)
            }
        case ("POST", "payments", 2, _):
            let decision = try call.read("status", .oneOf(Decision.self))
            guard world.payments[path[1]] != nil else { throw .unknown }
            world.decide(path[1], approves: decision == .approved)
            return ControlReply()
        case ("POST", "sessions", 3, "pay"):
            let (card, outcome, consents) = try call.read { fields throws(JSONFieldErrors) in
                let card = fields.optional("card", .card)
                let outcome = fields.optional(
                    "outcome",
                    .oneOf(Adyen.ShopperAnswer.Outcome.self)
                )
                let consents = fields.optional("consents", .bool)
                try fields.finish()
                return (card ?? .visa, outcome ?? .succeeded, consents ?? false)
            }
            return try sessionReply(path[1]) { world throws(Adyen.Failure) in
                try world.pay(session: path[1], with: card, outcome, consents: consents)
            }
        case ("POST", "sessions", 3, "cancel"):
            return try sessionReply(path[1]) { world throws(Adyen.Failure) in
                try world.cancel(session: path[1])
            }
        case ("POST", "modifications", 3, "undo"):
            guard world.modifications[path[1]] != nil else { throw .unknown }
            world.undo(modification: path[1])
            return ControlReply()
        case ("POST", "modifications", 3, "return"):
            guard world.modifications[path[1]]?.kind == .refund else { throw .unknown }
            world.returnRefund(path[1])
            return ControlReply()
        default: throw .unknown
        }
    }

    /// - Returns: what the browser brings back, and where it goes.
    mutating func answer(
        _ psp: String,
        _ outcome: Adyen.ShopperAnswer.Outcome
    ) throws(ControlRefusal) -> (Adyen.ShopperAnswer, address: String?) {
        let answer = try acting { world throws(Adyen.Failure) in
            try world.answer(psp, outcome)
        }
        guard answer.step == .redirect, let payment = world.payments[psp] else {
            return (answer, nil)
        }
        return (
            answer,
            PageReply.address(payment.returnURL, adding: [("redirectResult", answer.secret)])
        )
    }

    private mutating func sessionReply(
        _ id: String,
        _ body: (inout Adyen.World) throws(Adyen.Failure) -> String
    ) throws(ControlRefusal) -> ControlReply {
        let result = try acting(body)
        let address = sessionAddress(id, result)
        return ControlReply { reply in
            reply.member("session_result", result)
            reply.member("return_url", address)
        }
    }

    func sessionAddress(_ id: String, _ result: String) -> String? {
        world.sessions[id].map {
            PageReply.address(
                $0.order.returnURL,
                adding: [("sessionId", id), ("sessionResult", result)]
            )
        }
    }

    /// What the world refuses as a control endpoint says it.
    mutating func acting<Value>(
        _ body: (inout Adyen.World) throws(Adyen.Failure) -> Value
    ) throws(ControlRefusal) -> Value {
        do throws(Adyen.Failure) {
            return try body(&world)
        } catch {
            throw ControlRefusal(error.message)
        }
    }
}

extension Adyen.ShopperAnswer {
    /// Where `details` carries the secret.
    fileprivate var name: String { step == .redirect ? "redirectResult" : "threeDSResult" }
}

extension JSONReader<Adyen.Card> {
    fileprivate static var card: Self {
        JSONReader<String>.string.map("There is no such card.") { Adyen.Card($0) }
    }
}
