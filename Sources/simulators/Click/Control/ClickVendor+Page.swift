internal import HTTP

// The payment page (section 3.1).
extension Click.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        guard visit.path == "/services/pay" else { return .notFound }
        do throws(ControlRefusal) {
            let link = try Self.link { () throws(Click.Link.Unreadable) in
                try Click.Link(visit.query)
            }
            guard let name = visit.form["card"] else { return payment(link) }
            guard let card = Click.TestCard.named(name) else {
                return .notPossible("There is no such card.")
            }
            _ = try pay(link, Click.Payment.Plan(card: card))
            guard let address = link.returnURL else {
                return PageReply("Done", "<p>You can close this page.")
            }
            return .goOn(to: address)
        } catch {
            return .notPossible(error.message)
        }
    }

    private func payment(_ link: Click.Link) -> PageReply {
        let cards = Click.TestCard.all.map { card in
            "<option value=\"\(card.name)\">\(card.name) \(card.mask)"
        }
        return PageReply(
            "Click",
            """
            <p>\(PageReply.escape(link.reference)): \(link.amount.text) soum
            <form method="post">
            <select name="card">
            \(cards.joined(separator: "\n"))
            </select>
            <button>Pay</button>
            </form>
            """
        )
    }
}
