internal import HTTP

// The payment page; it leads back whatever the payer did.
extension Octo.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        let uuid = String(visit.path.dropFirst("/page/".count))
        guard let payment = world.payments[uuid] else { return .notFound }
        guard visit.isSubmission else {
            world.open(uuid)
            return payment.isUnpaid ? form(payment) : leave(payment)
        }
        if payment.isUnpaid {
            if visit.form["decision"] == "decline" {
                world.cancel(uuid)
            } else if let card = visit.form["card"].flatMap(Octo.TestCard.named) {
                world.pay(uuid, with: card)
            } else {
                return .notPossible("There is no such card.")
            }
        }
        return leave(payment)
    }

    private func leave(_ payment: Octo.Payment) -> PageReply {
        guard let address = payment.order.returnURL else {
            return PageReply("Done", "<p>You can close this page.")
        }
        return .goOn(to: address)
    }

    private func form(_ payment: Octo.Payment) -> PageReply {
        let cards = Octo.TestCard.all.map { "<option value=\"\($0.name)\">\($0.name) \($0.mask)" }
        let transaction = PageReply.escape(payment.order.transaction)
        let amount = "\(Hundredths(minor: payment.order.total.minor).text)"
        return PageReply(
            "Octo",
            """
            <p>\(transaction): \(amount) \(payment.order.currency.rawValue)
            <form method="post">
            <select name="card">
            \(cards.joined(separator: "\n"))
            </select>
            <button>Pay</button>
            <button name="decision" value="decline">Decline</button>
            </form>
            """
        )
    }
}
