internal import PaymentCore

/// A schema that has a name in the API document: what answers are made of.
struct Component: Sendable, Hashable {
    let name: String
    let schema: Schema

    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }

    /// What a request may name. Answers say less, so that a new currency breaks no reader.
    static let currency = Component(
        "Currency",
        Schema.choice(of: Currency.allCodes).described("ISO 4217 code.")
    )

    /// All of them, in the order of the document.
    static let all: [Component] = [
        .problem, .currency, .intent, .intentSummary, .intentTimeline, .attempt, .movement,
        .decline,
        .rejection, .nextAction, .methodDetails, .paymentMethod, .methodSession, .order,
        .customer, .cashReceipt, .cashRefund, .drawer, .event, .eventSubscription,
        .newEventSubscription, .eventDelivery, .eventPing, .eventReplay, .idempotencyKey, .adapter,
        .adapterHealth, .routes, .routing, .routePreview, .merchantAccount, .exchangeRate, .webhook,
        .apiKey,
        .newAPIKey, .health,
        .ledgerAccount, .ledgerStatement, .ledgerEntry, .ledgerHead, .trialBalance, .transfer,
        .ledgerLimit, .ledgerMonitor, .inboundCloudEvent, .inboundEvent, .inboundReceipts,
        .retry, .settlement, .policies, .retryBudget, .unknownAttempt, .job, .auditEntry,
    ]

    /// What events are made of: some of it is in no answer.
    static let told = all + [auditHead]

    /// A page of a list.
    static func list(of element: Component) -> Schema {
        .answer(
            [
                ("object", .constant("list")),
                ("data", .array(of: .reference(element))),
                ("has_more", .boolean),
                ("next", Schema.string.orNull.described("Cursor for `after`; null at the end.")),
                (
                    "count",
                    Schema.object(
                        [("value", .integer(0...Int64.max)), ("exact", .boolean)],
                        required: ["value", "exact"],
                        isOpen: true
                    ).described("With `count=true`: how many match, counted up to 10,000.")
                ),
            ],
            optional: ["count"]
        )
    }
}
