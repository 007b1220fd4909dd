internal import PaymentCore
internal import Postgres

/// The central inbox of vendors' events.
enum WebhookTable {
    /// A delivery of an event that is there already is counted; it answers with the first one's
    /// identifier.
    static let receive = Statement(
        "webhook.receive",
        """
        insert into webhooks (
            id, tenant_id, account_id, vendor, event_key, event_type, state, due_at, run,
            duplicates, delivery_sealed, delivery_key
        ) values ($1, $2, $3, $4, $5, $6, 'received', now(), 0, 0, $7, $8)
        on conflict (account_id, event_key) do update set duplicates = webhooks.duplicates + 1
        returning id
        """
    )

    static let columns = """
        w.id, w.tenant_id, w.account_id, w.vendor, w.event_key, w.event_type, w.received_at,
        w.state, w.run, w.last_error, w.duplicates
        """

    static let claim = Statement(
        "webhook.claim",
        assembledFromConstants: """
            with due as (
                select id, due_at from webhooks where state = 'received' and due_at <= now()
                and vendor <> all($3::text[])
                order by due_at limit $1 for update skip locked
            ), claimed as (
                update webhooks set
                    run = run + 1, due_at = now() + $2::bigint * interval '1 microsecond'
                from due where webhooks.id = due.id
                returning webhooks.*, due.due_at as was_due_at
            )
            select \(columns), w.delivery_sealed, w.delivery_key from claimed w
            order by w.was_due_at, w.id
            """
    )

    static let finish = Statement(
        "webhook.finish",
        assembledFromConstants: """
            update webhooks set state = $2, last_error = $3
            where id = $1 and \(keyedState(is: "received"))
            """
    )

    static let postpone = Statement(
        "webhook.postpone",
        assembledFromConstants: """
            update webhooks set
                state = case when run >= $3::bigint then 'dead' else 'received' end,
                due_at = now() + $2::bigint * interval '1 microsecond', last_error = $4
            where id = $1 and \(keyedState(is: "received"))
            """
    )

    static func list(
        _ tenant: TenantID,
        _ state: Webhook.State?,
        after: WebhookID?,
        limit: Int
    ) -> Query {
        var conditions = Conditions()
        conditions.require("w.tenant_id = ?", .id(tenant))
        conditions.require("w.state = ?", state, PostgresValue.word)
        conditions.require("w.id < ?", after) { .id($0) }
        return conditions.statement(
            "webhook.list",
            head: "select \(columns)",
            "from webhooks w where @conditions order by w.id desc limit ?",
            .count(limit)
        )
    }

    static let byID = Statement(
        "webhook.by_id",
        assembledFromConstants:
            "select \(columns) from webhooks w where w.id = $1 and w.tenant_id = $2"
    )

    static let replay = Statement(
        "webhook.replay",
        """
        update webhooks set state = 'received', due_at = now(), run = 0
        where id = $1 and tenant_id = $2 and state in ('dead', 'kept')
        and delivery_sealed is not null
        """
    )

    /// Never what has not taken effect: a dead one waits for an operator however long it takes.
    /// That a purged one took effect is known by its mark, see ``EffectTable``.
    static let purge = Statement(
        "webhook.purge",
        """
        delete from webhooks where id in (
            select id from webhooks
            where received_at < now() - $1::bigint * interval '1 microsecond'
            and state in ('applied', 'kept')
            order by received_at limit $2 for update skip locked
        )
        """
    )

    /// Reads ``columns``.
    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> Webhook {
        Webhook(
            id: try reader.id(),
            tenant: try reader.id(),
            account: try reader.id(),
            vendor: try reader.vendor(),
            eventKey: try reader.text(),
            eventType: try reader.text(),
            receivedAt: try reader.time(),
            state: try reader.word(),
            run: try reader.int(),
            lastError: try reader.textOrNil(),
            duplicates: try reader.int()
        )
    }
}

extension WebhookDelivery {
    /// The head and the body as they would travel: one `name: value` a line, an empty line, the
    /// body. A field holds no line break, or it would not have come through the server.
    var storedForm: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 64 * fields.count)
        for field in fields {
            bytes += Array("\(field.name):\(field.value)\n".utf8)
        }
        return bytes + [UInt8(ascii: "\n")] + body
    }

    init?(storedForm bytes: [UInt8]) {
        var fields: [(name: String, value: String)] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty {
                self.init(fields: fields, body: Array(rest))
                return
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            fields.append(
                (
                    String(decoding: line[..<colon], as: UTF8.self),
                    String(decoding: line[(colon + 1)...], as: UTF8.self)
                )
            )
        }
        return nil
    }
}
