package import PaymentCore
internal import Postgres

extension PostgresControlStore: RouteStore {
    package func routesVersion(of tenant: TenantID) async throws(StoreError) -> Int64 {
        try await reading(RouteVersions.current(.id(tenant))) { rows throws(PostgresError) in
            try rows.first?.int64(0) ?? 0
        }
    }

    package func routes(
        of tenant: TenantID,
        version: Int64?
    ) async throws(StoreError) -> StoredRoutes? {
        let query = RouteVersions.upTo(.id(tenant), .int64(version ?? .max))
        let found = try await reading(query) { rows throws(PostgresError) in
            try rows.first.map(RouteVersions.read)
        }
        return version == nil || found?.version == version ? found : nil
    }

    package func insert(
        _ routes: StoredRoutes,
        in tenant: TenantID
    ) async throws(StoreError) {
        let query = RouteVersions.insert(
            .id(tenant),
            .int64(routes.version),
            .json(RuleDocument.text(of: routes.rules)),
            .id(orNull: routes.changedBy.key),
            .text(orNull: routes.changedBy.person),
            .time(routes.changedAt)
        )
        do {
            _ = try await changing([query], of: tenant)
        } catch  where error.code == .duplicate {
            throw StoreError(.stale, error.message)
        }
    }
}
