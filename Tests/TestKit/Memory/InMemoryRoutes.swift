package import PaymentCore
import Synchronization

/// Tenants' routes in memory: every version of them, and the table of the latest.
package final class InMemoryRoutes: RouteStore, RouteDirectory, Sendable {
    private let versions = Mutex<[TenantID: [StoredRoutes]]>([:])

    package init() {}

    package func routesVersion(of tenant: TenantID) async throws(StoreError) -> Int64 {
        versions.withLock { Int64($0[tenant]?.count ?? 0) }
    }

    package func routes(
        of tenant: TenantID,
        version: Int64?
    ) async throws(StoreError) -> StoredRoutes? {
        versions.withLock { all in
            all[tenant]?.last { version == nil || $0.version == version }
        }
    }

    package func insert(_ routes: StoredRoutes, in tenant: TenantID) async throws(StoreError) {
        let isNext = versions.withLock { all in
            guard routes.version == Int64(all[tenant]?.count ?? 0) + 1 else { return false }
            all[tenant, default: []].append(routes)
            return true
        }
        guard isNext else { throw StoreError(.stale) }
    }

    package func routes(of tenant: TenantID) async throws(StoreError) -> RoutingTable? {
        let latest = versions.withLock { $0[tenant]?.last }
        guard let latest, !latest.rules.isEmpty else { return nil }
        return RoutingTable(version: latest.version, rules: latest.rules)
    }
}
