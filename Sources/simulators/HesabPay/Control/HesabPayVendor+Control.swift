internal import HTTP
internal import JSON

// What payers do, on the page and without it.
extension HesabPay.Vendor {
    /// A wallet that nobody has.
    private static let payer = "0790000117"

    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        if (call.method, path) == ("GET", ["payouts"]) { return payouts() }
        guard path.first == "sessions", path.count >= 2, let session = world.session(path[1])
        else { throw .unknown }
        switch (call.method, path.count, path.last ?? "") {
        case ("GET", 2, _): return report(session)
        case ("POST", 3, "pay"):
            let (payer, amount) = try call.read { fields throws(JSONFieldErrors) in
                let payer = fields.optional("payer", .string(bytes: 1...50))
                let amount = fields.optional("amount", .hundredths)
                try fields.finish()
                return (payer ?? Self.payer, amount)
            }
            if amount?.minor == 0 { throw ControlRefusal("Nothing is paid with nothing.") }
            world.pay(session.id, payer: payer, amount: amount?.minor)
        case ("POST", 3, "fail"):
            let (payer, message) = try call.read { fields throws(JSONFieldErrors) in
                let payer = fields.optional("payer", .string(bytes: 1...50))
                let message = fields.optional("message", .string(bytes: 1...500))
                try fields.finish()
                return (payer ?? Self.payer, message ?? "Insufficient balance")
            }
            world.fail(session.id, payer: payer, message)
        default: throw .unknown
        }
        return report(world.sessions[session.id] ?? session)
    }

    /// All money that was sent out, newest first.
    private func payouts() -> ControlReply {
        ControlReply { reply in
            reply.array("payouts") { list in
                for payout in world.payouts.newestFirst {
                    list.object { object in
                        object.member("id", payout.id)
                        object.member("account_number", payout.payee)
                        object.member("amount", payout.amount)
                    }
                }
            }
        }
    }

    private func report(_ session: HesabPay.Session) -> ControlReply {
        ControlReply { reply in
            reply.member("id", session.id)
            reply.member("user_id", session.order.reference)
            reply.member("amount", session.order.total)
            reply.member("failure", session.failure)
            reply.member("transactions", session.transactions)
            reply.array("webhooks") { list in
                for number in session.webhooks {
                    guard let webhook = world.webhooks["\(number)"] else { continue }
                    list.object { object in
                        object.member("id", number)
                        object.member("type", webhook.type)
                        object.member("answer_status", webhook.answerStatus)
                    }
                }
            }
        }
    }

    package mutating func page(_ visit: PageVisit) -> PageReply {
        guard let session = world.sessions[String(visit.path.dropFirst("/s/".count))] else {
            return .notFound
        }
        guard session.transactions.isEmpty, world.now < session.expires else {
            return PageReply("Over", "<p>This session is over.")
        }
        guard visit.isSubmission else { return form(session) }
        switch visit.form["outcome"] {
        case "pay":
            world.pay(session.id, payer: Self.payer)
            return leave(session.order.successURL, "Paid")
        case "fail":
            world.fail(session.id, payer: Self.payer, "Insufficient balance")
            return leave(session.order.failureURL, "Not paid")
        case nil, .some: return .notPossible("Choose an outcome.")
        }
    }

    private func leave(_ address: String?, _ title: String) -> PageReply {
        address.map(PageReply.goOn) ?? PageReply(title, "<p>You can close this page.")
    }

    private func form(_ session: HesabPay.Session) -> PageReply {
        let names = session.order.items.compactMap { $0["name"]?.stringValue }
        return PageReply(
            "HesabPay",
            """
            <p>\(PageReply.escape(names.joined(separator: ", ")))
            <p>\(Hundredths(minor: session.order.total).text) \(HesabPay.currency)
            <form method="post">
            <button name="outcome" value="pay">Pay</button>
            <button name="outcome" value="fail">Fail</button>
            </form>
            """
        )
    }
}
