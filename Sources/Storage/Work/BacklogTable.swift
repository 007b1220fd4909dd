internal import PaymentCore
internal import Postgres

/// What is left of one tenant's work. Workers ask again and again, for tenants that have nothing as
/// well: it is one statement, of which each part reads a row or the end of an index.
enum BacklogTable {
    /// A delivery is due at once while a subscription is behind an event that is still there: what
    /// its cursor has not seen may be past its retention.
    static let current = Statement(
        "backlog.current",
        """
        select now(), (select min(due_at) from jobs where state = 'ready'),
            case
                when exists (
                    select from event_subscriptions s
                    where s.state = 'active' and s.cursor < (select max(position) from outbox)
                ) then now()
                else (
                    select min(d.due_at) from event_subscriptions s cross join lateral (
                        select due_at from event_deliveries
                        where subscription_id = s.id and state = 'ready' order by due_at limit 1
                    ) as d
                    where s.state = 'active'
                )
            end,
            exists (select from outbox where position is null),
            s.event_position < p.last_position or s.event_line < 2147483647,
            exists (select from audit_waiting),
            p.last_position - r.position,
            exists (select from event_subscriptions where state = 'active')
        from publisher p
        join ledger_sealer s on s.id = 1
        join event_relay r on r.id = 1
        where p.id = 1
        """
    )

    static func read(_ row: Row) throws(PostgresError) -> Backlog {
        var reader = ColumnReader(row)
        let moment = try reader.time()
        let nextJob = try reader.timeOrNil()
        let nextDelivery = try reader.timeOrNil()
        var backlog = Backlog(
            moment: moment,
            nextJob: nextJob,
            unpublishedEvents: try reader.bool()
        )
        backlog.nextDelivery = nextDelivery
        backlog.unbookedEvents = try reader.bool()
        backlog.unsealedEntries = try reader.bool()
        backlog.unconfirmedEvents = try reader.int64()
        backlog.hasSubscribers = try reader.bool()
        return backlog
    }
}
