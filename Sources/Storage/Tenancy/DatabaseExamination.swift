package import PaymentCore
package import Postgres

/// What an operator's check wants to know of the database.
package struct DatabaseExamination: Sendable {
    /// `server_version_num`, for example 150018.
    package let serverVersion: Int
    /// The database's clock.
    package let clock: Timestamp
    /// The control schema is missing or older than this program's.
    package let controlIsBehind: Bool
    /// Tenants whose schema is older than this program's.
    package let tenantsBehind: [TenantID]

    private static let version = Statement("examine.version", "show server_version_num")
    private static let time = Statement(
        "examine.time",
        "select now(), exists (select from pg_namespace where nspname = $1)"
    )
    private static let clock = Statement("examine.clock", "select now()")
    private static let controlVersion = Statement(
        "examine.control_version",
        "select coalesce(max(version), 0) from schema_migrations"
    )
    private static let behind = Statement(
        "examine.behind",
        "select id from tenants where state <> 'dropped' and schema_version < $1 order by id"
    )

    /// The database's clock alone.
    package static func clock(of pool: PostgresPool) async throws(StoreError) -> Timestamp {
        try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: nil, [Self.clock()])
            var reader = ColumnReader(try rows[0].only)
            return try reader.time()
        }
    }

    /// Reads everything; throws when the database cannot be reached.
    package static func read(from pool: PostgresPool) async throws(StoreError) -> Self {
        let rows = try await storing { () async throws(PostgresError) in
            try await pool.read(
                role: nil,
                [Self.version(), Self.time(.text(TenantSchema.control))]
            )
        }
        let (version, clock, hasControl) = try decoding {
            () throws(PostgresError) -> (Int, Timestamp, Bool) in
            var reader = ColumnReader(try rows[1].only)
            let version = Int(try rows[0].only.text(0)) ?? 0
            return (version, try reader.time(), try reader.bool())
        }
        // An older schema may lack what the next question names.
        guard hasControl, try await controlVersion(pool) >= SchemaVersion.control else {
            return Self(
                serverVersion: version,
                clock: clock,
                controlIsBehind: true,
                tenantsBehind: []
            )
        }
        let behind = try await storing { () async throws(PostgresError) -> [TenantID] in
            let rows = try await pool.read(
                role: TenantSchema.control,
                [Self.behind(.count(SchemaVersion.tenant))]
            )
            var ids: [TenantID] = []
            for row in rows[0] {
                var reader = ColumnReader(row)
                ids.append(try reader.id())
            }
            return ids
        }
        return Self(
            serverVersion: version,
            clock: clock,
            controlIsBehind: false,
            tenantsBehind: behind
        )
    }

    /// The last migration that the control schema has; zero when it does not say.
    private static func controlVersion(
        _ pool: PostgresPool
    ) async throws(StoreError) -> Int {
        do throws(PostgresError) {
            let rows = try await pool.read(role: TenantSchema.control, [Self.controlVersion()])
            return try rows[0].only.int(0)
        } catch {
            // Before the ninth migration the serving logins had no right to read it.
            guard error.sqlState != .insufficientPrivilege, error.sqlState != .undefinedTable else {
                return 0
            }
            throw StoreError(error)
        }
    }
}
