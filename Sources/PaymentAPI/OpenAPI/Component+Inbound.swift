internal import JSON
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

    /// What is taken in: CloudEvents' own attributes are text, extensions may be integers.
    static let inboundCloudEvent = Component(
        "InboundCloudEvent",
        .answer(
            [
                ("specversion", .constant("1.0")),
                ("id", attribute),
                ("source", attribute),
                ("type", attribute),
                ("subject", attribute.orNull),
                ("time", Schema.timestamp.orNull),
                (
                    "sequence",
                    sequence.described(
                        "Its place among the events about one thing: an integer, or one as text."
                    )
                ),
                ("correlationid", extensionAttribute),
                ("traceparent", extensionAttribute),
                (
                    "tenant",
                    extensionAttribute.described(
                        "The key's tenant; with any other the event is a dead letter."
                    )
                ),
                (
                    "datacontenttype",
                    Schema.pattern(
                        "^[^/; ]+/([^/; ]+\\+)?[Jj][Ss][Oo][Nn] *(;.*)?$",
                        "A JSON media type."
                    ).orNull
                ),
                (
                    "data",
                    Schema().described(
                        "An object by type: "
                            + InboundKind.allCases.map(\.rawValue).joined(separator: ", ")
                            + ", under any namespace. With anything else the event is a dead "
                            + "letter. See docs/api.md."
                    )
                ),
            ],
            optional: optionalAttributes.union(["tenant", "datacontenttype", "data"])
        )
    )

    private static let attribute = Schema.text(length: 1...1_000)
        .described("At most 1,000 bytes of UTF-8.")
    private static let extensionAttribute = Schema(
        ("anyOf", [attribute.json, ["type": "integer"], ["type": "null"]])
    )
    private static let sequence = Schema(
        (
            "anyOf",
            [
                ["type": "string", "pattern": "^[0-9]{1,19}$"],
                ["type": "integer", "minimum": 0],
                ["type": "null"],
            ]
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
