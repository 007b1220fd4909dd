package import PaymentCore
package import Postgres

/// What all tenants share, in the control schema. Belongs to the pool's loop.
package struct PostgresControlStore: ControlStore, PostgresAuditedStore {
    let pool: PostgresPool
    let keys: KeyRing
    let secrets: SecretSources
    package var entry: AuditEntry?

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - keys: the process's data keys.
    ///   - secrets: where pointers to credentials lead.
    package init(pool: PostgresPool, keys: KeyRing, secrets: SecretSources) {
        self.pool = pool
        self.keys = keys
        self.secrets = secrets
    }

    /// The least age of a mark that is cleared: the refresh of marks (6 s with its second of slack),
    /// the longest commit that relies on one, and the longest time between reading a backlog and
    /// clearing its mark. Both are this process's waits, so that no setting of them breaks the sum;
    /// all processes of an installation must have the same.
    package var leastQuiet: Duration {
        max(
            .seconds(60),
            WorkMarks.refresh + .seconds(1) + pool.configuration.longestCall * 2
        )
    }

    package func tenants() async throws(StoreError) -> [Tenant] {
        try await reading(TenantTable.all()) { rows throws(PostgresError) in
            var tenants: [Tenant] = []
            for row in rows { tenants.append(try TenantTable.read(row)) }
            return tenants
        }
    }

    package func tenant(_ id: TenantID) async throws(StoreError) -> Tenant? {
        try await finding(TenantTable.byID(.id(id))) { rows throws(PostgresError) in
            try rows.first.map(TenantTable.read)
        }
    }

    package func key(hash: [UInt8]) async throws(StoreError) -> APIKey? {
        try await finding(KeyTable.byHash(.bytes(hash))) { rows throws(PostgresError) in
            try rows.first.map(KeyTable.read)
        }
    }

    package func insert(_ key: APIKey, hash: [UInt8]) async throws(StoreError) {
        _ = try await changing([KeyTable.insert(key, hash: hash)], of: key.tenant)
    }

    package func revoke(
        _ key: APIKeyID,
        of tenant: TenantID?
    ) async throws(StoreError) -> Bool {
        try await changing([KeyTable.revoke(.id(key), .id(orNull: tenant))], of: tenant)[0]
            .affected > 0
    }

    package func keys(of tenant: TenantID?) async throws(StoreError) -> [APIKey] {
        try await reading(KeyTable.ofTenant(.id(orNull: tenant))) { rows throws(PostgresError) in
            var keys: [APIKey] = []
            for row in rows { keys.append(try KeyTable.read(row)) }
            return keys
        }
    }

    package func waitingWork(
        after tenant: TenantID?,
        limit: Int
    ) async throws(StoreError) -> WaitingWork {
        let queries = [
            TenantTable.withWork(.id(orNull: tenant), .count(limit)), TenantTable.nextWork(),
        ]
        return try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: TenantSchema.control, queries)
            return try TenantTable.readWork(
                tenants: rows[0],
                limit: limit,
                next: rows[1].only
            )
        }
    }

    /// Marks every tenant: a process has begun to do work that no mark was left for.
    package func markAllTenants() async throws(StoreError) {
        _ = try await writing([TenantTable.markAll()])
    }

    package func clearWork(
        _ tenant: TenantID,
        nextDue: Timestamp?,
        quietFor: Duration
    ) async throws(StoreError) {
        let quiet = max(quietFor, leastQuiet)
        _ = try await writing([
            TenantTable.clearWork(.id(tenant), .time(orNull: nextDue), .span(quiet))
        ])
    }

    /// What was done to the platform itself, newest first.
    package func platformRecords(
        _ filter: AuditFilter,
        limit: Int
    ) async throws(StoreError) -> [AuditRecord] {
        let query = AuditTable.list(filter, after: nil, limit: limit, from: "platform_audit")
        return try await reading(query) { rows throws(PostgresError) in
            var records: [AuditRecord] = []
            for row in rows {
                var reader = ColumnReader(row)
                records.append(try AuditTable.read(&reader))
            }
            return records
        }
    }

    /// One look-up by an index: under load it shares its round trip with others.
    func finding<Value>(
        _ query: Query,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema.control, shared: query))
        }
    }

    func reading<Value>(
        _ query: Query,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema.control, [query])[0])
        }
    }

    /// Commits a change of a tenant's configuration, or of the platform's, with the entry that
    /// records it.
    func changing(
        _ queries: [Query],
        deciding: Range<Int> = 0..<1,
        of tenant: TenantID?
    ) async throws(StoreError) -> [Rows] {
        try await pool.change(
            queries,
            role: TenantSchema.control,
            deciding: deciding,
            noting: entry,
            in: tenant
        )
    }

    func writing(_ queries: [Query]) async throws(StoreError) -> [Rows] {
        try await storing { () async throws(PostgresError) in
            try await pool.transaction(role: TenantSchema.control, queries)
        }
    }
}
