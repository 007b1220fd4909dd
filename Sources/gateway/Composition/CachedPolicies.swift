import PaymentCore

/// One loop's way to the policies: the process's cache over the loop's own connections.
struct CachedPolicies: PolicyDirectory {
    let cache: TenantCache<Policies>
    let store: any PolicyStore
    let sleep: @Sendable (Duration) async -> Void

    func policies(of tenant: TenantID) async throws(StoreError) -> Policies {
        try await cache.value(of: tenant, at: .now, waiting: sleep) {
            () async throws(StoreError) in
            try await store.policies(in: tenant)?.policies ?? Policies()
        } ?? Policies()
    }
}
