internal import JSON

// What payers and banks do.
extension Octo.Vendor {
    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("GET", "payments", 2): return report(try payment(path[1]))
        case ("POST", "payments", 3): return try act(call)
        case ("POST", "refunds", 2): return try decideRefund(call)
        case ("POST", "tokens", 1):
            let cards = JSONReader.string.map("There is no such card.", Octo.TestCard.named)
            let token = world.save(try call.read("card", cards))
            return ControlReply(status: 201) { $0.member("card_token", token) }
        default: throw .unknown
        }
    }

    private func payment(_ name: String) throws(ControlRefusal) -> Octo.Payment {
        guard let payment = world.find(name) else { throw .unknown }
        return payment
    }

    /// What a payer does on the page.
    private mutating func act(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let payment = try payment(call.path[1])
        guard payment.isUnpaid else {
            throw ControlRefusal("The payment is \(payment.status.rawValue).")
        }
        switch call.path[2] {
        case "open": world.open(payment.uuid)
        case "decline": world.cancel(payment.uuid)
        case "pay":
            let cards = JSONReader.string.map("There is no such card.", Octo.TestCard.named)
            let card = try call.read { fields throws(JSONFieldErrors) in
                let card = fields.optional("card", cards)
                try fields.finish()
                return card ?? Octo.TestCard.all[0]
            }
            world.pay(payment.uuid, with: card)
        default: throw .unknown
        }
        return report(try self.payment(payment.uuid))
    }

    /// - The path names the shop's refund id.
    private mutating func decideRefund(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let status = try call.read("status", .oneOf(Octo.Refund.Status.self))
        let keys = world.shops.map { "\($0.id)/\(call.path[1])" }
        guard let key = keys.first(where: { world.refunds[$0] != nil }) else { throw .unknown }
        world.decideRefund(key, status)
        let after = world.refunds[key]?.status.rawValue
        return ControlReply { $0.member("status", after) }
    }

    private func report(_ payment: Octo.Payment) -> ControlReply {
        ControlReply { reply in
            reply.member("octo_payment_UUID", payment.uuid)
            reply.member("shop_transaction_id", payment.order.transaction)
            reply.member("status", payment.status.rawValue)
            reply.member("return_url", payment.order.returnURL)
            reply.member("violations", payment.violations)
            reply.array("callbacks") { list in
                for number in payment.callbacks {
                    guard let callback = world.callbacks["\(number)"] else { continue }
                    list.object { object in
                        object.member("id", number)
                        object.member("status", callback.status)
                        object.member("answer_status", callback.answerStatus)
                        object.member("answer", String(decoding: callback.answer, as: UTF8.self))
                    }
                }
            }
        }
    }
}

extension Octo.World {
    /// By the vendor's uuid or any shop's id.
    func find(_ name: String) -> Octo.Payment? {
        payments[name] ?? shops.lazy.compactMap { payment(name, of: $0.id) }.first
    }
}
