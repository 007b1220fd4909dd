internal import HTTP

// The checkout page (section 2.3).
extension Payme.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        do throws(ControlRefusal) {
            let shopForm = visit.form.all.filter { $0.name != "card" }
            let link = try Self.link { () throws(Payme.Link.Unreadable) in
                shopForm.isEmpty
                    ? try Payme.Link(url: visit.path) : try Payme.Link(form: shopForm)
            }
            guard let name = visit.form["card"] else {
                return checkout(link, carrying: shopForm)
            }
            guard let card = Payme.TestCard.named(name) else {
                return .notPossible("There is no such card.")
            }
            let id = try pay(link, Payme.Transaction.Plan(card: card))
            guard let address = link.returnURL(transaction: id) else {
                return PageReply("Done", "<p>You can close this page.")
            }
            return .goOn(to: address)
        } catch {
            return .notPossible(error.message)
        }
    }

    private func checkout(_ link: Payme.Link, carrying form: [QueryItems.Item]) -> PageReply {
        let fields = link.account.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        let hidden = form.map { item in
            let (name, value) = (PageReply.escape(item.name), PageReply.escape(item.value))
            return "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">"
        }
        let cards = Payme.TestCard.all.map { card in
            "<option value=\"\(card.name)\">\(card.mask) (\(card.name))"
        }
        return PageReply(
            "Payme",
            """
            <p>\(PageReply.escape(fields)): \(link.amount) tiyin
            <form method="post">
            \(hidden.joined(separator: "\n"))
            <select name="card">
            \(cards.joined(separator: "\n"))
            </select>
            <button>Pay</button>
            </form>
            """
        )
    }
}
