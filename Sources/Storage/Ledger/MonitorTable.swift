internal import PaymentCore
internal import Postgres

/// The monitors of one tenant's accounts.
enum MonitorTable {
    static let set = Statement(
        "monitor.set",
        """
        insert into ledger_monitors (account, threshold, age_us, is_active, is_alerting, events)
        values ($1, $2, $3, true, false, 0)
        on conflict (account) do update set
            threshold = excluded.threshold, age_us = excluded.age_us, is_active = true
        """
    )

    /// Kept, because its events are numbered.
    static let remove = Statement(
        "monitor.remove",
        """
        update ledger_monitors set is_active = false, is_alerting = false
        where account = $1 and is_active
        """
    )

    /// What has gone through each monitored account by now, what had by its age ago, and when the
    /// first of what is left came.
    private static let states = """
        select m.account, m.threshold, m.age_us, m.is_alerting, m.events,
            coalesce(l.debits_posted, 0), coalesce(l.credits_posted, 0),
            coalesce(p.debits_posted, 0), coalesce(p.credits_posted, 0),
            case when l.debits_posted > l.credits_posted then (
                select s.booked_at from ledger_snapshots s
                where s.account = a.number and s.debits_posted > l.credits_posted
                order by s.debits_posted, s.position limit 1
            ) else (
                select s.booked_at from ledger_snapshots s
                where s.account = a.number and s.credits_posted > l.debits_posted
                order by s.credits_posted, s.position limit 1
            ) end,
            now()
        from ledger_monitors m
        left join ledger_accounts a on a.name = m.account
        left join lateral (
            select debits_posted, credits_posted from ledger_snapshots
            where account = a.number order by position desc limit 1
        ) l on true
        left join lateral (
            select position from ledger_heads
            where booked_at <= now() - m.age_us * interval '1 microsecond'
            order by booked_at desc, position desc limit 1
        ) h on true
        left join lateral (
            select debits_posted, credits_posted from ledger_snapshots
            where account = a.number and position <= h.position order by position desc limit 1
        ) p on true
        where m.is_active order by m.account
        """

    static let all = Statement("monitor.all", assembledFromConstants: states)

    static let lock = Statement(
        "monitor.lock",
        assembledFromConstants: "\(states) for update of m"
    )

    static let tell = Statement(
        "monitor.tell",
        "update ledger_monitors set is_alerting = $2, events = $3 where account = $1"
    )

    /// A monitor as it is stored, with its state now.
    struct Stored {
        let state: ClearingState
        /// What was reported last.
        let wasAlerting: Bool
        let events: Int64
        let now: Timestamp
    }

    static func read(_ row: Row) throws(PostgresError) -> Stored {
        var reader = ColumnReader(row)
        let monitor = LedgerMonitor(
            account: try reader.known(LedgerAccount(id: reader.text()), "account"),
            threshold: try reader.int64(),
            age: .microseconds(try reader.int64())
        )
        let wasAlerting = try reader.bool()
        let events = try reader.int64()
        let latest = LedgerBalance(
            debitsPosted: try reader.int64(),
            creditsPosted: try reader.int64()
        )
        let then = LedgerBalance(
            debitsPosted: try reader.int64(),
            creditsPosted: try reader.int64()
        )
        let since = try reader.timeOrNil()
        return Stored(
            state: ClearingState(of: monitor, now: latest, then: then, since: since),
            wasAlerting: wasAlerting,
            events: events,
            now: try reader.time()
        )
    }
}
