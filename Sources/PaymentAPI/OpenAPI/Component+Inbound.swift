internal import PaymentCore

// Other services' events.
extension Component {
    fileprivate static let attributes: [(String, Schema)] = [
        ("id", .string),
        ("source", .string),
        ("type", .string),
        ("subject", .string),
        ("time", .timestamp),
        ("sequence", Schema.string.described("Its place among the events about one thing.")),
        ("correlationid", .string),
        ("traceparent", .string),
    ]

    fileprivate static let optionalAttributes: Set<String> = [
        "subject", "time", "sequence", "correlationid", "traceparent",
    ]

    static let inboundCloudEvent = Component(
        "InboundCloudEvent",
        .answer(
            [("specversion", .constant("1.0"))] + attributes + [
                ("tenant", Schema.identifier("ten").described("Must be the key's tenant.")),
                ("datacontenttype", .constant("application/json")),
                (
                    "data",
                    Schema.anyObject.described(
                        "By type: "
                            + InboundKind.allCases.map(\.rawValue).joined(separator: ", ")
                            + ", under any namespace. See docs/api.md."
                    )
                ),
            ],
            optional: optionalAttributes.union(["tenant", "datacontenttype"])
        )
    )

    private static let inboundMembers: [(String, Schema)] = [
        ("id", .identifier(InboundEventKind.prefix)),
        ("object", .constant("inbound_event")),
        ("event", .answer(attributes, optional: optionalAttributes)),
        ("aggregate", Schema.string.described("What it is about.")),
        ("status", .choice(InboundEvent.State.self)),
        (
            "reason",
            Schema.choice(InboundEvent.Reason.self).orNull.described(
                "Why it is dead, or what it waits for."
            )
        ),
        ("detail", Schema.string.orNull),
        ("intent_id", Schema.identifier("pay").orNull),
        ("replays", .integer),
        ("received_at", .timestamp),
    ]

    static let inboundEvent = Component(
        "InboundEvent",
        .answer(
            inboundMembers + [("data", Schema.string.described("JSON; when read alone."))],
            optional: ["data"]
        )
    )

    static let inboundReceipts = Component(
        "InboundReceipts",
        .answer([
            ("object", .constant("inbound_receipts")),
            (
                "events",
                .array(
                    of: .answer(
                        inboundMembers + [
                            (
                                "duplicate",
                                Schema.boolean.described("It had been sent before.")
                            )
                        ]
                    )
                )
            ),
        ])
    )
}

extension Schema {
    /// What became of another service's event: the data of the reply.
    static let inboundEnd = Schema.answer(
        [
            ("inbound_event_id", .identifier(InboundEventKind.prefix)),
            (
                "event",
                .answer(Component.attributes, optional: Component.optionalAttributes)
            ),
            ("outcome", .choice(InboundEvent.State.self)),
            ("reason", Schema.choice(InboundEvent.Reason.self).orNull),
            ("detail", Schema.string.orNull),
            ("intent_id", Schema.identifier("pay").orNull),
            ("drawer", drawerMatch),
        ],
        optional: ["drawer"]
    ).described("An event that another service sent took effect, or never will.")

    private static let drawerMatch = Schema.answer([
        ("agrees", .boolean),
        ("matched", Schema.integer.described("Receipts that both sides know alike.")),
        ("missing", Schema.array(of: .string).described("Ours that the closing does not name.")),
        ("unknown", Schema.array(of: .string).described("Named, and not ours.")),
        ("differing", Schema.array(of: .string).described("Known to both with other amounts.")),
        ("expected_amount", .integer),
        ("counted_amount", .integer),
    ]).described("A closed cash drawer beside its receipts.")
}
