internal import JSON
package import PaymentCore
package import Postgres
internal import Reactor

/// Makes, migrates, suspends and removes tenants. Works with a login that may create roles and
/// owns the database; needs no superuser.
///
/// Every step can be repeated: a run that was cut short is finished by the next one.
/// Belongs to the loop of its pool.
package struct TenantProvisioner {
    /// What became of one tenant's migration.
    package struct Outcome: Sendable {
        package let tenant: TenantID
        package let result: Result<Int, StoreError>
    }

    let pool: PostgresPool
    private let keys: KeyRing
    private let servingLogins: [String]
    private let control: Migrator
    private let tenant: Migrator
    /// The version of a tenant's schema that has all our migrations.
    private let newest: Int
    private let note: Note?

    /// Says who does something to a resource, with how it was and is.
    package typealias Note =
        @Sendable (_ resource: String, _ before: String?, _ after: String?) -> AuditEntry

    /// - Parameters:
    ///   - pool: connections of the provisioning login.
    ///   - keys: makes each tenant's first data key.
    ///   - servingLogins: the logins that requests come from; empty when it is the provisioner's.
    ///   - migrations: the folder with `control/` and `tenant/`. Read at once.
    ///   - note: makes the entries of the platform's trail; without it there are none.
    package init(
        pool: PostgresPool,
        keys: KeyRing,
        servingLogins: [String] = [],
        migrations: String,
        note: Note? = nil
    ) throws(StoreError) {
        self.pool = pool
        self.note = note
        self.keys = keys
        self.servingLogins = servingLogins
        (control, tenant, newest) = try decoding { () throws(PostgresError) in
            let shared = try MigrationCatalog(folder: "\(migrations)/control")
            let own = try MigrationCatalog(folder: "\(migrations)/tenant")
            return (
                Migrator(pool: pool, catalog: shared), Migrator(pool: pool, catalog: own),
                own.version
            )
        }
    }

    /// Makes the database ready: nobody but us may make temporary tables, which would shadow real
    /// ones, long values are compressed the cheapest way that the server has unless somebody chose
    /// another, a transaction that its client has left does not hold its locks for hours, and the
    /// control schema is there and current.
    package func prepareDatabase() async throws(StoreError) {
        try await storing { () async throws(PostgresError) in
            let server = try await server()
            // Two changing one database's rights at once run into "tuple concurrently updated".
            var statements = [
                "select pg_advisory_xact_lock(hashtext('gateway database.prepare'))",
                "revoke all on database \(server.database) from public",
                "revoke temporary on database \(server.database) from session_user",
                "grant connect on database \(server.database) to public",
                "alter database \(server.database) set search_path to \"$user\"",
            ]
            if server.offersLZ4 {
                statements.append(
                    "alter database \(server.database) set default_toast_compression to lz4"
                )
            }
            if !server.limitsIdleTransactions {
                // A host that died never closes its connection: the kernel would notice after two
                // hours, and until then its rows' locks would be held. Only idle time counts, and
                // between two round trips of a transaction we are not idle.
                statements.append(
                    """
                    alter database \(server.database) \
                    set idle_in_transaction_session_timeout to '60s'
                    """
                )
            }
            try await make(SchemaOwnership.control, server.logins(servingLogins))
            try await pool.transaction(
                role: nil,
                statements.map { Query(Statement("database.prepare", sentOnce: $0)) }
            )
            let report = try await control.migrate(
                Migrator.Target(
                    schema: TenantSchema.control,
                    role: TenantSchema.controlOwner,
                    variables: ["control": TenantSchema.control]
                )
            )
            // The table that says so may have come with it, so this is a commit of its own.
            try await pool.transaction(
                role: TenantSchema.control,
                noting(migration: report, of: TenantSchema.control)
            )
        }
    }

    /// A new tenant, ready to serve. Repeating it with the same identifier finishes what is missing.
    package func create(_ id: TenantID, name: String) async throws(StoreError) {
        let key = try await keys.makeKey(for: id, pool)
        try await storing { () async throws(PostgresError) in
            let known = try await pool.read(
                role: TenantSchema.control,
                [TenantTable.byID(.id(id))]
            )
            if known[0].isEmpty {
                try await pool.transaction(
                    role: TenantSchema.control,
                    [TenantTable.insert(.id(id), .text(name)), key]
                        + noting(id.description, nil, ["name": .string(name)])
                )
            }
        }
        _ = try await migrate(id)
    }

    /// Brings one tenant to the newest version and records it; returns the version. Finishes also
    /// one whose making was cut short.
    ///
    /// - Throws: `missingReference` for one that was erased.
    package func migrate(_ id: TenantID) async throws(StoreError) -> Int {
        try await refuseErased(id)
        return try await storing { () async throws(PostgresError) in
            let known = try await pool.read(
                role: TenantSchema.control,
                [TenantTable.byID(.id(id))]
            )
            // One that was finished and is gone is not made again: it held the tenant's data.
            if try known[0].first.map(TenantTable.read)?.hasSchema == false {
                let logins = try await server().logins(servingLogins)
                try await make(SchemaOwnership(TenantSchema(id)), logins)
            }
            let report = try await tenant.migrate(Self.target(id))
            // Only a newer schema's own program knows which programs may serve it.
            guard report.to <= newest else { return report.to }
            let version = TenantTable.setVersion(
                .id(id),
                .count(report.to),
                .count(SchemaVersion.servedFrom)
            )
            try await pool.transaction(
                role: TenantSchema.control,
                [version] + noting(migration: report, of: id.description)
            )
            return report.to
        }
    }

    /// Makes new tenants, several at a time; one's failure stops no other.
    package func createAll<Failure>(
        _ tenants: [(id: TenantID, name: String)],
        concurrency: Int,
        ended: (Outcome) async throws(Failure) -> Void
    ) async throws(Failure) {
        let names = Dictionary(tenants.map { ($0.id, $0.name) }) { first, _ in first }
        try await forAll(tenants.map(\.id), concurrency: concurrency, ended) {
            id throws(StoreError) in
            try await create(id, name: names[id] ?? id.description)
            return newest
        }
    }

    /// Brings all tenants that are not dropped to the newest version, several at a time; one's
    /// failure stops no other.
    package func migrateAll(
        concurrency: Int,
        ended: (Outcome) async -> Void
    ) async throws(StoreError) {
        let ids = try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: TenantSchema.control, [TenantTable.all()])
            var ids: [TenantID] = []
            for row in rows[0] {
                let tenant = try TenantTable.read(row)
                if tenant.state != .dropped { ids.append(tenant.id) }
            }
            return ids
        }
        await forAll(ids, concurrency: concurrency, ended) { id throws(StoreError) in
            try await migrate(id)
        }
    }

    /// Does the same for many tenants, `concurrency` of them at a time. When `ended` throws, those
    /// that have begun end, and no more begin.
    ///
    /// - Parameter work: returns the version that the tenant then has.
    private func forAll<Failure>(
        _ ids: [TenantID],
        concurrency: Int,
        _ ended: (Outcome) async throws(Failure) -> Void,
        _ work: @escaping @Sendable (TenantID) async throws(StoreError) -> Int
    ) async throws(Failure) {
        var failure: Failure?
        await withTaskGroup(of: Outcome.self) { group in
            var waiting = ids[...]
            func startNext() {
                guard let id = waiting.popFirst() else { return }
                group.addTask(executorPreference: pool.loop) {
                    do throws(StoreError) {
                        return Outcome(tenant: id, result: .success(try await work(id)))
                    } catch {
                        return Outcome(tenant: id, result: .failure(error))
                    }
                }
            }
            for _ in 0..<max(1, concurrency) { startNext() }
            while let outcome = await group.next() {
                startNext()
                do throws(Failure) {
                    try await ended(outcome)
                } catch {
                    failure = failure ?? error
                    waiting = []
                }
            }
        }
        if let failure { throw failure }
    }

    /// Suspends, resumes or drops a tenant: what it may do changes, its data stays. The jobs of a
    /// dropped one are dead letters until it is served again. Nothing is done for one that is not
    /// there, and nothing is noted. Throws `missingReference` for one that is erased, unless it is
    /// to be dropped, as it is.
    package func set(_ state: Tenant.State, of id: TenantID) async throws(StoreError) {
        if state != .dropped { try await refuseErased(id) }
        if state == .active { try await end(JobTable.revive, of: id) }
        try await storing { () async throws(PostgresError) in
            let known = try await pool.read(
                role: TenantSchema.control,
                [TenantTable.byID(.id(id))]
            )
            guard let before = try known[0].first.map(TenantTable.read)?.state else { return }
            _ = try await pool.transaction(
                role: TenantSchema.control,
                [TenantTable.setState(.id(id), .word(state))]
                    + noting(
                        id.description,
                        ["state": .string(before.rawValue)],
                        ["state": .string(state.rawValue)]
                    )
            )
        }
        guard state == .dropped else { return }
        let ownership = SchemaOwnership(TenantSchema(id))
        // An erasure that was cut short may have left no jobs to end.
        if try await storing({ () async throws(PostgresError) in try await exists(ownership) }) {
            try await end(JobTable.bury, of: id)
        }
        // What is open for it was for serving it.
        keys.forget(id)
    }

    /// Runs one of the statements about all of a tenant's jobs; one that was never finished has no
    /// jobs.
    private func end(_ statement: Statement, of id: TenantID) async throws(StoreError) {
        try await storing { () async throws(PostgresError) in
            let known = try await pool.read(
                role: TenantSchema.control,
                [WorkMarks.schemaVersion(.id(id))]
            )
            guard let version = try known[0].first?.int(0), version >= SchemaVersion.oldestTenant
            else { return }
            let reason = "its tenant is not served"
            try await pool.transaction(role: TenantSchema(id).role, [statement(.text(reason))])
        }
    }

    /// Removes what a dropped tenant has for good: its schema and roles, its data keys, without which
    /// no sealed value of it can be read (not even in a backup), what its vendors sent, its
    /// accounts' credentials; and revokes its API keys. Who did what to it stays in the platform's
    /// trail, and of its accounts and keys the names.
    ///
    /// Can be repeated, also when it was done, and goes on where it was cut short.
    package func erase(_ id: TenantID) async throws(StoreError) {
        let rows = try await storing { () async throws(PostgresError) in
            try await pool.read(role: TenantSchema.control, [TenantTable.byID(.id(id))])
        }
        let known = try decoding { () throws(PostgresError) in
            try rows[0].first.map(TenantTable.read)
        }
        guard let known, known.state == .dropped else {
            throw StoreError(.stale, "only a dropped tenant is erased")
        }
        try await storing { () async throws(PostgresError) in
            // Said once, with what begins it.
            let note =
                try await isErased(id)
                ? [] : noting(id.description, ["name": .string(known.name)], nil)
            // The serving logins may not take away keys, nor say that a tenant is erased.
            try await pool.transaction(
                role: TenantSchema.controlOwner,
                underControl(note + TenantErasure.control.map { $0(.id(id)) })
            )
            while try await pool.transaction(
                role: TenantSchema.control,
                [TenantErasure.webhooks(.id(id), .count(TenantErasure.batch))]
            )[0].affected > 0 {}
            let ownership = SchemaOwnership(TenantSchema(id))
            let queries = ownership.erase()
            // The owner goes last: while it is there, its schema may be.
            if try await hasOwner(ownership) {
                try await pool.transaction(role: ownership.owner, Array(queries.prefix(1)))
                try await pool.transaction(role: nil, Array(queries.dropFirst()))
            }
        }
        keys.forget(id)
    }

    private func refuseErased(_ id: TenantID) async throws(StoreError) {
        if try await storing({ () async throws(PostgresError) in try await isErased(id) }) {
            throw StoreError(.missingReference, "the tenant was erased")
        }
    }

    /// Whether an erasure of the tenant has begun, after which nothing brings it back.
    private func isErased(_ id: TenantID) async throws(PostgresError) -> Bool {
        let rows = try await pool.read(
            role: TenantSchema.control,
            [TenantErasure.isErased(.id(id))]
        )
        return try rows[0].first?.bool(0) ?? false
    }

    /// Gives a tenant a new data key, which seals from now on, and brings the older ones, which
    /// still open what they sealed, under the current wrapping key.
    package func rotateKeys(of id: TenantID) async throws(StoreError) {
        let rewrapping = try await keys.rewrap(id, pool)
        let fresh = try await keys.makeKey(for: id, pool)
        try await storing { () async throws(PostgresError) in
            // The serving logins may add keys but change none.
            try await pool.transaction(role: TenantSchema.controlOwner, underControl(rewrapping))
            _ = try await pool.transaction(
                role: TenantSchema.control,
                [fresh] + noting(id.description, nil, ["data_key": "rotated"])
            )
        }
        keys.forget(id)
    }

    private func noting(_ resource: String, _ before: JSONValue?, _ after: JSONValue?) -> [Query] {
        note.map { [PlatformAuditTable.insert($0(resource, before?.text, after?.text))] } ?? []
    }

    /// Nothing for one that found nothing to do.
    private func noting(migration report: Migrator.Report, of schema: String) -> [Query] {
        guard report.from != report.to else { return [] }
        return noting(
            schema,
            ["schema_version": .integer(Int64(report.from))],
            ["schema_version": .integer(Int64(report.to))]
        )
    }

    private func underControl(_ queries: [Query]) -> [Query] {
        let path = "set local search_path to \(TenantSchema.control)"
        return [Query(Statement("control.path", sentOnce: path))] + queries
    }

    private static func target(_ id: TenantID) -> Migrator.Target {
        let schema = TenantSchema(id)
        return Migrator.Target(
            schema: schema.role,
            role: schema.owner,
            variables: ["tenant": schema.role]
        )
    }
}
