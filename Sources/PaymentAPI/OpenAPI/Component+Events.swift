internal import PaymentCore

// Event subscriptions and what is reported about them.
extension Component {
    private static let subscriptionMembers: [(String, Schema)] = [
        ("id", .identifier(EventSubscriptionKind.prefix)),
        ("object", .constant("event_subscription")),
        ("url", .string),
        ("description", Schema.string.orNull),
        (
            "event_types",
            Schema.array(of: .string).orNull.described("Null: every type.")
        ),
        ("status", .choice(EventSubscription.State.self)),
        ("disabled_reason", Schema.string.orNull),
        ("created_at", .timestamp),
        ("updated_at", .timestamp),
    ]

    static let eventSubscription = Component("EventSubscription", .answer(subscriptionMembers))

    static let newEventSubscription = Component(
        "NewEventSubscription",
        .answer(
            subscriptionMembers + [
                ("secret", Schema.string.described("Signs deliveries. Shown this once."))
            ]
        )
    )

    static let eventDelivery = Component(
        "EventDelivery",
        .answer([
            ("event_id", .identifier("evt")),
            ("object", .constant("event_delivery")),
            ("event_type", .string),
            ("position", .integer),
            ("status", .choice(EventDelivery.State.self)),
            ("attempts", .integer),
            ("last_status_code", Schema.integer.orNull),
            ("last_error", Schema.string.orNull),
            ("due_at", Schema.timestamp.orNull),
            ("created_at", .timestamp),
        ])
    )

    static let eventPing = Component(
        "EventPing",
        .answer([
            ("object", .constant("event_ping")),
            ("event_id", .identifier("evt")),
            ("delivered", .boolean),
            ("status_code", Schema.integer.orNull),
            ("error", Schema.string.orNull),
        ])
    )

    static let eventReplay = Component(
        "EventReplay",
        .answer([
            ("object", .constant("event_replay")),
            ("deliveries", Schema.integer.described("How many are due again.")),
        ])
    )
}
