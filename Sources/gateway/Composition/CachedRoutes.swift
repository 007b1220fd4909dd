import PaymentCore
import Synchronization

/// The routes of each tenant, compiled once a version and remembered by the whole process. What is
/// older than the cache's life is asked about, by its version alone, so that a change is effective
/// in every replica within that time and costs what it must only once.
final class RouteCache: Sendable {
    private struct Entry: Sendable {
        /// Nil when the tenant has no routes.
        let table: RoutingTable?
        let version: Int64
        let readAt: ContinuousClock.Instant
    }

    private let life: Duration
    private let entries = Mutex<[TenantID: Entry]>([:])
    // Many tenants may be idle: what is old is dropped when this many are remembered.
    private let capacity = 4_096

    init(life: Duration = .seconds(2)) {
        self.life = life
    }

    /// Forgets a tenant's routes after a change made here.
    func forget(_ tenant: TenantID) {
        entries.withLock { $0[tenant] = nil }
    }

    fileprivate enum Known: Sendable {
        case fresh(RoutingTable?)
        case old(RoutingTable?, version: Int64)
        case nothing
    }

    fileprivate func known(of tenant: TenantID) -> Known {
        let now = ContinuousClock.now
        return entries.withLock { entries in
            guard let entry = entries[tenant] else { return .nothing }
            return now - entry.readAt < life
                ? .fresh(entry.table) : .old(entry.table, version: entry.version)
        }
    }

    /// - Parameter asked: before the version was asked for: what changes later is seen later.
    fileprivate func remember(
        _ table: RoutingTable?,
        version: Int64,
        of tenant: TenantID,
        asked: ContinuousClock.Instant
    ) {
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { asked - $0.value.readAt < life }
            }
            entries[tenant] = Entry(table: table, version: version, readAt: asked)
        }
    }
}

/// One loop's way to the routes: the process's cache over the loop's own connections.
struct CachedRoutes: RouteDirectory {
    let cache: RouteCache
    let store: any RouteStore

    func routes(of tenant: TenantID) async throws(StoreError) -> RoutingTable? {
        let asked = ContinuousClock.now
        switch cache.known(of: tenant) {
        case .fresh(let table): return table
        case .old(let table, let version):
            guard try await store.routesVersion(of: tenant) != version else {
                cache.remember(table, version: version, of: tenant, asked: asked)
                return table
            }
        case .nothing: break
        }
        let stored = try await store.routes(of: tenant, version: nil)
        let table = stored.flatMap { stored in
            stored.rules.isEmpty ? nil : RoutingTable(version: stored.version, rules: stored.rules)
        }
        cache.remember(table, version: stored?.version ?? 0, of: tenant, asked: asked)
        return table
    }
}
