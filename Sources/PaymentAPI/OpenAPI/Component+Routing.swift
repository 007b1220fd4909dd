internal import PaymentCore

// What routes and their decisions look like.
extension Component {
    static let routes = Component(
        "Routes",
        .answer([
            ("object", .constant("routes")),
            ("version", Schema.integer(0...Int64.max).described("0: there never were any.")),
            ("rules", .array(of: rule)),
            ("warnings", .array(of: warning)),
            ("changed_by", Schema.string.orNull),
            ("key_id", Schema.identifier("key").orNull),
            ("changed_at", Schema.timestamp.orNull),
        ]).described("Rules in order of precedence: the first that takes a payment decides.")
    )

    static let routing = Component(
        "RoutingDecision",
        .answer([
            (
                "basis",
                Schema.choice(RoutingDecision.Basis.self).described(
                    "What decided: a rule; the provider that the request named; the stored method's "
                        + "account; without routes the one account, or the default."
                )
            ),
            ("version", Schema.integer.orNull.described("Of the routes.")),
            ("rule", Schema.string.orNull),
            ("cascade", .boolean),
            (
                "candidates",
                Schema.array(of: candidate).described("In the order in which they are tried.")
            ),
            ("skipped", .array(of: skipped)),
            ("decided_at", .timestamp),
        ]).described("Which accounts a payment may take, and why.")
    )

    static let adapterHealth = Component(
        "AdapterHealth",
        .answer([
            ("merchant_account_id", .identifier("mac")),
            ("object", .constant("adapter_health")),
            ("gateway", .vendor),
            ("mode", .choice(MerchantAccount.Mode.self)),
            ("active", .boolean),
            (
                "state",
                Schema.choice(HealthReading.State.self).described(
                    "closed: payments flow; open: no new payment goes there; half_open: one tries."
                )
            ),
            ("reason", Schema.choice(Illness.self).orNull),
            ("retry_at", Schema.timestamp.orNull.described("When it is tried again.")),
            (
                "window",
                Schema.answer([
                    ("calls", .integer),
                    ("failed", .integer),
                    ("timed_out", .integer),
                    ("slow", .integer),
                    ("mean_ms", .integer),
                    ("slowest_ms", .integer),
                ]).described("The latest calls, as the process that answered saw them.")
            ),
        ])
    )

    static let routePreview = Component(
        "RoutePreview",
        .answer([
            ("object", .constant("route_preview")),
            ("gateway", Schema.vendor.orNull),
            ("merchant_account_id", Schema.identifier("mac").orNull),
            (
                "problem",
                Schema.string.orNull.described("The code that the payment would be refused with.")
            ),
            ("routing", .reference(routing)),
        ])
    )

    private static let rule = Schema.answer([
        ("name", .string),
        ("when", conditions),
        (
            "targets",
            .array(
                of: .answer([
                    ("merchant_account_id", .identifier("mac")),
                    ("weight", .integer(0...10_000)),
                ])
            )
        ),
        ("cascade", .boolean),
    ])

    private static let conditions = Schema.object(
        [
            ("property_ids", .array(of: .string)),
            ("method_kinds", .array(of: .choice(MethodKind.self))),
            ("currencies", .array(of: .currency)),
            ("countries", .array(of: .country)),
            ("amount_min", .integer),
            ("amount_max", .integer),
        ],
        required: [],
        isOpen: true
    )

    private static let warning = Schema.answer(
        [
            ("code", .choice(RoutingWarningCode.self)),
            ("pointer", Schema.string.described("JSON pointer into the routes.")),
            ("message", .string),
            (
                "example",
                Schema.answer([
                    ("method_kind", .choice(MethodKind.self)),
                    ("currency", Schema.currency.orNull),
                    ("property_id", Schema.string.orNull),
                    ("country", Schema.country.orNull),
                    ("amount", .integer(1...Int64.max)),
                ]).described("A payment that no rule takes. Null: any value that no rule names.")
            ),
        ],
        optional: ["example"]
    )

    private static let candidate = Schema.answer([
        ("merchant_account_id", .identifier("mac")),
        ("gateway", .vendor),
        ("weight", Schema.integer.orNull),
        ("health", candidateHealth),
    ])

    private static let skipped = Schema.answer(
        [
            ("merchant_account_id", .identifier("mac")),
            ("gateway", Schema.vendor.orNull),
            ("reason", Schema.string.described("Such as ill, inactive or not_supported_currency.")),
            ("until", Schema.timestamp.described("When an ill vendor is tried again.")),
        ],
        optional: ["until"]
    )

    private static let candidateHealth = Schema.answer([
        ("state", .choice(HealthReading.State.self)),
        ("calls", Schema.integer.described("Of the sliding window, in the process that answered.")),
        ("failed", .integer),
        ("timed_out", .integer),
        ("slow", .integer),
    ])
}
