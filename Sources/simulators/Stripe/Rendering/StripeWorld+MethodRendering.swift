internal import JSON

extension Stripe.World {
    func write(_ customer: Stripe.Customer, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", customer.id)
            object.member("object", "customer")
            object.member("created", customer.created)
            object.member("email", customer.email)
            object.object("invoice_settings") {
                $0.member("default_payment_method", customer.defaultPaymentMethod)
            }
            object.member("livemode", false)
            Stripe.write(customer.metadata, to: &object)
            object.member("name", customer.name)
        }
    }

    func write(
        _ intent: Stripe.SetupIntent,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", intent.id)
            object.member("object", "setup_intent")
            object.member("client_secret", intent.clientSecret)
            object.member("created", intent.created)
            member("customer", customer: intent.customer, expansion, of: &object)
            write(intent.lastError, to: &object, as: "last_setup_error")
            object.member("livemode", false)
            Stripe.write(intent.metadata, to: &object)
            Stripe.write(intent.nextAction, to: &object)
            member("payment_method", method: intent.paymentMethod, expansion, of: &object)
            object.array("payment_method_types") { types in
                for type in intent.methodTypes { types.element(type) }
            }
            object.member("status", intent.status.rawValue)
            object.member("usage", intent.usage.rawValue)
        }
    }

    func write(
        _ method: Stripe.PaymentMethod,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", method.id)
            object.member("object", "payment_method")
            object.object("billing_details") { billing in
                billing.object("address") { address in
                    for name in Stripe.BillingDetails.addressNames {
                        address.member(name, method.billing.address[name])
                    }
                }
                for name in Stripe.BillingDetails.names {
                    billing.member(name, method.billing.values[name])
                }
            }
            object.object("card") { Stripe.write(method.details, to: &$0) }
            object.member("created", method.created)
            member("customer", customer: method.customer, expansion, of: &object)
            object.member("livemode", false)
            Stripe.write(method.metadata, to: &object)
            object.member("type", "card")
        }
    }

    /// The latest failure of an intent: the error of section 4 without its intent.
    func write(_ error: Stripe.LastError?, to object: inout JSONWriter, as name: String) {
        guard let error else { return object.null(name) }
        object.object(name) { members in
            members.member("type", error.decline.kind.rawValue)
            Stripe.write(error.decline, to: &members)
            members.member("message", error.decline.message)
            if let charge = error.charge { members.member("charge", charge) }
            if let id = error.paymentMethod, let method = paymentMethods[id] {
                members.value("payment_method") { write(method, .none, to: &$0) }
            }
        }
    }

    // Related objects: an identifier, or the whole object where the call asks for it.

    func member(
        _ name: String,
        customer id: String?,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if expansion[name] != nil, let id, let customer = customers[id] {
            object.value(name) { write(customer, to: &$0) }
        } else {
            object.member(name, id)
        }
    }

    func member(
        _ name: String,
        charge id: String?,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if let inside = expansion[name], let id, let charge = charges[id] {
            object.value(name) { write(charge, inside, to: &$0) }
        } else {
            object.member(name, id)
        }
    }

    func member(
        _ name: String,
        intent id: String?,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if let inside = expansion[name], let id, let intent = paymentIntents[id] {
            object.value(name) { write(intent, inside, to: &$0) }
        } else {
            object.member(name, id)
        }
    }

    func member(
        _ name: String,
        method id: String?,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if let inside = expansion[name], let id, let method = paymentMethods[id] {
            object.value(name) { write(method, inside, to: &$0) }
        } else {
            object.member(name, id)
        }
    }

    func member(
        _ name: String,
        _ transaction: String?,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if let inside = expansion[name], let transaction,
            let row = balanceTransactions[transaction]
        {
            object.value(name) { write(row, inside, to: &$0) }
        } else {
            object.member(name, transaction)
        }
    }

    /// The charge or refund behind a balance transaction.
    func member(
        _ name: String,
        source id: String,
        _ expansion: Stripe.Expansion,
        of object: inout JSONWriter
    ) {
        if let inside = expansion[name], let charge = charges[id] {
            object.value(name) { write(charge, inside, to: &$0) }
        } else if let inside = expansion[name], let refund = refunds[id] {
            object.value(name) { write(refund, inside, to: &$0) }
        } else {
            object.member(name, id)
        }
    }
}

extension Stripe {
    static func write(_ card: CardDetails, to object: inout JSONWriter) {
        object.member("brand", card.brand)
        object.member("country", card.country)
        object.member("exp_month", card.expiryMonth)
        object.member("exp_year", card.expiryYear)
        object.member("fingerprint", card.fingerprint)
        object.member("funding", card.funding)
        object.member("last4", card.last4)
    }

    /// The codes of a decline, absent ones left out.
    static func write(_ decline: Decline, to object: inout JSONWriter) {
        object.member("code", decline.code)
        if let code = decline.declineCode { object.member("decline_code", code) }
        if let code = decline.adviceCode { object.member("advice_code", code) }
        if let code = decline.networkDeclineCode { object.member("network_decline_code", code) }
        if let code = decline.networkAdviceCode { object.member("network_advice_code", code) }
    }

    static func write(_ action: NextAction?, to object: inout JSONWriter) {
        switch action {
        case nil: object.null("next_action")
        case .script:
            object.object("next_action") { action in
                action.member("type", "use_stripe_sdk")
                action.object("use_stripe_sdk") { $0.member("type", "three_d_secure_redirect") }
            }
        case .redirect(let url, let returnURL):
            object.object("next_action") { action in
                action.member("type", "redirect_to_url")
                action.object("redirect_to_url") {
                    $0.member("url", url)
                    $0.member("return_url", returnURL)
                }
            }
        }
    }
}

extension JSONWriter {
    /// A member that is an object, or `null` when there is none.
    mutating func object(
        _ name: String,
        when exists: Bool,
        _ members: (inout JSONWriter) -> Void
    ) {
        if exists { object(name, members) } else { null(name) }
    }

    /// A member whose value something else writes.
    mutating func value(_ name: String, _ write: (inout JSONWriter) -> Void) {
        var value = JSONWriter(capacity: 1_024)
        write(&value)
        member(name, raw: value.bytes)
    }
}
