package import PaymentCore
package import Postgres

/// Other services' events that are for no tenant, in the control schema. Belongs to the pool's
/// loop.
package struct PostgresStrayEvents: StrayEvents {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    package func keep(_ stray: StrayEvent) async throws(StoreError) {
        try await write(
            StrayTable.insert(
                .id(stray.id),
                .said(stray.origin),
                .text(stray.reason),
                .said(stray.body)
            )
        )
    }

    package func strays(
        after: InboundEventID?,
        limit: Int
    ) async throws(StoreError) -> [StrayEvent] {
        try await read(StrayTable.page(.id(orNull: after), .count(limit)))
    }

    package func stray(_ id: InboundEventID) async throws(StoreError) -> StrayEvent? {
        try await read(StrayTable.byID(.id(id))).first
    }

    package func remove(_ id: InboundEventID) async throws(StoreError) {
        try await write(StrayTable.delete(.id(id)))
    }

    private func write(_ query: Query) async throws(StoreError) {
        try await storing { () async throws(PostgresError) in
            _ = try await pool.transaction(role: TenantSchema.control, [query])
        }
    }

    private func read(_ query: Query) async throws(StoreError) -> [StrayEvent] {
        try await storing { () async throws(PostgresError) in
            var strays: [StrayEvent] = []
            for row in try await pool.read(role: TenantSchema.control, [query])[0] {
                strays.append(try StrayTable.read(row))
            }
            return strays
        }
    }
}

enum StrayTable {
    static let insert = Statement(
        "stray.insert",
        """
        insert into stray_events (id, origin, reason, body) values ($1, $2, $3, $4)
        on conflict (origin) do nothing
        """
    )

    static let page = Statement(
        "stray.page",
        """
        select id, origin, reason, body, received_at from stray_events
        where $1::uuid is null or id < $1 order by id desc limit $2
        """
    )

    static let byID = Statement(
        "stray.by_id",
        "select id, origin, reason, body, received_at from stray_events where id = $1"
    )

    static let delete = Statement("stray.delete", "delete from stray_events where id = $1")

    static func read(_ row: Row) throws(PostgresError) -> StrayEvent {
        var reader = ColumnReader(row)
        return StrayEvent(
            id: try reader.id(),
            origin: try reader.text(),
            reason: try reader.text(),
            body: try reader.text(),
            receivedAt: try reader.time()
        )
    }
}
