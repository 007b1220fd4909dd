internal import JSON

extension Stripe.World {
    func render(_ answer: Stripe.Answer, _ expansion: Stripe.Expansion) -> [UInt8] {
        var writer = JSONWriter(capacity: 2_048)
        switch answer {
        case .paymentIntent(let intent): write(intent, expansion, to: &writer)
        case .charge(let charge): write(charge, expansion, to: &writer)
        case .refund(let refund): write(refund, expansion, to: &writer)
        case .customer(let customer): write(customer, to: &writer)
        case .setupIntent(let intent): write(intent, expansion, to: &writer)
        case .paymentMethod(let method): write(method, expansion, to: &writer)
        case .event(let event): Stripe.write(event, to: &writer)
        case .balanceTransaction(let transaction): write(transaction, expansion, to: &writer)
        case .list(let page): write(page, expansion, to: &writer)
        case .account: Stripe.writeAccount(to: &writer)
        }
        return writer.bytes
    }

    // The snapshots that events carry: related objects stay identifiers.

    func render(_ intent: Stripe.PaymentIntent) -> [UInt8] {
        render(.paymentIntent(intent), .none)
    }

    func render(_ charge: Stripe.Charge) -> [UInt8] {
        render(.charge(charge), .none)
    }

    func render(_ refund: Stripe.Refund) -> [UInt8] {
        render(.refund(refund), .none)
    }

    func render(_ intent: Stripe.SetupIntent) -> [UInt8] {
        render(.setupIntent(intent), .none)
    }

    func render(_ method: Stripe.PaymentMethod) -> [UInt8] {
        render(.paymentMethod(method), .none)
    }

    private func write(
        _ page: Stripe.Page,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        let inside = expansion["data"] ?? .none
        writer.object { list in
            list.member("object", page.isSearch ? "search_result" : "list")
            list.array("data") { data in
                switch page.rows {
                case .paymentIntents(let rows): for row in rows { write(row, inside, to: &data) }
                case .refunds(let rows): for row in rows { write(row, inside, to: &data) }
                case .paymentMethods(let rows): for row in rows { write(row, inside, to: &data) }
                case .events(let rows): for row in rows { Stripe.write(row, to: &data) }
                case .balanceTransactions(let rows):
                    for row in rows { write(row, inside, to: &data) }
                }
            }
            list.member("has_more", page.hasMore)
            if page.isSearch { list.null("next_page") }
            list.member("url", page.url)
        }
    }
}

extension Stripe {
    /// One changed property as it was, for `data.previous_attributes`.
    static func renderPrevious(_ property: String, _ value: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { $0.member(property, value) }
        return writer.bytes
    }

    static func write(_ metadata: Metadata, to object: inout JSONWriter) {
        object.object("metadata") { members in
            for key in metadata.keys { members.member(key, metadata[key]) }
        }
    }

    /// The event as the list shows it and as a webhook carries it (section 5.2).
    static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", event.id)
            object.member("object", "event")
            object.member("api_version", apiVersion)
            object.member("created", event.created)
            object.member("type", event.type)
            object.member("livemode", false)
            object.member("pending_webhooks", event.pendingEndpoints.count)
            object.object("request") { request in
                request.member("id", event.request?.requestID)
                request.member("idempotency_key", event.request?.idempotencyKey)
            }
            object.object("data") { data in
                data.member("object", raw: event.object)
                if let previous = event.previous {
                    data.member("previous_attributes", raw: previous)
                }
            }
        }
    }

    static func writeAccount(to writer: inout JSONWriter) {
        writer.object { account in
            account.member("id", accountID)
            account.member("object", "account")
            account.member("charges_enabled", true)
            account.member("payouts_enabled", true)
            account.member("details_submitted", true)
            account.member("country", "DE")
            account.member("default_currency", "eur")
        }
    }
}
