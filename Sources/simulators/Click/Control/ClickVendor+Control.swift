internal import HTTP
internal import JSON

// What payers and the vendor's testers do.
extension Click.Vendor {
    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("POST", "pay", 1): return try pay(call)
        case ("GET", "payments", 2): return report(try payment(path[1]))
        case ("POST", "payments", 3): return try ask(call)
        case ("POST", "invoices", 3): return try changeInvoice(call)
        case ("POST", "passes", 1): return try showPass(call)
        case ("POST", "matrix", 1): return try runMatrix(call)
        case ("GET", "matrix", 1):
            guard let matrix = world.matrix else { throw .unknown }
            return ControlReply { matrix.write(to: &$0) }
        default: throw .unknown
        }
    }

    private func payment(_ id: String) throws(ControlRefusal) -> Click.Payment {
        guard let payment = world.payments[id] else { throw .unknown }
        return payment
    }

    /// A payer opens a link and pays.
    private mutating func pay(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let (url, plan) = try call.read { fields throws(JSONFieldErrors) in
            let url = fields.required("link", .string(bytes: 1...4_000))
            let plan = Click.Payment.Plan(&fields)
            return (try fields.finish(url), plan)
        }
        let link = try Self.link { () throws(Click.Link.Unreadable) in
            try Click.Link(url: url)
        }
        let id = try pay(link, plan)
        return ControlReply(status: 201) { $0.member("id", id) }
    }

    static func link(
        _ read: () throws(Click.Link.Unreadable) -> Click.Link
    ) throws(ControlRefusal) -> Click.Link {
        do throws(Click.Link.Unreadable) {
            return try read()
        } catch {
            throw ControlRefusal(error.message)
        }
    }

    /// - Returns: the payment's id.
    mutating func pay(
        _ link: Click.Link,
        _ plan: Click.Payment.Plan
    ) throws(ControlRefusal) -> Int64 {
        guard let service = world.service(link.service), service.merchantID == link.merchant,
            service.prepareURL != nil
        else { throw ControlRefusal("The link names no service that can be asked.") }
        return world.pay(
            Click.World.Order(
                service: service,
                amount: link.amount,
                reference: link.reference,
                returnURL: link.returnURL
            ),
            plan
        )
    }

    /// One more question about a payment, or what it waits for.
    private mutating func ask(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let payment = try payment(call.path[1])
        let id = payment.id
        let (error, note, givesBack) = try call.read { fields throws(JSONFieldErrors) in
            let error = fields.optional("error", .int64(in: -99_999...(-1)))
            let note = fields.optional("error_note", .string(bytes: 1...200))
            let givesBack = fields.optional("gives_back", .bool)
            try fields.finish()
            return (error ?? -5_017, note ?? "Cancelled", givesBack ?? false)
        }
        switch call.path[2] {
        case "prepare": world.ask(.prepare, about: id)
        case "complete": world.ask(.complete, about: id)
        case "debit":
            guard payment.stage == .prepared else {
                throw ControlRefusal("The payment does not wait for a debit.")
            }
            world.debitPayer(of: id)
        case "cancel":
            switch payment.stage {
            case .preparing, .prepared, .completing, .hanging:
                world.cancel(id, error: error, note: note)
            case .paid:  // Case 8 of the matrix: said, whether or not anything is given back.
                if givesBack { world.giveBack(payment) }
                try send(
                    "Complete",
                    [
                        "payment_id": .integer(id), "error": .integer(error),
                        "error_note": .string(note),
                    ]
                )
            case .refused, .confirming, .cancelled, .reversed:
                throw ControlRefusal("The payment cannot be cancelled by a Complete.")
            }
        default: throw .unknown
        }
        return report(try self.payment("\(id)"))
    }

    /// The payer pays an invoice in the app, or deletes it.
    private mutating func changeInvoice(_ call: ControlCall) throws(ControlRefusal) -> ControlReply
    {
        guard let invoice = world.invoices[call.path[1]],
            let service = world.service(invoice.service)
        else { throw .unknown }
        guard invoice.status == .waiting else {
            throw ControlRefusal("The invoice does not wait for payment.")
        }
        switch call.path[2] {
        case "delete":
            world.invoices[call.path[1]]?.status = .deleted
            return ControlReply()
        case "pay":
            let plan = try call.read { fields throws(JSONFieldErrors) in
                let plan = Click.Payment.Plan(&fields)
                try fields.finish()
                return plan
            }
            guard service.prepareURL != nil else {
                throw ControlRefusal("The service has no address to ask.")
            }
            let id = world.pay(
                Click.World.Order(
                    service: service,
                    amount: invoice.amount,
                    reference: invoice.reference,
                    invoice: invoice.id
                ),
                plan
            )
            return ControlReply(status: 201) { $0.member("id", id) }
        default: throw .unknown
        }
    }

    /// A payer at the till has the app show a code.
    private mutating func showPass(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let card = try call.read { fields throws(JSONFieldErrors) in
            let card = fields.optional("card", .card)
            try fields.finish()
            return card ?? Click.TestCard.all[0]
        }
        let code = world.showPass(card)
        return ControlReply(status: 201) { $0.member("otp_data", code) }
    }

    private mutating func runMatrix(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let (id, orders, repeated) = try call.read { fields throws(JSONFieldErrors) in
            let id = fields.required("service_id", .int64)
            let orders = fields.required("orders", .array(.order, count: 4...4))
            let repeated = fields.optional("repeated_complete", .int64(in: -4...0)) ?? -4
            let read = try fields.finish(id, orders)
            return (read.0, read.1, repeated)
        }
        guard let service = world.service(id), service.prepareURL != nil else {
            throw ControlRefusal("There is no such service that can be asked.")
        }
        world.runMatrix(service, orders, repeatedComplete: repeated)
        return ControlReply(status: 201)
    }
}

extension Click.Payment.Plan {
    fileprivate init(_ fields: inout JSONFields) {
        card = fields.optional("card", .card) ?? card
        repeats = Int(fields.optional("repeats", .int64(in: 0...10)) ?? 0)
        rest = fields.optional("rest", .oneOf(Rest.self))
    }
}

extension JSONReader<Click.TestCard> {
    fileprivate static var card: Self {
        JSONReader<String>.string.map("There is no such card.", Click.TestCard.named)
    }
}

extension JSONReader<Click.Matrix.Order> {
    fileprivate static var order: Self {
        .object { fields throws(JSONFieldErrors) in
            let reference = fields.required("merchant_trans_id", .string(bytes: 1...64))
            let amounts = JSONReader<String>.string
                .map("This must be an amount in soum.", Hundredths.init)
            let amount = fields.required("amount", amounts)
            let read = try fields.finish(reference, amount)
            return Click.Matrix.Order(reference: read.0, amount: read.1)
        }
    }
}
