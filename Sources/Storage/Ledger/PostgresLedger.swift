package import PaymentCore
package import Postgres

/// The books of all tenants in Postgres, each under its own role. Belongs to the pool's loop.
package struct PostgresLedger: LedgerStore {
    let pool: PostgresPool

    /// - Parameter pool: this loop's connections.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    package func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer] {
        try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(
                role: TenantSchema(tenant).role,
                [TransferTable.ofIntent(.id(intent))]
            )
            var transfers: [Transfer] = []
            for row in rows[0] {
                var reader = ColumnReader(row)
                transfers.append(try TransferTable.read(&reader))
            }
            return transfers
        }
    }
}
