internal import JSON
internal import PaymentCore

// The books.
extension Component {
    private static let account = Schema.pattern(
        "^[a-z_]+(:.+)?:[A-Z]{3}$",
        "An account's name: kind, owner where there are several, currency."
    )
    private static let hash = Schema.pattern("^[0-9a-f]{64}$", "SHA-256 in hexadecimal digits.")

    /// What went through an account; the balance is on the side that it grows on.
    private static let sums: [(String, Schema)] = [
        ("balance", .integer), ("debits_posted", .integer), ("credits_posted", .integer),
        ("debits_pending", .integer), ("credits_pending", .integer),
    ]

    static let ledgerAccount = Component(
        "LedgerAccount",
        .answer(
            [
                ("id", account),
                ("object", .constant("ledger_account")),
                ("kind", .choice(LedgerAccount.Kind.self)),
                (
                    "owner",
                    Schema.string.orNull.described("The merchant account or the cash drawer.")
                ),
                ("currency", .currency),
                ("normal_side", .choice(LedgerAccount.Kind.Side.self)),
                ("returns_to_zero", .boolean),
            ] + sums
        )
    )

    /// A transfer as it is sealed and exported.
    private static let sealed: [(String, Schema)] = [
        ("position", .integer(1...Int64.max)),
        ("booked_at", .timestamp),
        ("id", .identifier("trf")),
        ("event_id", .identifier("evt")),
        ("line", .integer(1...Int64.max)),
        ("intent_id", Schema.identifier("pay").orNull),
        ("sequence", Schema.integer(1...Int64.max).orNull),
        ("phase", phase),
        ("debit", account),
        ("credit", account),
        ("amount", .integer(1...Int64.max)),
        ("currency", .currency),
        ("code", .string),
        ("reference", .string),
        ("pending_id", Schema.identifier("trf").orNull.described("The transfer that it ends.")),
        (
            "reverses_id",
            Schema.identifier("trf").orNull.described("The transfer that it corrects.")
        ),
        ("posted_at", .timestamp),
    ]

    private static let phase = Schema.choice(of: ["posted", "pending", "voided", "expired"])

    static let ledgerEntry = Component(
        "LedgerEntry",
        .answer(
            [
                ("object", .constant("ledger_entry")),
                ("side", .choice(LedgerAccount.Kind.Side.self)),
                (
                    "balance",
                    Schema.integer.described("The account's balance after it.")
                ),
            ] + sealed
        )
    )

    static let ledgerStatement = Component(
        "LedgerStatement",
        .answer([
            ("object", .constant("ledger_statement")),
            ("account_id", account),
            ("opening_balance", .integer),
            ("data", .array(of: .reference(ledgerEntry))),
            ("closing_balance", .integer),
            ("has_more", .boolean),
            ("next", Schema.string.described("Cursor for `after`: the place to go on from.")),
        ])
    )

    static let transfer = Component(
        "Transfer",
        .answer([
            ("id", .identifier("trf")),
            ("object", .constant("transfer")),
            ("phase", phase),
            ("debit", account),
            ("credit", account),
            ("amount", .integer(1...Int64.max)),
            ("currency", .currency),
            ("code", .string),
            ("reference", .string),
            ("pending_id", Schema.identifier("trf").orNull),
            ("reverses_id", Schema.identifier("trf").orNull),
        ])
    )

    static let ledgerHead = Component("LedgerHead", head(of: .ledger))
    static let auditHead = Component("AuditHead", head(of: .audit))

    private static func head(of chain: HashChain) -> Schema {
        .answer([
            ("object", .constant(chain.headName)),
            ("position", .integer(1...Int64.max)),
            ("hash", hash),
            ("booked_at", .timestamp),
            ("key", Schema.string.orNull.described("The signing key's name.")),
            ("signature", Schema.string.orNull.described("Ed25519, in hexadecimal digits.")),
        ])
    }

    private static let column = Schema(("type", "integer")).described(
        "Exact: may have more digits than a 64-bit integer."
    )

    static let trialBalance = Component(
        "TrialBalance",
        .answer([
            ("object", .constant("trial_balance")),
            ("at", Schema.timestamp.orNull),
            (
                "currencies",
                .array(
                    of: .answer([
                        ("currency", .currency),
                        ("debits", column),
                        ("credits", column),
                        ("balanced", .boolean),
                        (
                            "accounts",
                            .array(
                                of: .answer([
                                    ("id", account), ("debit", .integer), ("credit", .integer),
                                ])
                            )
                        ),
                    ])
                )
            ),
        ])
    )

    static let ledgerLimit = Component(
        "LedgerLimit",
        .answer([
            ("object", .constant("ledger_limit")),
            ("account_id", account),
            ("overdraft", .integer(0...Int64.max)),
            (
                "active",
                Schema.boolean.described("False until what was under way has ended.")
            ),
            (
                "available",
                Schema.integer.orNull.described("What may still be taken; null until it holds.")
            ),
        ])
    )

    static let ledgerMonitor = Component(
        "LedgerMonitor",
        .answer([
            ("object", .constant("ledger_monitor")),
            ("account_id", account),
            ("threshold", .integer(0...Int64.max)),
            ("age_seconds", .integer(0...Int64.max)),
            ("uncleared", .integer(0...Int64.max)),
            ("overdue", .integer(0...Int64.max)),
            ("since", Schema.timestamp.orNull),
            ("alerting", .boolean),
        ])
    )
}
