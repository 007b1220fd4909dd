import PaymentCore
import Synchronization

/// The merchant accounts of each tenant, remembered for a few seconds by the whole process, so
/// that a payment asks the database for them only now and then, and a change is effective in every
/// replica within the cache's life.
final class AccountCache: Sendable {
    private struct Entry: Sendable {
        let accounts: [MerchantAccount]
        let readAt: ContinuousClock.Instant
    }

    private let life: Duration
    private let entries = Mutex<[TenantID: Entry]>([:])
    // Many tenants may be idle: what is old is dropped when this many are remembered.
    private let capacity = 4_096

    init(life: Duration = .seconds(2)) {
        self.life = life
    }

    fileprivate func fresh(_ tenant: TenantID) -> [MerchantAccount]? {
        let now = ContinuousClock.now
        return entries.withLock { entries in
            guard let entry = entries[tenant], now - entry.readAt < life else { return nil }
            return entry.accounts
        }
    }

    fileprivate func remember(_ accounts: [MerchantAccount], of tenant: TenantID) {
        let now = ContinuousClock.now
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { now - $0.value.readAt < life }
            }
            entries[tenant] = Entry(accounts: accounts, readAt: now)
        }
    }

    /// Forgets a tenant's accounts after a change made here.
    func forget(_ tenant: TenantID) {
        entries.withLock { $0[tenant] = nil }
    }
}

/// One loop's way to the accounts: the process's cache over the loop's own connections.
struct CachedAccounts: AccountDirectory {
    let cache: AccountCache
    let control: any ControlStore

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] {
        if let fresh = cache.fresh(tenant) { return fresh }
        let accounts = try await control.accounts(of: tenant)
        cache.remember(accounts, of: tenant)
        return accounts
    }
}
