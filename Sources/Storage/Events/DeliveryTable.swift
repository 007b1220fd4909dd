internal import PaymentCore
internal import Postgres

/// The deliveries of one tenant's events to its subscriptions.
enum DeliveryTable {
    /// Makes deliveries of what was published since, and moves the cursors. Whoever holds a
    /// subscription's row does it; others skip it.
    static let fanOut = Statement(
        "delivery.fan_out",
        """
        with behind as (
            select s.id, s.cursor, s.event_types from event_subscriptions s
            where s.state = 'active'
            and s.cursor < (select last_position from publisher where id = 1)
            for no key update skip locked
        ), news as (
            select b.id as subscription_id, b.event_types, e.id as event_id, e.position, e.type
            from behind b cross join lateral (
                select id, position, type from outbox
                where position > b.cursor order by position limit $1
            ) as e
        ), made as (
            insert into event_deliveries (
                subscription_id, event_id, position, event_type, state, due_at, run
            )
            select subscription_id, event_id, position, type, 'ready', now(), 0 from news
            where event_types is null or type = any(event_types)
            on conflict do nothing
        ), moved as (
            update event_subscriptions s set cursor = latest.position
            from (
                select subscription_id, max(position) as position from news
                group by subscription_id
            ) as latest
            where s.id = latest.subscription_id
        )
        select count(*) from news
        """
    )

    /// Takes due deliveries: of each subscription as many as there is room for, beginning with those
    /// that have most, so that a long queue of one costs the others nothing. Locked ones are
    /// skipped. An attempt counts when its outcome is recorded: one that its process did not
    /// survive says nothing about the receiver, and must not advance it in the schedule. One whose
    /// event is past its retention ends here.
    static let claim = Statement(
        "delivery.claim",
        assembledFromConstants: """
            with due as (
                select d.subscription_id, d.event_id
                from (
                    select s.id, coalesce(known.room, $3::bigint) as room
                    from event_subscriptions s
                    left join unnest($1::uuid[], $2::bigint[]) as known (id, room)
                        on known.id = s.id
                    where s.state = 'active' order by 2 desc
                ) as s cross join lateral (
                    select subscription_id, event_id from event_deliveries
                    where subscription_id = s.id and state = 'ready' and due_at <= now()
                    order by due_at, position limit s.room for update skip locked
                ) as d limit $4
            ), claimed as (
                update event_deliveries d set
                    due_at = now() + $5::bigint * interval '1 microsecond',
                    state = case when e.id is null then 'dead' else 'ready' end,
                    last_error = case
                        when e.id is null then 'the event is past its retention'
                        else d.last_error
                    end,
                    ended_at = case when e.id is null then now() end
                from due left join outbox e on e.id = due.event_id
                where d.subscription_id = due.subscription_id and d.event_id = due.event_id
                returning d.subscription_id, d.event_id, d.run + 1 as run
            )
            select c.run, s.id, s.url, \(SubscriptionTable.secretColumns), o.position, o.id,
                o.type, o.aggregateid, o.sequence, o.occurred_at, o.correlation,
                o.conversation, o.traceparent, o.payload
            from claimed c
            join event_subscriptions s on s.id = c.subscription_id
            join outbox o on o.id = c.event_id
            """
    )

    /// Skips what is locked: its subscription is being deleted, and waiting for that could
    /// deadlock. What failed at an address that its subscription no longer has is due at the new
    /// one.
    static let record = Statement(
        "delivery.record",
        assembledFromConstants: """
            with ended as (
                select r.subscription_id, r.event_id, r.pause, r.status, r.error,
                    case when r.gone_url <> s.url then 'ready' else r.state end as state
                from event_deliveries d
                join unnest(
                    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[],
                    $7::text[]
                ) as r (subscription_id, event_id, state, pause, status, error, gone_url)
                    on d.subscription_id = r.subscription_id and d.event_id = r.event_id
                join event_subscriptions s on s.id = d.subscription_id
                where \(keyedState("d.", is: "ready")) for update of d skip locked
            )
            update event_deliveries d set
                state = r.state, run = d.run + 1, last_status = r.status::integer,
                last_error = r.error,
                due_at = now() + r.pause * interval '1 microsecond',
                ended_at = case when r.state = 'ready' then null else now() end
            from ended r
            where d.subscription_id = r.subscription_id and d.event_id = r.event_id
            """
    )

    static let columns = """
        d.event_id, d.event_type, d.position, d.state, d.run, d.last_status, d.last_error,
        d.due_at, d.created_at
        """

    static let list = Statement(
        "delivery.list",
        assembledFromConstants: """
            select \(columns) from event_deliveries d
            where d.subscription_id = $1 and ($2::text is null or d.state = $2)
            and ($3::bigint is null or d.position < $3) order by d.position desc limit $4
            """
    )

    /// Finds none whose event is past its retention: it could not be sent.
    static let replay = Statement(
        "delivery.replay",
        """
        update event_deliveries set
            state = 'ready', due_at = now(), run = 0, ended_at = null
        where subscription_id = $1 and event_id = $2
        and exists (select from outbox where id = event_deliveries.event_id)
        """
    )

    static let replayAfter = Statement(
        "delivery.replay_after",
        """
        update event_deliveries set
            state = 'ready', due_at = now(), run = 0, ended_at = null
        where subscription_id = $1 and position > $2
        and exists (select from outbox where id = event_deliveries.event_id)
        """
    )

    static let purge = Statement(
        "delivery.purge",
        """
        delete from event_deliveries where (subscription_id, event_id) in (
            select subscription_id, event_id from event_deliveries
            where ended_at < now() - $1::bigint * interval '1 microsecond'
            order by ended_at limit $2 for update skip locked
        )
        """
    )

    static func read(_ row: Row) throws(PostgresError) -> EventDelivery {
        var reader = ColumnReader(row)
        return EventDelivery(
            event: try reader.id(),
            type: try reader.word(),
            position: try reader.int64(),
            state: try reader.word(),
            run: try reader.int(),
            lastStatus: try reader.intOrNil(),
            lastError: try reader.textOrNil(),
            dueAt: try reader.time(),
            createdAt: try reader.time()
        )
    }

    static func readClaim(_ row: Row) throws(PostgresError) -> SealedClaim {
        var reader = ColumnReader(row)
        return SealedClaim(
            run: try reader.int(),
            subscription: try reader.id(),
            url: try reader.text(),
            secrets: try SealedSecrets(&reader),
            published: try OutboxTable.read(&reader)
        )
    }

    static func claim(_ turn: DeliveryTurn) -> Query {
        claim(
            .uuidArray(turn.room.keys.map { UInt128($0.uuid) }),
            .int64Array(turn.room.values.map { Int64($0) }),
            .count(turn.placesEach),
            .count(turn.places),
            .span(turn.lease)
        )
    }

    static func record(_ results: [DeliveryResult]) -> Query {
        var states: [String] = []
        var pauses: [Int64] = []
        for result in results {
            switch result.fate {
            case .delivered:
                states.append(EventDelivery.State.delivered.rawValue)
                pauses.append(0)
            case .again(let pause):
                states.append(EventDelivery.State.ready.rawValue)
                pauses.append(pause.microseconds)
            case .dead:
                states.append(EventDelivery.State.dead.rawValue)
                pauses.append(0)
            }
        }
        return record(
            .uuidArray(results.map { UInt128($0.subscription.uuid) }),
            .uuidArray(results.map { UInt128($0.event.uuid) }),
            .textArray(states),
            .int64Array(pauses),
            .textArray(results.map { $0.status.map { String($0) } }),
            .textArray(results.map(\.error)),
            .textArray(results.map(\.goneURL))
        )
    }
}

/// A claimed delivery before its secrets are opened.
struct SealedClaim {
    let run: Int
    let subscription: EventSubscriptionID
    let url: String
    let secrets: SealedSecrets
    let published: PublishedEvent

    func opened(_ keys: TenantKeys) -> ClaimedDelivery {
        ClaimedDelivery(
            subscription: subscription,
            url: url,
            secrets: secrets.opened(of: subscription, keys),
            published: published,
            run: run
        )
    }
}
