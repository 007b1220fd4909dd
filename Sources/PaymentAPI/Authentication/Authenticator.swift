internal import PaymentCore

/// Who calls, for which tenant.
struct Authenticated: Sendable {
    let key: APIKey
    let tenant: Tenant
    /// From `Gateway-Actor`: the person in front of the caller's screen.
    let person: String?

    var actor: Actor { Actor(key: key.id, person: person) }

    /// The platform's own keys may do what would let one tenant read the host's secrets.
    var isPlatform: Bool { key.tenant == nil }

    /// Throws unless the key carries the permission.
    func require(_ permission: Permission) throws(Problem) {
        guard key.permissions.contains(permission) else {
            throw Problem(.permissionDenied, ["permission": permission.rawValue])
        }
    }
}

/// What all loops remember of keys and tenants for a few seconds. A revoked key works that long.
package final class AuthenticationCache: Sendable {
    let keys: ExpiringCache<[UInt8], APIKey>
    /// Hashes that no key has: a guesser fills this and not the keys' cache.
    let strangers: ExpiringCache<[UInt8], Bool>
    let tenants: ExpiringCache<TenantID, Tenant>

    /// - Parameters:
    ///   - lifetime: how old an entry may be.
    ///   - capacity: entries of each kind.
    package init(lifetime: Duration = .seconds(5), capacity: Int = 16_384) {
        keys = ExpiringCache(lifetime: lifetime, capacity: capacity)
        strangers = ExpiringCache(lifetime: lifetime, capacity: capacity)
        tenants = ExpiringCache(lifetime: lifetime, capacity: capacity)
    }

    /// After a change in this process nothing old is believed.
    package func forget() {
        keys.forgetAll()
        strangers.forgetAll()
        tenants.forgetAll()
    }
}

/// Finds out who calls from the headers of a request.
struct Authenticator: Sendable {
    let store: any ControlStore
    let cache: AuthenticationCache
    /// Suspends on the loop.
    let sleep: @Sendable (Duration) async -> Void

    /// The key of an `Authorization` value.
    func key(
        authorization: String?,
        at now: ContinuousClock.Instant,
        _ wallClock: Timestamp
    ) async throws -> APIKey {
        guard let secret = Self.secret(in: authorization) else { throw Problem(.unauthenticated) }
        let hash = secret.hash
        let key = try await cache.keys.value(of: hash, at: now, waiting: sleep) {
            if cache.strangers.value(of: hash, at: now) != nil { return nil }
            guard let key = try await store.key(hash: hash) else {
                cache.strangers.keep(true, for: hash, at: now)
                return nil
            }
            return key
        }
        guard let key else { throw Problem(.unauthenticated) }
        return try usable(key, wallClock)
    }

    /// The tenant that a key acts for. A tenant's key can name no other; to it all others are
    /// unknown, whether they exist or not.
    func tenant(
        of key: APIKey,
        named header: String?,
        admittingDropped: Bool = false,
        at now: ContinuousClock.Instant
    ) async throws -> Tenant {
        let named = header.map { TenantID($0) }
        let id: TenantID
        switch (key.tenant, named) {
        case (let own?, nil): id = own
        case (let own?, let other??) where own == other: id = own
        case (nil, let other??): id = other
        case (nil, nil): throw Problem(.tenantRequired)
        case (_?, _?), (nil, .some(nil)): throw Problem(.tenantNotFound)
        }
        let tenant = try await cache.tenants.value(of: id, at: now, waiting: sleep) {
            try await store.tenant(id)
        }
        guard let tenant else { throw Problem(.tenantNotFound) }
        return try present(tenant, admittingDropped: admittingDropped)
    }

    private func usable(_ key: APIKey, _ now: Timestamp) throws(Problem) -> APIKey {
        guard !key.isRevoked, key.expiresAt.map({ $0 > now }) ?? true else {
            throw Problem(.unauthenticated)
        }
        return key
    }

    private func present(
        _ tenant: Tenant,
        admittingDropped: Bool
    ) throws(Problem) -> Tenant {
        switch tenant.state {
        case .active, .suspended: return tenant
        case .dropped where admittingDropped: return tenant
        case .dropped: throw Problem(.tenantNotFound)
        }
    }

    /// The token of `Bearer <token>` (RFC 6750 section 2.1); the scheme's case does not matter.
    private static func secret(in field: String?) -> APIKeySecret? {
        guard let field else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return APIKeySecret(parts[1])
    }
}
