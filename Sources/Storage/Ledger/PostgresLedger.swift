package import PaymentCore
package import Postgres
internal import Reactor

/// The books of all tenants in Postgres, each under its own role. Belongs to the pool's loop.
package struct PostgresLedger: LedgerStore {
    private let pool: PostgresPool
    /// How long one read may take.
    private let patience: Duration

    /// - Parameter pool: this loop's connections.
    package init(pool: PostgresPool, patience: Duration = .seconds(60)) {
        self.pool = pool
        self.patience = patience
    }

    package func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer] {
        try await reading(TransferTable.ofIntent(.id(intent)), tenant) {
            (rows) throws(PostgresError) in
            var transfers: [Transfer] = []
            for row in rows {
                var reader = ColumnReader(row)
                transfers.append(try TransferTable.read(&reader))
            }
            return transfers
        }
    }

    func reading<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await reading([query], tenant) { (rows) throws(PostgresError) in try decode(rows[0]) }
    }

    /// One read-only round trip under the tenant's role.
    func reading<Value>(
        _ queries: [Query],
        _ tenant: TenantID,
        _ decode: ([Rows]) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        let deadline = pool.loop.now + patience
        return try await storing { () async throws(PostgresError) in
            try decode(
                await pool.read(role: TenantSchema(tenant).role, queries, deadline: deadline)
            )
        }
    }
}
