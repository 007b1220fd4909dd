internal import PaymentCore
internal import Postgres

/// The events of other services in one tenant's inbox.
enum InboundTable {
    /// An event of the same source and id that is there already stays as it is.
    static let receive = Statement(
        "inbound.receive",
        """
        insert into inbound_events (
            id, source, event_id, event_type, subject, occurred_at, tenant, correlation,
            traceparent, aggregate, sequence, data_sealed, data_key, sent_by, state, replays
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'received', 0)
        on conflict (source, event_id) do nothing
        """
    )

    static let columns = """
        e.id, e.source, e.event_id, e.event_type, e.subject, e.occurred_at, e.tenant,
        e.correlation, e.traceparent, e.sequence, e.data_sealed, e.data_key, e.aggregate,
        e.sent_by, e.state, e.reason, e.detail, e.intent_id, e.replays, e.received_at,
        (extract(epoch from now() - e.waits_since) * 1000000)::bigint
        """

    /// Where ``columns`` has the version of the key that sealed the data.
    static let keyColumn: Column = 11

    static let bySource = Statement(
        "inbound.by_source",
        assembledFromConstants:
            "select \(columns) from inbound_events e where e.source = $1 and e.event_id = $2"
    )

    static let byID = Statement(
        "inbound.by_id",
        assembledFromConstants: "select \(columns) from inbound_events e where e.id = $1"
    )

    static let waiting = Statement(
        "inbound.waiting",
        assembledFromConstants: """
            select \(columns) from inbound_events e
            where e.aggregate = $1 and e.state = 'received' order by e.id limit $2
            """
    )

    static let passed = Statement(
        "inbound.passed",
        "select sequence from inbound_aggregates where aggregate = $1"
    )

    static let note = Statement(
        "inbound.note",
        assembledFromConstants: """
            update inbound_events set reason = $2, detail = $3
            where id = $1 and \(keyedState(is: "received"))
            """
    )

    /// A guard: only an event that waits is ended, once.
    static let end = Statement(
        "inbound.end",
        assembledFromConstants: """
            with ended as (
                update inbound_events set
                    state = $2, reason = $3, detail = $4, intent_id = $5, ended_at = now()
                where id = $1 and \(keyedState(is: "received"))
                returning id
            )
            select 1 / count(*) from ended
            """
    )

    static let pass = Statement(
        "inbound.pass",
        """
        insert into inbound_aggregates as a (aggregate, sequence) values ($1, $2)
        on conflict (aggregate) do update set sequence = greatest(a.sequence, excluded.sequence)
        """
    )

    /// Makes a dead letter wait again, and its aggregate's job due.
    static let replay = Statement(
        "inbound.replay",
        assembledFromConstants: """
            update inbound_events set
                state = 'received', replays = replays + 1, waits_since = now(), ended_at = null,
                reason = null, detail = null
            where id = $1 and \(keyedState(is: "dead"))
            returning aggregate
            """
    )

    /// Dead letters stay until somebody sends them again.
    static let purge = Statement(
        "inbound.purge",
        """
        delete from inbound_events where id in (
            select id from inbound_events
            where state = 'applied' and ended_at < now() - $1::bigint * interval '1 microsecond'
            order by ended_at limit $2 for update skip locked
        )
        """
    )

    static func list(
        _ state: InboundEvent.State?,
        after: InboundEventID?,
        limit: Int
    ) -> Query {
        var conditions = Conditions()
        conditions.require("e.state = ?", state, PostgresValue.word)
        conditions.require("e.id < ?", after) { .id($0) }
        return conditions.statement(
            "inbound.list",
            head: "select \(columns)",
            "from inbound_events e where @conditions order by e.id desc limit ?",
            .count(limit)
        )
    }

    static func receive(_ inbound: InboundEvent, _ keys: TenantKeys) -> Query {
        let event = inbound.event
        return receive(
            .id(inbound.id),
            .text(event.source),
            .text(event.id),
            .text(event.type),
            .text(orNull: event.subject),
            .time(orNull: event.time),
            .text(orNull: event.tenant),
            .text(orNull: event.correlation),
            .text(orNull: event.traceparent),
            .text(inbound.aggregate),
            .int64(orNull: event.sequence),
            .bytes(keys.seal(event.data, as: .event(inbound.id))),
            .count(keys.currentVersion),
            .id(orNull: inbound.sentBy)
        )
    }

    static func end(_ end: InboundEnd) -> [Query] {
        let ended = self.end(
            .id(end.event.id),
            .word(end.state),
            .word(orNull: end.reason),
            .said(end.detail),
            .id(orNull: end.intent)
        )
        guard let passed = end.passed else { return [ended] }
        return [ended, pass(.text(end.event.aggregate), .int64(passed))]
    }

    /// Reads ``columns``.
    static func read(
        _ row: Row,
        _ keys: TenantKeys
    ) throws(PostgresError) -> InboundEvent {
        var reader = ColumnReader(row)
        let id: InboundEventID = try reader.id()
        let source = try reader.text()
        var event = CloudEvent(
            id: try reader.text(),
            source: source,
            type: try reader.text(),
            subject: try reader.textOrNil(),
            time: try reader.timeOrNil(),
            tenant: try reader.textOrNil(),
            correlation: try reader.textOrNil(),
            traceparent: try reader.textOrNil(),
            data: ""
        )
        event.sequence = try reader.int64OrNil()
        let sealed = try reader.bytes()
        guard let data = keys.open(sealed, version: try reader.int(), as: .event(id)) else {
            throw PostgresError(.decoding, "a stored event does not open with its key")
        }
        event.data = String(decoding: data, as: UTF8.self)
        return InboundEvent(
            id: id,
            event: event,
            aggregate: try reader.text(),
            sentBy: try reader.idOrNil(),
            state: try reader.word(),
            reason: try reader.wordOrNil(),
            detail: try reader.textOrNil(),
            intent: try reader.idOrNil(),
            replays: try reader.int(),
            receivedAt: try reader.time(),
            age: .microseconds(try reader.int64())
        )
    }
}
