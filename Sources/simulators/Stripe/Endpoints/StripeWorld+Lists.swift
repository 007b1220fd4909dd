extension Stripe.World {
    mutating func listAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        switch route.operation {
        case .searchPaymentIntents: try searchPayments(&parameters)
        case .listRefunds: try listRefunds(&parameters)
        case .listCustomerMethods: try listMethods(of: route.id, &parameters)
        case .listEvents: try listEvents(&parameters)
        case .listBalanceTransactions: try listBalanceTransactions(&parameters)
        default: try listPayments(&parameters)
        }
    }

    private func listPayments(
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let cursor = try Stripe.Cursor(&parameters)
        let created = try Stripe.CreatedFilter(&parameters)
        let customer = try parameters.text("customer")
        try parameters.finish()
        let page = try cursor.page(of: paymentIntents.newestFirst) { intent in
            (customer == nil || intent.customer == customer) && created.contains(intent.created)
        }
        return Stripe.Page(
            rows: .paymentIntents(page.rows),
            hasMore: page.hasMore,
            url: "/v1/payment_intents"
        )
    }

    private func searchPayments(
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let query = try Stripe.SearchQuery(parameters.requiredText("query"))
        let limit = try Stripe.Cursor(&parameters, limitOnly: true)
        try parameters.finish()
        let visibleUntil = now.milliseconds - settings.searchLag.milliseconds
        let page = try limit.page(of: paymentIntents.newestFirst) { intent in
            intent.created * 1_000 <= visibleUntil && query.matches(intent)
        }
        return Stripe.Page(
            rows: .paymentIntents(page.rows),
            hasMore: page.hasMore,
            url: "/v1/payment_intents/search",
            isSearch: true
        )
    }

    private func listRefunds(
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let cursor = try Stripe.Cursor(&parameters)
        let created = try Stripe.CreatedFilter(&parameters)
        let intent = try parameters.text("payment_intent")
        let charge = try parameters.text("charge")
        try parameters.finish()
        let page = try cursor.page(of: refunds.newestFirst) { refund in
            (intent == nil || refund.paymentIntent == intent)
                && (charge == nil || refund.charge == charge) && created.contains(refund.created)
        }
        return Stripe.Page(rows: .refunds(page.rows), hasMore: page.hasMore, url: "/v1/refunds")
    }

    private func listMethods(
        of id: String,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let cursor = try Stripe.Cursor(&parameters)
        guard try parameters.text("type") ?? "card" == "card" else {
            throw .parameter("type", "Invalid type: must be one of card")
        }
        try parameters.finish()
        let newestFirst = try customer(id).paymentMethods.reversed().compactMap {
            paymentMethods[$0]
        }
        let page = try cursor.page(of: newestFirst) { _ in true }
        return Stripe.Page(
            rows: .paymentMethods(page.rows),
            hasMore: page.hasMore,
            url: "/v1/customers/\(id)/payment_methods"
        )
    }

    private func listEvents(
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let cursor = try Stripe.Cursor(&parameters)
        let created = try Stripe.CreatedFilter(&parameters)
        let delivered = try parameters.boolean("delivery_success")
        let type = try parameters.text("type")
        let types = parameters.list("types") + (type.map { [$0] } ?? [])
        try parameters.finish()
        let oldest = now.seconds - Self.eventLifetime
        let page = try cursor.page(of: events.newestFirst) { event in
            event.created >= oldest && created.contains(event.created)
                && (delivered == nil || delivered == (event.pendingEndpoints.isEmpty))
                && (types.isEmpty || types.contains(event.type))
        }
        return Stripe.Page(rows: .events(page.rows), hasMore: page.hasMore, url: "/v1/events")
    }

    /// Events are kept 30 days.
    private static let eventLifetime: Int64 = 30 * 86_400

    private func listBalanceTransactions(
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Page {
        let cursor = try Stripe.Cursor(&parameters)
        let created = try Stripe.CreatedFilter(&parameters)
        let kind = try parameters.choice("type", of: Stripe.BalanceTransaction.Kind.self)
        let currency = try parameters.text("currency")
        let source = try parameters.text("source")
        try parameters.finish()
        let page = try cursor.page(of: balanceTransactions.newestFirst) { transaction in
            (kind == nil || transaction.kind == kind)
                && (currency == nil || transaction.currency.code == currency)
                && (source == nil || transaction.source == source)
                && created.contains(transaction.created)
        }
        return Stripe.Page(
            rows: .balanceTransactions(page.rows),
            hasMore: page.hasMore,
            url: "/v1/balance_transactions"
        )
    }
}
