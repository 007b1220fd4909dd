internal import PaymentCore
internal import Postgres

/// The shared breakers. Each change is one statement: it applies only to the state that it was
/// decided from, and records what consumers are notified of with it.
enum BreakerTable {
    /// Ends `with changed as ( …`: what consumers are notified of is written with what changed, or
    /// neither is. Answers with the new epoch; with no row when nothing changed.
    private static let telling = """
        returning account_id, epoch, state, illness, changed_at
        )
        insert into breaker_changes (account_id, epoch, state, illness, changed_at)
        select account_id, epoch, state, illness, changed_at from changed
        returning epoch
        """

    /// Of an account whose breaker is closed, or that never had one. No row otherwise.
    static let open = Statement(
        "breaker.open",
        assembledFromConstants: """
            with changed as (
                insert into breakers (
                    account_id, epoch, state, falls, illness, wait_until, changed_at
                ) values (
                    $1, 1, 'open', $2, $3, now() + $4::bigint * interval '1 microsecond', now()
                )
                on conflict (account_id) do update set
                    epoch = breakers.epoch + 1, state = excluded.state, falls = excluded.falls,
                    illness = excluded.illness, wait_until = excluded.wait_until,
                    changed_at = excluded.changed_at
                where breakers.state = 'closed'
                \(telling)
            """
    )

    /// The outcome of the probe of epoch `$2`. No row when another probe has begun since.
    static let answer = Statement(
        "breaker.answer",
        assembledFromConstants: """
            with changed as (
                update breakers set
                    epoch = epoch + 1, state = $3, falls = $4, illness = $5,
                    wait_until = now() + $6::bigint * interval '1 microsecond', changed_at = now()
                where account_id = $1 and epoch = $2 and state = 'half_open'
                \(telling)
            """
    )

    /// One of those that ask at once gets it; the others find the row waiting again.
    static let probe = Statement(
        "breaker.probe",
        assembledFromConstants: """
            with changed as (
                update breakers set
                    epoch = epoch + 1, state = 'half_open',
                    wait_until = now() + $2::bigint * interval '1 microsecond', changed_at = now()
                where account_id = $1 and state <> 'closed' and wait_until <= now()
                \(telling)
            """
    )

    static let current = Statement(
        "breaker.current",
        """
        select account_id, epoch, state, falls, illness,
            (extract(epoch from wait_until - now()) * 1000000)::bigint,
            (extract(epoch from now() - changed_at) * 1000000)::bigint
        from breakers
        where state <> 'closed' or changed_at > now() - $1::bigint * interval '1 microsecond'
        """
    )

    static let unannounced = Statement(
        "breaker.unannounced",
        """
        select c.account_id, a.tenant_id, a.vendor, a.mode, c.epoch, c.state, c.illness,
            c.changed_at
        from breaker_changes c
        join merchant_accounts a on a.id = c.account_id
        join tenants t on t.id = a.tenant_id
        where t.state <> 'dropped'
        order by c.account_id, c.epoch limit $1
        """
    )

    static let announced = Statement(
        "breaker.announced",
        "delete from breaker_changes where account_id = $1 and epoch = $2"
    )

    static func read(_ row: Row) throws(PostgresError) -> StoredBreaker {
        var reader = ColumnReader(row)
        return StoredBreaker(
            account: try reader.id(),
            epoch: try reader.int64(),
            state: try reader.word(),
            falls: try reader.int(),
            illness: try reader.wordOrNil(),
            wait: .microseconds(try reader.int64()),
            age: .microseconds(try reader.int64())
        )
    }

    static func readChange(_ row: Row) throws(PostgresError) -> HealthTransition {
        var reader = ColumnReader(row)
        return HealthTransition(
            account: try reader.id(),
            tenant: try reader.id(),
            vendor: try reader.vendor(),
            mode: try reader.word(),
            epoch: try reader.int64(),
            state: try reader.word(),
            illness: try reader.wordOrNil(),
            changedAt: try reader.time()
        )
    }
}
