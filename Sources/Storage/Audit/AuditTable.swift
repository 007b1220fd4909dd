internal import PaymentCore
internal import Postgres

/// The audit trail of one tenant: what was recorded, and its chain.
enum AuditTable {
    /// The entry, and that it waits for its place.
    static let insert = Statement(
        "audit.insert",
        """
        with entry as (
            insert into audit_entries (
                id, action, resource, key_id, person, command_user, address, request_id, before,
                after
            ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id
        )
        insert into audit_waiting (entry_id) select id from entry
        """
    )

    /// For what follows in the transaction. Whoever may log in may take every tenant's role,
    /// whichever it has now.
    static let takeRole = Statement(
        "audit.take_role",
        "select set_config('role', $1, true)"
    )

    static let columns = """
        e.id, e.recorded_at, e.action, e.resource, e.key_id, e.person, e.command_user, e.address,
        e.request_id, e.before::text, e.after::text
        """

    /// Takes the turn: whoever holds the row is the sealer until its commit.
    static let takeTurn = Statement(
        "audit.take_turn",
        "select position, hash, booked_at, events, now() from audit_sealer where id = 1 for update"
    )

    /// Runs after ``takeTurn`` as a statement of its own: its snapshot is younger than the lock.
    static let waiting = Statement(
        "audit.waiting",
        assembledFromConstants: """
            select \(columns) from audit_waiting w join audit_entries e on e.id = w.entry_id
            order by e.recorded_at, e.id limit $1
            """
    )

    static let seal = Statement(
        "audit.seal",
        """
        with gone as (delete from audit_waiting where entry_id = any($2::uuid[]))
        insert into audit_seals (position, entry_id, booked_at, hash)
        select sealed.position, sealed.entry_id,
            timestamptz 'epoch' + sealed.booked * interval '1 microsecond',
            decode(sealed.hash, 'hex')
        from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::text[])
            as sealed (position, entry_id, booked, hash)
        """
    )

    static let insertHead = Statement(
        "audit.head",
        """
        insert into audit_heads (position, hash, booked_at, event_id, key_name, signature)
        values ($1, $2, $3, $4, $5, $6)
        """
    )

    static let giveTurn = Statement(
        "audit.give_turn",
        """
        update audit_sealer set position = $1, hash = $2, booked_at = $3, events = $4 where id = 1
        """
    )

    /// The chain as it is stored, even where it is corrupt.
    static let places = Statement(
        "audit.places",
        assembledFromConstants: """
            select s.position, s.entry_id, s.hash, s.booked_at, \(columns)
            from audit_seals s left join audit_entries e on e.id = s.entry_id
            where s.position > $1 order by s.position limit $2
            """
    )

    static let heads = Statement(
        "audit.heads",
        """
        select position, hash, booked_at, key_name, signature from audit_heads
        where position > $1 order by position limit $2
        """
    )

    static let lastHead = Statement(
        "audit.last_head",
        """
        select position, hash, booked_at, key_name, signature from audit_heads
        order by position desc limit 1
        """
    )

    static let expected = Statement(
        "audit.expected",
        """
        select greatest(
            (select position from audit_sealer where id = 1),
            coalesce((select max(position) from audit_heads), 0),
            coalesce((select max(position) from audit_seals), 0)
        )
        """
    )

    /// Entries without a place: how many wait for one, and how many will never get one.
    static let placeless = Statement(
        "audit.placeless",
        """
        select count(*) filter (where w.entry_id is not null),
            count(*) filter (where w.entry_id is null)
        from audit_entries e left join audit_waiting w on w.entry_id = e.id
        where not exists (select from audit_seals s where s.entry_id = e.id)
        """
    )

    static func insert(_ entry: AuditEntry) -> Query { Query(insert, binds(entry)) }

    /// An entry's columns from `id` to `after`, except `recorded_at`.
    static func binds(_ entry: AuditEntry) -> [PostgresValue] {
        let author = entry.author
        return [
            .id(entry.id),
            .text(entry.action),
            .said(entry.resource),
            .id(orNull: author.actor.key),
            .said(author.actor.person),
            .said(author.commandUser),
            .text(orNull: author.address),
            .said(author.requestID),
            .json(orNull: entry.before),
            .json(orNull: entry.after),
        ]
    }

    /// - Parameter table: `audit_entries`, or the platform's.
    static func list(
        _ filter: AuditFilter,
        after: UUID7?,
        limit: Int,
        from table: StaticString = "audit_entries"
    ) -> Query {
        var conditions = Conditions()
        if let actor = filter.actor {
            if let key = APIKeyID(actor) {
                conditions.require("e.key_id = ?", .id(key))
            } else {
                conditions.require(
                    "(e.person = ? or e.command_user = ?)",
                    .said(actor),
                    .said(actor)
                )
            }
        }
        conditions.require("e.action = ?", filter.action) { .said($0) }
        conditions.require("e.resource = ?", filter.resource) { .said($0) }
        conditions.require("e.recorded_at >= ?", filter.from) { .time($0) }
        conditions.require("e.recorded_at < ?", filter.before) { .time($0) }
        conditions.require("e.id < ?", after) { .id($0) }
        return conditions.statement(
            "audit.list",
            head: "select \(columns) from \(table) e",
            "where @conditions order by e.id desc limit ?",
            .count(limit)
        )
    }

    /// Reads ``columns``.
    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> AuditRecord {
        let id: AuditID = try reader.id()
        let recordedAt = try reader.time()
        let action = try reader.text()
        let resource = try reader.text()
        let author = AuditAuthor(
            actor: try reader.actor(),
            commandUser: try reader.textOrNil(),
            address: try reader.textOrNil(),
            requestID: try reader.textOrNil()
        )
        return AuditRecord(
            id: id,
            recordedAt: recordedAt,
            author: author,
            action: action,
            resource: resource,
            before: try reader.textOrNil(),
            after: try reader.textOrNil()
        )
    }

    /// A place of the trail as it is stored.
    struct Place: ChainPlace {
        let position: Int64
        let id: AuditID
        let hash: [UInt8]
        /// Nil when the row is gone.
        let record: SealedAuditRecord?
    }

    /// A row of ``places``.
    static func readPlace(_ row: Row) throws(PostgresError) -> Place {
        var reader = ColumnReader(row)
        let position = try reader.int64()
        let id: AuditID = try reader.id()
        let hash = try reader.bytes()
        let bookedAt = try reader.time()
        let isGone = try reader.isNull()
        return Place(
            position: position,
            id: id,
            hash: hash,
            record: isGone
                ? nil
                : SealedAuditRecord(
                    position: position,
                    bookedAt: bookedAt,
                    record: try read(&reader)
                )
        )
    }
}
