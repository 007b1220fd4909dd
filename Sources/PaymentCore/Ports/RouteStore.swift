/// The tenants' routes. Every version is kept: a decision names the one that it was made by.
package protocol RouteStore: AuditedStore {
    /// The version in force; 0 when there never was one.
    func routesVersion(of tenant: TenantID) async throws(StoreError) -> Int64

    /// One version, or the one in force; nil when there is none.
    func routes(
        of tenant: TenantID,
        version: Int64?
    ) async throws(StoreError) -> StoredRoutes?

    /// Writes the version after `routes.version - 1`. Throws ``StoreError/Code/stale`` when that is
    /// not the one in force.
    func insert(_ routes: StoredRoutes, in tenant: TenantID) async throws(StoreError)
}

/// One version of a tenant's routes. Without rules the tenant's payments go as if there had never
/// been any.
package struct StoredRoutes: Sendable, Hashable {
    package let version: Int64
    package let rules: [RoutingRule]
    package let changedBy: Actor
    package let changedAt: Timestamp

    package init(version: Int64, rules: [RoutingRule], changedBy: Actor, changedAt: Timestamp) {
        self.version = version
        self.rules = rules
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

/// The routes of a tenant, ready to be asked, from a cache that follows the database within
/// seconds.
package protocol RouteDirectory: Sendable {
    /// Nil when the tenant has none.
    func routes(of tenant: TenantID) async throws(StoreError) -> RoutingTable?
}

/// Where nobody routes: no tenant has routes.
package struct NoRoutes: RouteDirectory {
    package init() {}

    package func routes(of tenant: TenantID) async throws(StoreError) -> RoutingTable? { nil }
}
