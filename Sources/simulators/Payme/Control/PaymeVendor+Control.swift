internal import HTTP
internal import JSON

// What payers, the cabinet and the sandbox do.
extension Payme.Vendor {
    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("POST", "pay", 1): return try pay(call)
        case ("GET", "transactions", 2): return report(try transaction(path[1]))
        case ("POST", "transactions", 3): return try ask(call)
        case ("POST", "receipts", 3) where path[2] == "pay": return try payReceipt(call)
        case ("POST", "statement", 1): return try askForStatement(call)
        case ("GET", "questions", 2):
            guard let inquiry = world.inquiries[path[1]] else { throw .unknown }
            return ControlReply { inquiry.write(to: &$0) }
        case ("POST", "checklist", 1): return try runChecklist(call)
        case ("GET", "checklist", 1):
            guard let checklist = world.checklist else { throw .unknown }
            return ControlReply { checklist.write(to: &$0) }
        default: throw .unknown
        }
    }

    private func transaction(_ id: String) throws(ControlRefusal) -> Payme.Transaction {
        guard let transaction = world.transactions[id] else { throw .unknown }
        return transaction
    }

    /// A payer opens a link and pays.
    private mutating func pay(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let (url, plan) = try call.read { fields throws(JSONFieldErrors) in
            let url = fields.required("link", .string(bytes: 1...4_000))
            let plan = Payme.Transaction.Plan(&fields)
            return (try fields.finish(url), plan)
        }
        let link = try Self.link { () throws(Payme.Link.Unreadable) in
            try Payme.Link(url: url)
        }
        let id = try pay(link, plan)
        return ControlReply(status: 201) { $0.member("id", id) }
    }

    static func link(
        _ read: () throws(Payme.Link.Unreadable) -> Payme.Link
    ) throws(ControlRefusal) -> Payme.Link {
        do throws(Payme.Link.Unreadable) {
            return try read()
        } catch {
            throw ControlRefusal(error.message)
        }
    }

    /// - Returns: the transaction's id.
    mutating func pay(
        _ link: Payme.Link,
        _ plan: Payme.Transaction.Plan
    ) throws(ControlRefusal) -> String {
        guard world.cashbox(link.merchant)?.url != nil else {
            throw ControlRefusal("The link names no cashbox with a billing.")
        }
        return world.pay(link, plan)
    }

    /// One more question about a transaction, or the debit it waits for.
    private mutating func ask(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let transaction = try transaction(call.path[1])
        let id = transaction.id
        let reason = try call.read { fields throws(JSONFieldErrors) in
            let reason = fields.optional("reason", .int64)
            try fields.finish()
            return reason
        }
        switch call.path[2] {
        case "create": world.ask(.create, about: id)
        case "perform": world.ask(.perform, about: id)
        case "check": world.ask(.check, about: id)
        case "cancel":
            let usual: Int64 = transaction.stage == .performed ? 5 : 3
            world.ask(.cancel, about: id, reason: reason ?? usual)
        case "debit":
            guard transaction.stage == .created else {
                throw ControlRefusal("The transaction does not wait for a debit.")
            }
            world.debitPayer(of: id)
        case "fiscal":
            guard transaction.stage == .performed || transaction.stage == .refunded else {
                throw ControlRefusal("Only what was performed has a fiscal receipt.")
            }
            world.sendFiscalData(of: id)
        default: throw .unknown
        }
        return report(try self.transaction(id))
    }

    /// The customer pays a receipt that was sent to them.
    private mutating func payReceipt(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        guard let receipt = world.receipts[call.path[1]],
            let cashbox = world.cashbox(receipt.cashbox)
        else { throw .unknown }
        let token = try call.read("token", .string(bytes: 1...200))
        let order = Payme.PayOrder(id: receipt.id, token: token, hold: receipt.wantsHold)
        do throws(Payme.Failure) {
            try world.payReceipt(order, cashbox)
        } catch {
            throw ControlRefusal(error.message.en)
        }
        let state = world.receipts[receipt.id]?.state.rawValue
        return ControlReply { $0.member("state", state) }
    }

    private mutating func askForStatement(
        _ call: ControlCall
    ) throws(ControlRefusal) -> ControlReply {
        let (cashbox, from, to) = try call.read { fields throws(JSONFieldErrors) in
            let cashbox = fields.required("cashbox", .string)
            let from = fields.optional("from", .int64(in: 0...)) ?? 0
            let to = fields.optional("to", .int64(in: 0...))
            return (try fields.finish(cashbox), from, to)
        }
        guard world.cashbox(cashbox)?.url != nil else {
            throw ControlRefusal("There is no such cashbox with a billing.")
        }
        let number = world.askForStatement(
            cashbox,
            from: SimulatedTime(milliseconds: from),
            to: to.map(SimulatedTime.init(milliseconds:)) ?? world.now
        )
        return ControlReply(status: 201) { $0.member("question", number) }
    }

    private mutating func runChecklist(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let (cashbox, orders, refunds, patience) = try call.read {
            fields throws(JSONFieldErrors) in
            let cashbox = fields.required("cashbox", .string)
            let orders = fields.required("orders", .array(.order, count: 4...4))
            let refunds = fields.optional("refunds", .bool) ?? true
            let patience = fields.optional("patience_ms", .int64(in: 0...600_000)) ?? 3_000
            let read = try fields.finish(cashbox, orders)
            return (read.0, read.1, refunds, patience)
        }
        guard world.cashbox(cashbox)?.url != nil else {
            throw ControlRefusal("There is no such cashbox with a billing.")
        }
        world.runChecklist(
            cashbox,
            orders,
            refunds: refunds,
            patience: .milliseconds(patience)
        )
        return ControlReply(status: 201)
    }
}

extension Payme.Transaction.Plan {
    fileprivate init(_ fields: inout JSONFields) {
        let cards = JSONReader.string.map("There is no such card.", Payme.TestCard.named)
        card = fields.optional("card", cards) ?? card
        repeats = Int(fields.optional("repeats", .int64(in: 0...10)) ?? 0)
        rest = fields.optional("rest", .oneOf(Rest.self))
    }
}

extension JSONReader<Payme.Checklist.Order> {
    fileprivate static var order: Self {
        .object { fields throws(JSONFieldErrors) in
            let account = fields.required("account", .texts)
            let amount = fields.required("amount", .int64(in: 1...))
            let read = try fields.finish(account, amount)
            return Payme.Checklist.Order(
                account: read.0.sorted { $0.key < $1.key }
                    .map { Payme.Link.Field(name: $0.key, value: $0.value) },
                amount: read.1
            )
        }
    }
}
