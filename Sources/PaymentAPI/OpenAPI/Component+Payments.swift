internal import PaymentCore

// What the documents of payments look like. The tests hold every real answer against these.
extension Component {
    static let methodDetails = Component(
        "MethodDetails",
        .answer([
            ("brand", Schema.string.orNull),
            ("last4", Schema.string.orNull),
            ("expiry_month", Schema.integer(1...12).orNull),
            ("expiry_year", Schema.integer.orNull),
            ("fingerprint", Schema.string.orNull),
            ("funding", Schema.string.orNull),
            ("country", Schema.string.orNull),
            (
                "wallet",
                Schema.string.orNull.described("In front of a card: apple_pay, google_pay.")
            ),
        ]).described("What may be shown of a method: never a number, only its tail.")
    )

    static let decline = Component(
        "Decline",
        .answer([
            ("class", .choice(Decline.Class.self)),
            ("code", Schema.string.described("The vendor's own code.")),
            ("network_code", Schema.string.orNull),
            ("advice_code", Schema.string.orNull),
            ("retry_after", Schema.timestamp.orNull.described("Not before this time.")),
        ])
    )

    static let rejection = Component(
        "Rejection",
        .answer([
            ("reason", .choice(VendorRejection.Reason.self)),
            ("code", .string),
        ])
    )

    static let nextAction = Component(
        "NextAction",
        .answer(
            [
                ("type", .choice(of: ["redirect", "vendor_library"])),
                ("url", Schema.string.described("Where to send the payer, for redirect.")),
                (
                    "client_secret",
                    Schema.string.orNull.described(
                        "For the vendor's browser library; only in the answer to who asked."
                    )
                ),
                ("publishable_key", Schema.string.orNull),
            ],
            optional: ["url", "client_secret", "publishable_key"]
        )
    )

    static let attempt = Component(
        "Attempt",
        .answer(
            [
                ("id", .identifier("att")),
                ("operation", .choice(Attempt.Operation.self)),
                ("movement_id", .string),
                ("outcome", outcome),
                ("amount", .integer(0...Int64.max)),
                ("gateway", .vendor),
                ("merchant_account_id", Schema.identifier("mac").orNull),
                ("gateway_reference", Schema.string.orNull),
                ("origin", .choice(of: ["gateway", "vendor"])),
                ("escalated", Schema.boolean.described("An operator has to decide.")),
                ("decline", .reference(decline)),
                ("rejection", .reference(rejection)),
                ("reason", Schema.string.described("Why it is unknown, not done or reversed.")),
                ("asked_at", .timestamp),
                ("answered_at", Schema.timestamp.orNull),
            ],
            optional: ["decline", "rejection", "reason"]
        ).described("One immutable try of one movement at one vendor.")
    )

    static let movement = Component(
        "Movement",
        .answer([
            ("id", Schema.string.described("cap_… or rfd_….")),
            ("attempt_id", .identifier("att")),
            ("amount", .integer(0...Int64.max)),
            ("outcome", outcome),
            ("final", .boolean),
            (
                "reason",
                Schema.string.orNull.described(
                    "As it was asked; `further_payment` for a capture beside the payment that holds."
                )
            ),
            ("gateway_reference", Schema.string.orNull),
            ("created_at", .timestamp),
            ("completed_at", Schema.timestamp.orNull),
        ]).described("A capture or refund whose money moved or may still move.")
    )

    static let intentSummary = Component("IntentSummary", .answer(intentMembers))

    static let intent = Component(
        "Intent",
        .answer(intentMembers + movementMembers)
            .described("WHAT is paid, and how far it has come. The sums are the truth.")
    )

    static let intentTimeline = Component(
        "IntentWithTimeline",
        .answer(
            intentMembers + movementMembers + [
                ("routing", Schema.reference(routing).orNull),
                ("timeline", .array(of: timelineEntry)),
            ]
        )
    )

    private static let outcome = Schema.choice(of: [
        "pending", "requires_action", "unknown", "awaiting_approval", "succeeded", "declined",
        "rejected", "not_done", "abandoned", "reversed",
    ])

    private static let amount = Schema.integer(0...Int64.max)

    private static let intentMembers: [(String, Schema)] = [
        ("id", .identifier("pay")),
        ("object", .constant("intent")),
        ("status", .choice(IntentState.self)),
        ("billing_status", .choice(BillingStatus.self)),
        ("amount", .integer(1...Int64.max)),
        ("currency", .currency),
        ("amount_capturable", amount),
        ("amount_captured", amount),
        ("amount_refunded", amount),
        ("amount_capture_pending", amount),
        ("amount_refund_pending", amount),
        ("capture_method", .choice(Intent.CaptureMethod.self)),
        ("gateway", Schema.vendor.orNull),
        ("merchant_account_id", Schema.identifier("mac").orNull),
        ("method", intentMethod),
        ("guarantee_method_id", Schema.identifier("pm").orNull),
        ("customer_id", Schema.identifier("cus").orNull),
        ("order_id", Schema.identifier("ord").orNull),
        ("property_id", Schema.string.orNull),
        ("country", Schema.country.orNull.described("The payer's.")),
        ("off_session", .boolean),
        ("retry", Schema.reference(retry).orNull),
        ("settlements", .array(of: .reference(settlement))),
        ("return_url", Schema.string.orNull),
        ("authorization", authorization.orNull),
        ("fx", exchange.orNull),
        ("details", Schema.anyObject.orNull.described("The vendor's own words.")),
        (
            "discrepancy",
            Schema.boolean.described("A vendor's fact went past what was asked for.")
        ),
        ("metadata", .metadata),
        ("created_at", .timestamp),
        ("updated_at", .timestamp),
    ]

    private static let movementMembers: [(String, Schema)] = [
        ("next_action", Schema.reference(nextAction).orNull),
        ("captures", .array(of: .reference(movement))),
        ("refunds", .array(of: .reference(movement))),
        ("last_attempt", Schema.reference(attempt).orNull),
    ]

    private static let intentMethod = Schema.answer([
        ("kind", .choice(MethodKind.self)),
        ("id", Schema.identifier("pm").orNull),
        ("drawer_id", Schema.string.orNull),
        ("details", Schema.reference(methodDetails).orNull),
    ])

    private static let authorization = Schema.answer([
        ("id", .identifier("auth")),
        ("expires_at", Schema.timestamp.orNull),
        ("multi_capture", .boolean),
        (
            "at_expiry",
            Schema.choice(HoldPolicy.Action.self).orNull
                .described("What the tenant's policy does before it runs out.")
        ),
        ("acts_at", Schema.timestamp.orNull),
    ])

    private static let exchange = Schema.answer([
        ("base", .currency),
        ("quote", .currency),
        ("rate", .rate),
        ("source", .string),
        ("quoted_at", .timestamp),
        ("provider", .vendor),
        ("settlement_amount", amount),
        ("settlement_currency", .currency),
    ])

    private static let timelineEntry = Schema.answer([
        ("at", .timestamp),
        ("event", Schema.string.described("created, or operation and word: capture.succeeded.")),
        ("attempt_id", Schema.identifier("att").orNull),
        ("amount", amount.orNull),
        ("origin", Schema.string.orNull),
        ("actor", Schema.string.orNull),
        ("key_id", Schema.identifier("key").orNull),
    ])
}
