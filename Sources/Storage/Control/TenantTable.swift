internal import PaymentCore
internal import Postgres

/// The tenants of a deployment and which of them have work waiting.
enum TenantTable {
    static let insert = Statement(
        "tenant.insert",
        "insert into tenants (id, name, state, schema_version) values ($1, $2, 'active', 0)"
    )

    static let all = Statement(
        "tenant.all",
        "select id, name, state, schema_version > 0 from tenants order by id"
    )

    static let byID = Statement(
        "tenant.by_id",
        "select id, name, state, schema_version > 0 from tenants where id = $1"
    )

    static let setState = Statement(
        "tenant.set_state",
        """
        update tenants set state = $2, updated_at = now(), marked_at = now() where id = $1
        """
    )

    /// A migration of what exists may leave work, such as an event, so it is a mark too.
    static let setVersion = Statement(
        "tenant.set_version",
        """
        update tenants set
            schema_version = $2, served_from = $3, updated_at = now(),
            marked_at = case when schema_version > 0 then now() else marked_at end
        where id = $1 and schema_version <> $2
        """
    )

    /// A page of them. One query, whatever the number of idle tenants.
    static let withWork = Statement(
        "tenant.with_work",
        """
        select id from tenants
        where (marked_at is not null or next_due_at <= now()) and state <> 'dropped'
        and id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
        order by id limit $2
        """
    )

    /// When the next notification is due, and the next tenant that ``withWork`` does not list.
    static let nextWork = Statement(
        "tenant.next_work",
        """
        select now(), (select min(due_at) from webhooks where state = 'received'),
            (
                select min(next_due_at) from tenants
                where marked_at is null and next_due_at > now() and state <> 'dropped'
            )
        """
    )

    static let markAll = Statement(
        "tenant.mark_all",
        "update tenants set marked_at = now() where marked_at is null and state <> 'dropped'"
    )

    /// Leaves alone a row that says so already: a tenant whose work cannot be taken yet is found
    /// again and again.
    static let clearWork = Statement(
        "tenant.clear_work",
        """
        update tenants set marked_at = null, next_due_at = $2
        where id = $1
        and case
            when marked_at is null then next_due_at is distinct from $2
            else marked_at < now() - $3::bigint * interval '1 microsecond'
        end
        """
    )

    /// - Parameters:
    ///   - tenants: from ``withWork``.
    ///   - limit: how many were asked for.
    ///   - next: from ``nextWork``.
    static func readWork(
        tenants: Rows,
        limit: Int,
        next: Row
    ) throws(PostgresError) -> WaitingWork {
        var found: [TenantID] = []
        for row in tenants {
            var reader = ColumnReader(row)
            found.append(try reader.id())
        }
        var reader = ColumnReader(next)
        let now = try reader.time()
        let webhook = try reader.timeOrNil()
        let tenant = try reader.timeOrNil()
        let later = [webhook, tenant].compactMap(\.self).filter { $0 > now }.min()
        return WaitingWork(
            tenants: found,
            lastOfPage: found.count < limit ? nil : found.last,
            hasWebhooks: webhook.map { $0 <= now } ?? false,
            next: later.map { $0 - now }
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> Tenant {
        var reader = ColumnReader(row)
        return Tenant(
            id: try reader.id(),
            name: try reader.text(),
            state: try reader.word(),
            hasSchema: try reader.bool()
        )
    }
}
