internal import JSON

extension PayPal.World {
    func write(
        order id: String,
        _ isWhole: Bool,
        _ showsAuthentication: Bool,
        to object: inout JSONWriter
    ) {
        guard let order = orders[id] else { return }
        object.member("id", id)
        object.member("status", order.status.rawValue)
        if isWhole {
            object.member("intent", order.intent.rawValue)
            writeSource(of: order, showsAuthentication, to: &object)
            object.array("purchase_units") { units in
                for unit in order.units { units.object { write(unit, to: &$0) } }
            }
            object.member("create_time", order.created.rfc3339())
            object.member("update_time", order.updated.rfc3339())
        }
        object.array("links") { links in
            let path = address("/v2/checkout/orders/\(id)")
            links.link(path, "self")
            let action = order.intent == .capture ? "capture" : "authorize"
            switch order.status {
            case .created:
                if let address = payerAddress(of: order) { links.link(address, "approve") }
                links.link(path, "update", "PATCH")
                links.link("\(path)/\(action)", action, "POST")
            case .payerActionRequired:
                if let address = payerAddress(of: order) { links.link(address, "payer-action") }
            case .approved:
                links.link(path, "update", "PATCH")
                links.link("\(path)/\(action)", action, "POST")
            case .completed, .voided: break
            }
        }
    }

    private func writeSource(
        of order: PayPal.Order,
        _ showsAuthentication: Bool,
        to object: inout JSONWriter
    ) {
        guard order.funding != nil || order.namesWallet else { return }
        object.object("payment_source") { source in
            switch order.funding?.kind ?? .wallet {
            case .wallet:
                source.object("paypal") { wallet in
                    if order.funding != nil, let payer = order.payer {
                        wallet.member("email_address", payer.email)
                        wallet.member("account_id", payer.accountID)
                    }
                    writeAttributes(of: order, to: &wallet)
                }
            case .card(let card):
                source.object("card") { object in
                    write(card, to: &object)
                    if showsAuthentication, let result = order.authentication {
                        object.object("authentication_result") { write(result, to: &$0) }
                    }
                    writeAttributes(of: order, to: &object)
                }
            }
        }
    }

    private func write(_ result: PayPal.AuthenticationResult, to object: inout JSONWriter) {
        object.member("liability_shift", result.liabilityShift)
        object.object("three_d_secure") { secure in
            secure.member("enrollment_status", result.enrollment)
            if let status = result.authentication {
                secure.member("authentication_status", status)
            }
        }
    }

    /// What became of storing the source.
    private func writeAttributes(of order: PayPal.Order, to source: inout JSONWriter) {
        let (id, status, customer): (String?, String, String)
        switch order.storing {
        case .vaulted(let token, let owner): (id, status, customer) = (token, "VAULTED", owner)
        case .approved(let owner): (id, status, customer) = (nil, "APPROVED", owner)
        case .wanted, nil: return
        }
        source.object("attributes") { attributes in
            attributes.object("vault") { vault in
                if let id { vault.member("id", id) }
                vault.member("status", status)
                vault.object("customer") { $0.member("id", customer) }
                vault.array("links") { _ in }
            }
        }
    }

    private func write(_ unit: PayPal.Order.Unit, to object: inout JSONWriter) {
        object.member("reference_id", unit.referenceID)
        object.member("amount", unit.amount)
        if let text = unit.customID { object.member("custom_id", text) }
        if let text = unit.invoiceID { object.member("invoice_id", text) }
        if let text = unit.description { object.member("description", text) }
        if let text = unit.softDescriptor { object.member("soft_descriptor", text) }
        guard !unit.authorizations.isEmpty || !unit.captures.isEmpty else { return }
        object.object("payments") { payments in
            if !unit.authorizations.isEmpty {
                payments.array("authorizations") { list in
                    for id in unit.authorizations {
                        list.object { write(authorization: id, true, to: &$0) }
                    }
                }
            }
            guard !unit.captures.isEmpty else { return }
            payments.array("captures") { list in
                for id in unit.captures { list.object { write(capture: id, true, to: &$0) } }
            }
            let refunds = unit.captures.flatMap { captures[$0]?.refunds ?? [] }
            guard !refunds.isEmpty else { return }
            payments.array("refunds") { list in
                for id in refunds { list.object { write(refund: id, true, to: &$0) } }
            }
        }
    }

    func write(_ card: PayPal.Funding.Card, to object: inout JSONWriter) {
        object.member("last_digits", card.lastDigits)
        object.member("brand", card.brand)
        object.member("expiry", card.expiry)
    }
}
