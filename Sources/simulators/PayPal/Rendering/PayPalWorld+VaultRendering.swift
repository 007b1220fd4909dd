internal import JSON

extension PayPal.World {
    func write(setupToken id: String, to object: inout JSONWriter) {
        guard let token = setupTokens[id] else { return }
        object.member("id", id)
        object.member("status", token.status.rawValue)
        object.object("customer") { $0.member("id", token.customer) }
        object.object("payment_source") { source in
            source.object(token.isCard ? "card" : "paypal") { inner in
                if let funding = token.funding, let payer = token.payer {
                    write(funding, payer, to: &inner)
                }
            }
        }
        object.array("links") { links in
            links.link(address("/v3/vault/setup-tokens/\(id)"), "self")
            switch token.status {
            case .payerActionRequired:
                links.link(address("/agreements/approve?approval_session_id=\(id)"), "approve")
            case .created, .approved:
                links.link(address("/v3/vault/payment-tokens"), "confirm", "POST")
            case .vaulted: break
            }
        }
    }

    func write(paymentToken id: String, to object: inout JSONWriter) {
        guard let token = paymentTokens[id] else { return }
        object.member("id", id)
        object.object("customer") { $0.member("id", token.customer) }
        object.object("payment_source") { source in
            source.object(token.funding.isCard ? "card" : "paypal") {
                write(token.funding, token.payer, to: &$0)
            }
        }
        if let order = token.order {
            object.object("metadata") { $0.member("order_id", order) }
        }
        object.array("links") { links in
            let path = address("/v3/vault/payment-tokens/\(id)")
            links.link(path, "self")
            links.link(path, "delete", "DELETE")
        }
    }

    func write(tokensOf customer: String, page: Int, size: Int, to object: inout JSONWriter) {
        let all = paymentTokens(of: customer)
        let shown = all.dropFirst((page - 1) * size).prefix(size)
        object.object("customer") { $0.member("id", customer) }
        object.array("payment_tokens") { list in
            for token in shown { list.object { write(paymentToken: token.id, to: &$0) } }
        }
        object.member("total_items", all.count)
        object.member("total_pages", (all.count + size - 1) / size)
        object.array("links") { links in
            let path = address("/v3/vault/payment-tokens?customer_id=\(customer)")
            links.link("\(path)&page_size=\(size)&page=\(page)", "self")
            guard page * size < all.count else { return }
            links.link("\(path)&page_size=\(size)&page=\(page + 1)", "next")
        }
    }

    private func write(
        _ funding: PayPal.Funding,
        _ payer: PayPal.Payer,
        to object: inout JSONWriter
    ) {
        switch funding.kind {
        case .wallet:
            object.member("email_address", payer.email)
            object.member("account_id", payer.accountID)
        case .card(let card): write(card, to: &object)
        }
    }
}
