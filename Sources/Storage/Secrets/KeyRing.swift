internal import Cryptography
package import PaymentCore
package import Postgres
internal import Synchronization

/// The process's open data keys. Read from the control schema and opened by the key management on
/// first use of a tenant, then kept for a while: no payment waits for a key service, and a key that
/// was taken away from us is not used for ever.
package final class KeyRing: Sendable {
    private struct Held: Sendable {
        let keys: TenantKeys
        /// From when the next caller opens them again.
        var staleAt: ContinuousClock.Instant
        /// Until when they serve although the key service is out of reach.
        let serves: ContinuousClock.Instant
    }

    private let management: any KeyManagement
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let open = Mutex<[TenantID: Held]>([:])
    private let loads = SharedLoads<TenantID, TenantKeys, StoreError>()

    /// Tenants whose keys are held at once; beyond that all are opened again.
    private static let capacity = 20_000
    /// How long nobody asks the key service again: for one refresh at a time, and after a failure.
    private static let pause = Duration.seconds(5)

    /// - Parameter lifetime: how long an opened key is used before it is opened again; while the
    ///   key service is out of reach it serves as long again.
    package init(
        _ management: any KeyManagement,
        lifetime: Duration = .seconds(3_600),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.management = management
        self.lifetime = lifetime
        self.now = now
    }

    static let ofTenant = Statement(
        "tenant_key.of_tenant",
        "select version, wrapped, wrapping_key from tenant_keys where tenant_id = $1"
    )

    static let any = Statement(
        "tenant_key.any",
        "select exists (select from tenant_keys)"
    )

    static let insert = Statement(
        "tenant_key.insert",
        """
        insert into tenant_keys (tenant_id, version, wrapped, wrapping_key)
        select $1, coalesce(max(version), 0) + 1, $2, $3 from tenant_keys where tenant_id = $1
        """
    )

    static let rewrap = Statement(
        "tenant_key.rewrap",
        """
        update tenant_keys set wrapped = $3, wrapping_key = $4
        where tenant_id = $1 and version = $2
        """
    )

    /// The keys of a tenant. Waits for the key service only when none are held, or when this caller
    /// is the one that opens them again.
    func keys(of tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) -> TenantKeys {
        let moment = now()
        guard let held = held(tenant, moment) else {
            return try await loads.value(of: tenant) { () async throws(StoreError) in
                if let held = self.held(tenant, moment) { return held.keys }
                return try await load(tenant, pool)
            }
        }
        if moment < held.staleAt { return held.keys }
        do throws(StoreError) {
            return try await load(tenant, pool)
        } catch {
            // Silence may end. What is refused is refused to the others, too.
            guard error.code == .unavailable else {
                forget(tenant)
                throw error
            }
            return held.keys
        }
    }

    /// What is held and still serves. Whoever finds it stale asks; others go on with it meanwhile.
    private func held(_ tenant: TenantID, _ moment: ContinuousClock.Instant) -> Held? {
        open.withLock { open in
            guard let held = open[tenant], moment < held.serves else { return nil }
            if moment >= held.staleAt { open[tenant]?.staleAt = moment + Self.pause }
            return held
        }
    }

    /// The keys of a tenant including a version that another process may have added.
    func keys(
        of tenant: TenantID,
        including version: Int,
        _ pool: PostgresPool
    ) async throws(StoreError) -> TenantKeys {
        let keys = try await keys(of: tenant, pool)
        guard keys.currentVersion < version else { return keys }
        return try await load(tenant, pool)
    }

    /// Whether the installation has data keys, which only what wrapped them can open.
    package static func exist(in pool: PostgresPool) async throws(StoreError) -> Bool {
        try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: TenantSchema.control, [Self.any()])
            return try rows[0].only.bool(0)
        }
    }

    /// Opens a tenant's newest data key again, even when it is held open.
    ///
    /// - Throws: `fault` for a tenant without keys and a key that does not open, `unavailable` when
    ///   the keys or their service are out of reach.
    package func check(_ tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) {
        guard let newest = try await stored(of: tenant, pool).max(by: { $0.version < $1.version })
        else { throw StoreError(.fault, "the tenant has no data key") }
        do throws(KeyManagementError) {
            _ = try await management.unwrap(newest.key, of: tenant)
        } catch {
            throw StoreError(error)
        }
    }

    /// A new data key for a tenant, wrapped and ready to be stored.
    func makeKey(
        for tenant: TenantID,
        _ pool: PostgresPool
    ) async throws(StoreError) -> Query {
        let isFirst = try await !Self.exist(in: pool)
        do {
            if isFirst { try await management.begin() }
            let wrapped = try await management.wrap(
                Secret(SecureRandom.bytes(32)),
                of: tenant
            )
            return Self.insert(
                .id(tenant),
                .bytes(wrapped.ciphertext),
                .text(wrapped.wrappingKey)
            )
        } catch {
            throw StoreError(error)
        }
    }

    /// Rewraps every data key of a tenant that is not under the current wrapping key, so that
    /// the older one can be taken away.
    func rewrap(_ tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) -> [Query] {
        var queries: [Query] = []
        for (version, stored) in try await stored(of: tenant, pool) {
            do throws(KeyManagementError) {
                let wrapped = try await management.wrap(
                    management.unwrap(stored, of: tenant),
                    of: tenant
                )
                guard wrapped.wrappingKey != stored.wrappingKey else { continue }
                queries.append(
                    Self.rewrap(
                        .id(tenant),
                        .count(version),
                        .bytes(wrapped.ciphertext),
                        .text(wrapped.wrappingKey)
                    )
                )
            } catch {
                throw StoreError(error)
            }
        }
        return queries
    }

    func forget(_ tenant: TenantID) {
        open.withLock { $0[tenant] = nil }
    }

    private func load(
        _ tenant: TenantID,
        _ pool: PostgresPool
    ) async throws(StoreError) -> TenantKeys {
        var versions: [Int: Secret] = [:]
        for (version, wrapped) in try await stored(of: tenant, pool) {
            do throws(KeyManagementError) {
                versions[version] = try await management.unwrap(wrapped, of: tenant)
            } catch {
                throw StoreError(error)
            }
        }
        guard let keys = TenantKeys(versions) else {
            throw StoreError(.fault, "the tenant has no data key")
        }
        let moment = now()
        let held = Held(
            keys: keys,
            staleAt: moment + lifetime,
            serves: moment + lifetime * 2
        )
        open.withLock { open in
            if open.count >= Self.capacity { open.removeAll() }
            open[tenant] = held
        }
        return keys
    }

    private func stored(
        of tenant: TenantID,
        _ pool: PostgresPool
    ) async throws(StoreError) -> [(version: Int, key: WrappedKey)] {
        try await storing { () async throws(PostgresError) in
            var stored: [(version: Int, key: WrappedKey)] = []
            let rows = try await pool.read(
                role: TenantSchema.control,
                [Self.ofTenant(.id(tenant))]
            )
            for row in rows[0] {
                var reader = ColumnReader(row)
                stored.append(
                    (
                        try reader.int(),
                        WrappedKey(
                            ciphertext: try reader.bytes(),
                            wrappingKey: try reader.text()
                        )
                    )
                )
            }
            return stored
        }
    }
}

extension StoreError {
    fileprivate init(_ error: KeyManagementError) {
        self.init(error.code == .unavailable ? .unavailable : .fault, error.message)
    }
}
