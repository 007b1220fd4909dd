import PaymentCore
import Synchronization

/// The routes of each tenant, compiled once per version and remembered by the whole process. What
/// is older than the cache's life is asked about, by its version alone, so that a change is
/// effective in every replica within that time and costs what it must only once.
final class RouteCache: Sendable {
    fileprivate struct Compiled: Sendable {
        /// Nil when the tenant has no routes.
        let table: RoutingTable?
        let version: Int64
    }

    fileprivate let current = TenantCache<Compiled>()
    /// The latest of each tenant, however old.
    private let compiled = Mutex<[TenantID: Compiled]>([:])
    // Many tenants may be idle: all are compiled again when this many are remembered.
    private static let capacity = 4_096

    /// Forgets a tenant's routes after a change made here.
    func forget(_ tenant: TenantID) {
        compiled.withLock { $0[tenant] = nil }
        current.forget(tenant)
    }

    fileprivate func latest(of tenant: TenantID) -> Compiled? {
        compiled.withLock { $0[tenant] }
    }

    fileprivate func keep(_ routes: Compiled, of tenant: TenantID) {
        compiled.withLock { compiled in
            if compiled.count >= Self.capacity { compiled.removeAll(keepingCapacity: true) }
            compiled[tenant] = routes
        }
    }
}

/// One loop's way to the routes: the process's cache over the loop's own connections.
struct CachedRoutes: RouteDirectory {
    let cache: RouteCache
    let store: any RouteStore
    let sleep: @Sendable (Duration) async -> Void

    func routes(of tenant: TenantID) async throws(StoreError) -> RoutingTable? {
        try await cache.current.value(of: tenant, at: .now, waiting: sleep) {
            () async throws(StoreError) in
            try await read(of: tenant)
        }?.table
    }

    private func read(of tenant: TenantID) async throws(StoreError) -> RouteCache.Compiled {
        if let known = cache.latest(of: tenant),
            try await store.routesVersion(of: tenant) == known.version
        {
            return known
        }
        let stored = try await store.routes(of: tenant, version: nil)
        let table = stored.flatMap { stored in
            stored.rules.isEmpty ? nil : RoutingTable(version: stored.version, rules: stored.rules)
        }
        let read = RouteCache.Compiled(table: table, version: stored?.version ?? 0)
        cache.keep(read, of: tenant)
        return read
    }
}
