package import PaymentCore
package import Postgres

/// The audit trails of all tenants in Postgres, each under its own role. Belongs to the pool's
/// loop.
package struct PostgresAuditTrail: AuditTrail, HeadSource {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    package func records(
        _ filter: AuditFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<AuditRecord> {
        let query = AuditTable.list(filter, after: after, limit: limit + 1)
        return try await reading(query, tenant) { rows throws(PostgresError) in
            var records: [AuditRecord] = []
            for row in rows {
                var reader = ColumnReader(row)
                records.append(try AuditTable.read(&reader))
            }
            return Page(limit, of: records) { $0.id.uuid }
        }
    }

    package func places(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [AuditPlace] {
        let query = AuditTable.places(.int64(position), .count(limit))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            var places: [AuditPlace] = []
            for row in rows {
                let place = try AuditTable.readPlace(row)
                // What is gone is left out: verifying the rest finds its position missing.
                guard let sealed = place.record else { continue }
                places.append(AuditPlace(sealed: sealed, hash: place.hash))
            }
            return places
        }
    }

    package func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead] {
        let query = AuditTable.heads(.int64(position), .count(limit))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            var heads: [LedgerHead] = []
            for row in rows { heads.append(try BooksTable.readHead(row)) }
            return heads
        }
    }

    package func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead? {
        try await reading(AuditTable.lastHead(), tenant) { rows throws(PostgresError) in
            try rows.first.map(BooksTable.readHead)
        }
    }

    /// One read-only round trip under the tenant's role.
    func reading<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, [query])[0])
        }
    }
}
