internal import PaymentCore
internal import Postgres

/// What operators look at: unknown outcomes, and what retries brought.
enum PlanLists {
    /// An attempt whose asker is still at work is not unknown yet. What was escalated is found by its
    /// payment, which is flagged: there is an index of those.
    static let unknowns = Statement(
        "attempt.unknowns",
        assembledFromConstants: """
            select a.intent_id, i.currency, i.plans, now(), \(AttemptTable.columns)
            from attempts a join intents i on i.id = a.intent_id
            where a.id in (
                select id from attempts
                where state in ('asked', 'unknown')
                and (state = 'unknown' or lease_until <= now())
                union all
                select accepted.id from intents flagged
                join attempts accepted on accepted.intent_id = flagged.id
                where flagged.has_discrepancy
                and accepted.state = 'pending' and accepted.is_escalated
            )
            and ($1::uuid is null or a.id < $1::uuid)
            order by a.id desc limit $2
            """
    )

    static let budget = Statement(
        "intent.retry_budget",
        """
        select plans -> 'retry' ->> 'state', plans -> 'retry' ->> 'reason', currency, count(*),
            sum(amount)::bigint, sum((plans -> 'retry' ->> 'count')::bigint)::bigint
        from intents
        where plans -> 'retry' is not null
        and created_at >= coalesce($1::timestamptz, '-infinity')
        and created_at < coalesce($2::timestamptz, 'infinity')
        group by 1, 2, 3 order by 1, 2, 3
        """
    )

    /// An unknown attempt before its next look is known.
    struct Found {
        let intent: IntentID
        let currency: Currency
        let plans: Plans
        let now: Timestamp
        let attempt: Attempt

        init(_ row: Row) throws(PostgresError) {
            var reader = ColumnReader(row)
            intent = try reader.id()
            currency = try reader.currency()
            plans = try Documents.plans(orNil: reader.textOrNil())
            now = try reader.time()
            attempt = try AttemptTable.read(&reader)
        }
    }

    static func readLine(_ row: Row) throws(PostgresError) -> RetryBudgetLine {
        var reader = ColumnReader(row)
        return RetryBudgetLine(
            state: try reader.text(),
            reason: try reader.textOrNil(),
            currency: try reader.currency(),
            payments: try reader.int(),
            amount: try reader.int64(),
            retries: try reader.int()
        )
    }
}
