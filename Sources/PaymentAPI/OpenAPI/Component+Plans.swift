internal import PaymentCore

// Retries, policies, unknown outcomes and background work.
extension Component {
    private static let count = Schema.integer(0...Int64.max)

    static let retry = Component(
        "Retry",
        .answer([
            ("state", .choice(of: ["idle", "deciding", "planned", "refused", "recovered"])),
            (
                "reason",
                Schema.choice(
                    of: (RetryRefusal.Reason.allCases.map(\.rawValue)
                        + RetryPlan.Cause.allCases.map(\.rawValue)).sorted()
                ).orNull.described("Why it is planned for then, or why there is no retry.")
            ),
            (
                "rule",
                Schema.string.orNull.described("The card network's rule that decided, by name.")
            ),
            ("next_at", Schema.timestamp.orNull),
            ("after_attempt_id", Schema.identifier("att").orNull),
            ("retries", count),
            ("first_declined_at", Schema.timestamp.orNull),
        ]).described("What is done about a declined payment without its payer.")
    )

    static let settlement = Component(
        "Settlement",
        .answer([
            ("attempt_id", .identifier("att")),
            ("outcome", .choice(of: ["succeeded", "not_done"])),
            ("gateway_reference", Schema.string.orNull),
            ("amount", Schema.integer(1...Int64.max).orNull),
            ("reason", .string),
            ("state", .choice(Settlement.State.self)),
            ("proposed_by", Schema.string.orNull),
            ("proposed_by_key_id", Schema.identifier("key").orNull),
            (
                "proposed_at",
                Schema.timestamp.described("Who decides names it: it tells proposals apart.")
            ),
            ("decided_by", Schema.string.orNull),
            ("decided_by_key_id", Schema.identifier("key").orNull),
            ("decided_at", Schema.timestamp.orNull),
        ]).described("An unknown outcome settled by hand, by two people.")
    )

    static let policies = Component(
        "Policies",
        .answer([
            ("object", .constant("policies")),
            ("version", count),
            (
                "retry",
                .answer([
                    ("mode", .choice(RetryPolicy.Mode.self)),
                    ("maximum_retries", count),
                    ("window_days", count),
                    ("soft_after_seconds", count),
                    ("insufficient_funds_after_seconds", count),
                    ("temporary_after_seconds", count),
                    ("pay_days", .array(of: .integer(1...31))),
                    ("pay_hour", .integer(0...23)),
                    ("pay_day_reach_days", count),
                ])
            ),
            (
                "hold",
                .answer([
                    ("warn_before_seconds", count),
                    ("action", .choice(HoldPolicy.Action.self)),
                    ("act_before_seconds", count),
                    ("lifetimes", .array(of: .answer([("of", .string), ("seconds", count)]))),
                ])
            ),
            ("changed_by", Schema.string.orNull),
            ("key_id", Schema.identifier("key").orNull),
            ("changed_at", Schema.timestamp.orNull),
        ])
    )

    static let retryBudget = Component(
        "RetryBudget",
        .answer([
            ("object", .constant("retry_budget")),
            ("state", .choice(of: ["idle", "deciding", "planned", "refused", "recovered"])),
            ("reason", Schema.choice(RetryRefusal.Reason.self).orNull),
            ("currency", .currency),
            ("payments", count),
            ("amount", count),
            ("retries", count.described("Attempts that retries cost.")),
        ]).described("Payments with the same fate of their retries.")
    )

    static let unknownAttempt = Component(
        "UnknownAttempt",
        .answer([
            ("object", .constant("unknown_attempt")),
            ("intent_id", .identifier("pay")),
            ("currency", .currency),
            ("age_seconds", .integer),
            ("next_look_at", Schema.timestamp.orNull),
            ("look_ups", count),
            (
                "owner",
                Schema.choice(UnknownAttempt.Owner.self)
                    .described("Who has to find it out: the gateway's job, or a person.")
            ),
            (
                "proposal",
                Schema.reference(settlement).orNull
                    .described("What one person proposed, and another has to decide on.")
            ),
            ("attempt", .reference(attempt)),
        ])
    )

    static let job = Component(
        "Job",
        .answer([
            ("object", .constant("job")),
            ("kind", .string),
            ("subject", Schema.string.described("What it is about, for example pay_….")),
            ("state", .choice(JobListing.State.self)),
            ("run", count),
            ("due_at", .timestamp),
            ("last_error", Schema.string.orNull),
        ])
    )
}
