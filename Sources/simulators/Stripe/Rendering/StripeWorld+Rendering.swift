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
        case .event(let event): write(event, to: &writer)
        case .balanceTransaction(let transaction): write(transaction, expansion, to: &writer)
        case .list(let page): write(page, expansion, to: &writer)
        case .account: Stripe.writeAccount(to: &writer)
        }
        return writer.bytes
    }

    /// The object of an event: its related objects stay identifiers.
    private func write(_ object: Stripe.Event.Snapshot, to writer: inout JSONWriter) {
        switch object {
        case .paymentIntent(let intent): write(intent, .none, to: &writer)
        case .charge(let charge): write(charge, .none, to: &writer)
        case .refund(let refund): write(refund, .none, to: &writer)
        case .setupIntent(let intent): write(intent, .none, to: &writer)
        case .paymentMethod(let method): write(method, .none, to: &writer)
        case .text(let json): writer.element(raw: json)
        }
    }

    /// The event as the list shows it and as a webhook carries it (section 5.2).
    func write(_ event: Stripe.Event, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", event.id)
            object.member("object", "event")
            object.member("api_version", Stripe.apiVersion)
            object.member("created", event.created)
            object.member("type", event.type)
            object.member("livemode", false)
            object.member("pending_webhooks", event.pendingEndpoints.count)
            object.object("request") { request in
                request.member("id", event.request?.requestID)
                request.member("idempotency_key", event.request?.idempotencyKey)
            }
            object.object("data") { data in
                data.value("object") { write(event.object, to: &$0) }
                if let previous = event.previous {
                    data.member("previous_attributes", raw: previous)
                }
            }
        }
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
                case .events(let rows): for row in rows { write(row, to: &data) }
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
