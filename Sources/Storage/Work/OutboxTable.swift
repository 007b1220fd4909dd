internal import PaymentCore
internal import Postgres

/// The events of one tenant: written with the change they report, given positions afterwards.
enum OutboxTable {
    static let insert = Statement(
        "outbox.insert",
        """
        insert into outbox (
            id, aggregatetype, aggregateid, type, payload, sequence, occurred_at, correlation,
            conversation, traceparent
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """
    )

    /// Takes the turn: whoever holds the row is the publisher until its commit. When nothing waits
    /// it locks nothing, and a visit that finds nothing writes nothing.
    static let takeTurn = Statement(
        "outbox.take_turn",
        """
        select last_position, epoch from publisher
        where id = 1 and exists (select from outbox where position is null) for update
        """
    )

    /// The planner cannot know how few rows have no position yet: left alone it reads them all, and
    /// the turn's cost would grow with the backlog or with the table. A scan that cannot be avoided
    /// is made to look expensive, which must not be taken as a reason to compile.
    static let preferIndexes = Statement(
        "outbox.prefer_indexes",
        """
        select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
        """
    )

    /// Gives the next positions. Runs after ``takeTurn`` in the same transaction, as a statement
    /// of its own: its snapshot is then younger than every earlier publisher's commit.
    ///
    /// It looks at the aggregates of the oldest waiting events, and at all that waits of these, so
    /// its cost does not grow with the backlog. An event is placed by the latest recording of its
    /// aggregate up to it. That keeps the order within an aggregate even when a later event's
    /// transaction began earlier; and what is visible of an aggregate has no gaps, because its
    /// row's lock lets one commit end before the next one writes.
    ///
    /// What waits of an aggregate is what follows its last place, and what was seen to wait all the
    /// same: nothing is ever left behind. The index of what waits is read once: it is full of
    /// entries of what waited before, and a plan from when it was empty would read all of it again
    /// for each aggregate and each event (so `coalesce`, which hides it).
    static let publish = Statement(
        "outbox.publish",
        """
        with oldest as (
            select aggregateid, min(sequence) as first from (
                select aggregateid, sequence from outbox
                where position is null order by recorded_at limit $1
            ) as events group by aggregateid
        ), waiting as (
            select id, aggregateid, sequence,
                max(recorded_at) over (partition by aggregateid order by sequence) as moment
            from oldest cross join lateral (
                select id, sequence, recorded_at from outbox
                where aggregateid = oldest.aggregateid and coalesce(position, 0) = 0
                and sequence >= least(oldest.first, coalesce((
                    select last.sequence + 1 from outbox last
                    where last.aggregateid = oldest.aggregateid and last.position is not null
                    order by last.sequence desc limit 1
                ), 1))
            ) as events
        ), batch as (
            select id, row_number() over (order by moment, aggregateid, sequence) as place
            from waiting order by moment, aggregateid, sequence limit $1
        ), placed as (
            update outbox set position = publisher.last_position + batch.place
            from batch, publisher
            where outbox.id = batch.id and coalesce(outbox.position, 0) = 0 and publisher.id = 1
            returning outbox.id
        )
        update publisher set last_position = last_position + turn.events, epoch = epoch + 1
        from (select count(*) as events from placed) as turn
        where publisher.id = 1 and turn.events > 0
        returning turn.events
        """
    )

    static let published = Statement(
        "outbox.published",
        """
        select position, id, type, aggregateid, sequence, occurred_at, correlation, conversation,
            traceparent, payload
        from outbox where position > $1 order by position limit $2
        """
    )

    /// Never what the books have not taken their order from to its last line, nor, with a message
    /// broker, what it has not confirmed. What an active subscription waits for stays for a while
    /// longer, as does what follows it.
    ///
    /// Places follow the recording, so it looks at the oldest alone: when these are too young to go,
    /// so is all after them.
    static let purge = Statement(
        "outbox.purge",
        """
        delete from outbox where id in (
            select id from outbox
            where position < (select min(position) + $2::bigint from outbox)
            and position <= (
                select event_position - (event_line < 2147483647)::integer
                from ledger_sealer where id = 1
            )
            and (not $3::boolean or position <= (select position from event_relay where id = 1))
            and recorded_at < now() - $1::bigint * interval '1 microsecond'
            and (
                recorded_at < now() - ($1::bigint + $4::bigint) * interval '1 microsecond'
                or position < (
                    select coalesce(min(least(s.cursor + 1, (
                        select min(d.position) from event_deliveries d
                        where d.subscription_id = s.id and d.state = 'ready'
                    ))), 9223372036854775807)
                    from event_subscriptions s where s.state = 'active'
                )
            )
            order by position limit $2 for update skip locked
        )
        """
    )
}

extension OutboxTable {
    static func insert(_ event: OutboxEvent) -> Query {
        insert(
            .id(event.id),
            .text(event.type.aggregate),
            .text(event.aggregate),
            .word(event.type),
            .json(event.data),
            .int64(event.sequence),
            .time(event.occurredAt),
            .text(orNull: event.correlation),
            .text(orNull: event.conversation),
            .text(orNull: event.traceparent)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> PublishedEvent {
        var reader = ColumnReader(row)
        return try read(&reader)
    }

    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> PublishedEvent {
        PublishedEvent(
            position: try reader.int64(),
            event: OutboxEvent(
                id: try reader.id(),
                type: try reader.word(),
                aggregate: try reader.text(),
                sequence: try reader.int64(),
                occurredAt: try reader.time(),
                correlation: try reader.textOrNil(),
                conversation: try reader.textOrNil(),
                traceparent: try reader.textOrNil(),
                data: try reader.text()
            )
        )
    }
}
