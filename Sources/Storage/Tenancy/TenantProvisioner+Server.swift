internal import PaymentCore
internal import Postgres

extension TenantProvisioner {
    /// The server we are on, and what is settled there.
    struct Server {
        let database: String
        let login: String
        let version: Int
        /// It was built with LZ4, and nobody chose how long values are compressed.
        let offersLZ4: Bool
        /// Somebody, or we before, chose for this database or login how long a transaction may
        /// idle.
        let limitsIdleTransactions: Bool

        func logins(_ serving: [String]) -> SchemaOwnership.Logins {
            SchemaOwnership.Logins(
                provisioner: login,
                serving: serving.isEmpty ? [login] : serving,
                hasGrantOptions: version >= 160_000
            )
        }
    }

    private static let whereWeAre = Statement(
        "server.where",
        "select quote_ident(current_database()), session_user::text"
    )
    private static let serverVersion = Statement("server.version", "show server_version_num")
    private static let offersLZ4 = Statement(
        "server.compression",
        """
        select exists (
            select from pg_settings where name = 'default_toast_compression'
            and source = 'default' and 'lz4' = any(enumvals)
        )
        """
    )
    private static let limitsIdleTransactions = Statement(
        "server.idle_in_transaction",
        """
        select source in ('database', 'user', 'database user', 'client') from pg_settings
        where name = 'idle_in_transaction_session_timeout'
        """
    )
    private static let schemaExists = Statement(
        "schema.exists",
        "select exists (select from pg_namespace where nspname = $1)"
    )

    private static let roleExists = Statement(
        "role.exists",
        "select exists (select from pg_roles where rolname = $1)"
    )

    func server() async throws(PostgresError) -> Server {
        let rows = try await pool.read(
            role: nil,
            [
                Self.whereWeAre(), Self.serverVersion(), Self.offersLZ4(),
                Self.limitsIdleTransactions(),
            ]
        )
        var place = ColumnReader(try rows[0].only)
        return Server(
            database: try place.text(),
            login: try place.text(),
            version: Int(try rows[1].only.text(0)) ?? 0,
            offersLZ4: try rows[2].only.bool(0),
            limitsIdleTransactions: try rows[3].only.bool(0)
        )
    }

    /// Makes schema and roles unless they are there. Of two who do it at once one waits for the
    /// other and then finds them.
    func make(
        _ ownership: SchemaOwnership,
        _ logins: SchemaOwnership.Logins
    ) async throws(PostgresError) {
        guard try await !exists(ownership) else { return }
        do throws(PostgresError) {
            try await pool.transaction(role: nil, ownership.make(logins))
        } catch {
            guard error.sqlState == .duplicateObject || error.sqlState == .uniqueViolation else {
                throw error
            }
            guard try await !exists(ownership) else { return }
            // Roles belong to the server, schemas to a database: somebody else's would let their
            // login into our tables.
            throw PostgresError(
                .migration,
                """
                the role \(ownership.schema) exists on this server without its schema in this \
                database: one server takes one installation of the gateway
                """,
                cause: error
            )
        }
    }

    func exists(_ ownership: SchemaOwnership) async throws(PostgresError) -> Bool {
        let rows = try await pool.read(role: nil, [Self.schemaExists(.text(ownership.schema))])
        return try rows[0].only.bool(0)
    }

    /// Whether the schema's owner is there, so that what it owns may be, too.
    func hasOwner(_ ownership: SchemaOwnership) async throws(PostgresError) -> Bool {
        let rows = try await pool.read(role: nil, [Self.roleExists(.text(ownership.owner))])
        return try rows[0].only.bool(0)
    }
}
