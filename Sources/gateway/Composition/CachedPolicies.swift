import PaymentCore
import Synchronization

/// The policies of each tenant, remembered for a few seconds by the whole process, so that a
/// payment asks the database for them only now and then.
final class PolicyCache: Sendable {
    private struct Entry: Sendable {
        let policies: Policies
        let readAt: ContinuousClock.Instant
    }

    private let life: Duration
    private let entries = Mutex<[TenantID: Entry]>([:])
    // Many tenants may be idle: what is old is dropped when this many are remembered.
    private let capacity = 4_096

    init(life: Duration = .seconds(2)) {
        self.life = life
    }

    /// Forgets a tenant's policies after a change made here.
    func forget(_ tenant: TenantID) {
        entries.withLock { $0[tenant] = nil }
    }

    fileprivate func fresh(_ tenant: TenantID) -> Policies? {
        let now = ContinuousClock.now
        return entries.withLock { entries in
            guard let entry = entries[tenant], now - entry.readAt < life else { return nil }
            return entry.policies
        }
    }

    fileprivate func remember(_ policies: Policies, of tenant: TenantID) {
        let now = ContinuousClock.now
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { now - $0.value.readAt < life }
            }
            entries[tenant] = Entry(policies: policies, readAt: now)
        }
    }
}

/// One loop's way to the policies: the process's cache over the loop's own connections.
struct CachedPolicies: PolicyDirectory {
    let cache: PolicyCache
    let store: any PolicyStore

    func policies(of tenant: TenantID) async throws(StoreError) -> Policies {
        if let fresh = cache.fresh(tenant) { return fresh }
        let policies = try await store.policies(in: tenant)?.policies ?? Policies()
        cache.remember(policies, of: tenant)
        return policies
    }
}
