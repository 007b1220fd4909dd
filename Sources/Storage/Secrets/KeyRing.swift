internal import Cryptography
internal import PaymentCore
internal import Postgres
internal import Synchronization

/// The process's open data keys. Read from the control schema and opened by the key management on
/// first use of a tenant, then kept.
package final class KeyRing: Sendable {
    private let management: any KeyManagement
    private let open = Mutex<[TenantID: TenantKeys]>([:])

    package init(_ management: any KeyManagement) {
        self.management = management
    }

    static let ofTenant = Statement(
        "tenant_key.of_tenant",
        "select version, wrapped, wrapping_key from tenant_keys where tenant_id = $1"
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

    /// The keys of a tenant.
    func keys(of tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) -> TenantKeys {
        if let keys = open.withLock({ $0[tenant] }) { return keys }
        return try await load(tenant, pool)
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

    /// A new data key for a tenant, wrapped and ready to be stored.
    func makeKey(for tenant: TenantID) async throws(StoreError) -> Query {
        do {
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

    /// Wraps every data key of a tenant anew that is not under the current wrapping key, so that
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
        open.withLock { $0[tenant] = keys }
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
