internal import PaymentCore

// What the other documents look like.
extension Component {
    static let problem = Component(
        "Problem",
        .answer(
            [
                ("type", .text(length: 1...2_048, format: "uri")),
                ("title", .string),
                ("status", .integer(400...599)),
                ("code", .choice(ProblemCode.self)),
                ("detail", .string),
                ("errors", .array(of: fieldProblem)),
                ("request_id", .string),
                ("intent", .reference(intent)),
                ("decline", .reference(decline)),
                ("rejection", .reference(rejection)),
                ("reason", .string),
            ],
            optional: ["errors", "intent", "decline", "rejection", "reason"]
        ).described("RFC 9457. A declined payment comes with its intent and decline.")
    )

    static let paymentMethod = Component(
        "PaymentMethod",
        .answer([
            ("id", .identifier("pm")),
            ("object", .constant("payment_method")),
            ("kind", .choice(MethodKind.self)),
            ("status", .choice(of: ["active", "detached"])),
            ("customer_id", Schema.identifier("cus").orNull),
            ("gateway", .vendor),
            ("merchant_account_id", .identifier("mac")),
            ("details", .reference(methodDetails)),
            ("default", .boolean),
            (
                "flag",
                Schema.string.orNull.described(
                    "The code of a decline that speaks against it: it is not retried."
                )
            ),
            ("created_at", .timestamp),
        ])
    )

    static let methodSession = Component(
        "PaymentMethodSession",
        .answer([
            ("id", .identifier("ses")),
            ("object", .constant("payment_method_session")),
            ("status", .choice(of: ["opening", "open", "succeeded", "failed", "canceled"])),
            ("customer_id", .identifier("cus")),
            ("kind", .choice(MethodKind.self)),
            ("gateway", .vendor),
            ("merchant_account_id", .identifier("mac")),
            ("off_session", .boolean),
            ("return_url", Schema.string.orNull),
            ("payment_method_id", Schema.identifier("pm").orNull),
            ("failure_code", Schema.string.orNull),
            ("next_action", Schema.reference(nextAction).orNull),
            ("created_at", .timestamp),
        ])
    )

    static let order = Component(
        "Order",
        .answer([
            ("id", .identifier("ord")),
            ("object", .constant("order")),
            ("reference", .string),
            ("currency", .currency),
            ("amount", Schema.integer.orNull),
            ("customer_id", Schema.identifier("cus").orNull),
            ("property_id", Schema.string.orNull),
            (
                "items",
                .array(
                    of: .answer([
                        ("description", .string),
                        ("sku", Schema.string.orNull),
                        ("quantity", .integer),
                        ("unit_amount", .integer),
                    ])
                )
            ),
            ("metadata", .metadata),
            ("created_at", .timestamp),
        ])
    )

    static let customer = Component(
        "Customer",
        .answer([
            ("id", .identifier("cus")),
            ("object", .constant("customer")),
            ("reference", Schema.string.orNull),
            ("name", Schema.string.orNull),
            ("email", Schema.string.orNull),
            ("phone", Schema.string.orNull),
            ("metadata", .metadata),
            ("created_at", .timestamp),
            ("updated_at", .timestamp),
        ])
    )

    static let cashReceipt = Component(
        "CashReceipt",
        .answer([
            ("id", .identifier("rcp")),
            ("object", .constant("cash_receipt")),
            ("intent_id", .identifier("pay")),
            ("attempt_id", .identifier("att")),
            ("drawer_id", .string),
            ("property_id", Schema.string.orNull),
            ("direction", .choice(of: ["received", "paid_out"])),
            ("amount", .integer),
            ("currency", .currency),
            ("recorded_by", Schema.string.orNull),
            ("key_id", Schema.identifier("key").orNull),
            ("recorded_at", .timestamp),
        ])
    )

    static let cashRefund = Component(
        "CashRefund",
        .answer([
            ("id", .identifier("rfd")),
            ("object", .constant("cash_refund")),
            ("attempt_id", .identifier("att")),
            ("gateway", .vendor),
            ("amount", .integer),
            ("outcome", .string),
            ("reason", Schema.string.orNull),
            ("requested_by", Schema.string.orNull),
            ("key_id", Schema.identifier("key").orNull),
            ("requested_at", .timestamp),
        ]).described(
            "A refund that waits for a second person: of cash, or paid out by its gateway."
        )
    )

    static let drawer = Component(
        "CashDrawer",
        .answer([
            ("id", .string),
            ("object", .constant("cash_drawer")),
            (
                "totals",
                .array(
                    of: .answer([
                        ("currency", .currency),
                        ("received", .integer),
                        ("paid_out", .integer),
                        ("balance", .integer),
                        ("receipts", .integer),
                    ])
                )
            ),
        ])
    )

    static let event = Component(
        "Event",
        .answer(
            [
                ("specversion", .constant("1.0")),
                ("id", .identifier("evt")),
                ("source", .string),
                ("type", .string),
                ("subject", .string),
                ("time", .timestamp),
                ("datacontenttype", .constant("application/json")),
                ("tenant", .identifier("ten")),
                ("correlationid", .string),
                ("causationid", .string),
                ("traceparent", .string),
                ("sequence", Schema.string.described("Dense per subject, from 1.")),
                ("position", Schema.string.described("Dense per tenant: the feed's cursor.")),
                ("data", .anyObject),
            ],
            optional: ["causationid", "traceparent"]
        ).described("CloudEvents 1.0, JSON format.")
    )

    static let idempotencyKey = Component(
        "IdempotencyKey",
        .answer([
            ("key", .string),
            ("object", .constant("idempotency_key")),
            ("operation", .string),
            ("recovery_point", .choice(RecoveryPoint.self)),
            ("running", .boolean),
            ("intent_id", Schema.identifier("pay").orNull),
            ("attempt_id", Schema.identifier("att").orNull),
            ("status", Schema.integer.orNull.described("Of the stored answer, once there is one.")),
            ("created_at", .timestamp),
        ])
    )

    static let adapter = Component(
        "Adapter",
        .answer([
            ("vendor", .vendor),
            ("object", .constant("adapter")),
            ("operations", .array(of: .choice(Capabilities.Operation.self))),
            ("method_kinds", .array(of: .choice(MethodKind.self))),
            (
                "one_time_tokens",
                Schema.array(of: .choice(MethodKind.self)).described(
                    "What is paid with by `method.one_time_token`, where the account takes it."
                )
            ),
            ("currencies", Schema.array(of: .currency).orNull.described("Null: every currency.")),
            ("manual_capture", .boolean),
            ("partial_capture", .boolean),
            ("multi_capture", .choice(of: ["never", "per_payment", "always"])),
            ("partial_refund", .boolean),
            ("refund_approval", .choice(Capabilities.RefundApproval.self)),
            ("off_session", .boolean),
            (
                "recovery",
                .choice(of: ["repeat_same_key", "look_up", "webhook", "abandon", "none"])
            ),
            ("maximum_amount", .integer),
            ("call_timeout_seconds", .integer),
            ("authorization_lifetime_seconds", Schema.integer.orNull),
            (
                "credential_fields",
                .array(
                    of: .answer([
                        ("name", .string),
                        ("required", .boolean),
                        ("secret", .boolean),
                        ("description", .string),
                    ])
                )
            ),
        ])
    )

    static let merchantAccount = Component(
        "MerchantAccount",
        .answer([
            ("id", .identifier("mac")),
            ("object", .constant("merchant_account")),
            ("vendor", .vendor),
            ("name", .string),
            ("mode", .choice(of: ["test", "live"])),
            ("default", .boolean),
            ("active", .boolean),
            ("settlement_currency", Schema.currency.orNull),
            ("credential_fields", Schema.array(of: .string).described("Which are set.")),
            (
                "webhook_networks",
                Schema.array(of: .network).described(
                    "Where its notifications may come from; empty: as the service is set up for the "
                        + "vendor, else anywhere."
                )
            ),
        ])
    )

    static let exchangeRate = Component(
        "ExchangeRate",
        .answer([
            ("base", .currency),
            ("quote", .currency),
            ("rate", .rate),
            ("source", .string),
            ("quoted_at", .timestamp),
        ])
    )

    static let webhook = Component(
        "Webhook",
        .answer([
            ("id", .identifier("whk")),
            ("object", .constant("webhook")),
            ("vendor", .vendor),
            ("merchant_account_id", .identifier("mac")),
            ("event_id", .string),
            ("event_type", .string),
            ("status", .choice(Webhook.State.self)),
            ("runs", .integer),
            ("last_error", Schema.string.orNull),
            ("duplicates", .integer),
            ("received_at", .timestamp),
        ])
    )

    static let apiKey = Component("APIKey", .answer(apiKeyMembers))

    static let newAPIKey = Component(
        "NewAPIKey",
        .answer(
            apiKeyMembers + [("secret", Schema.string.described("Shown this once."))]
        )
    )

    static let health = Component(
        "Health",
        .answer(
            [
                ("status", .choice(of: ["ok", "unavailable"])),
                ("checks", .array(of: .answer([("name", .string), ("ok", .boolean)]))),
            ],
            optional: ["checks"]
        )
    )

    private static let apiKeyMembers: [(String, Schema)] = [
        ("id", .identifier("key")),
        ("object", .constant("api_key")),
        ("name", .string),
        ("permissions", .array(of: .choice(Permission.self))),
        ("rate_limit", Schema.integer.orNull),
        ("revoked", .boolean),
        ("expires_at", Schema.timestamp.orNull),
        ("created_at", .timestamp),
    ]

    private static let fieldProblem = Schema.answer([
        ("pointer", Schema.string.described("JSON pointer, or query:name, header:name.")),
        ("code", .choice(FieldProblem.Code.self)),
        ("message", .string),
    ])
}
