import PaymentCore

/// What the process remembers of each tenant for a few seconds, so that a payment asks the database
/// for it only now and then, a crowd asks once, and a change is effective in every replica within
/// the cache's life.
typealias TenantCache<Value: Sendable> = ExpiringCache<TenantID, Value>

extension ExpiringCache where Key == TenantID {
    convenience init() { self.init(lifetime: .seconds(2), capacity: 4_096) }
}

/// One loop's way to the accounts: the process's cache over the loop's own connections.
struct CachedAccounts: AccountDirectory {
    let cache: TenantCache<[MerchantAccount]>
    let control: any ControlStore
    let sleep: @Sendable (Duration) async -> Void

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] {
        try await cache.value(of: tenant, at: .now, waiting: sleep) {
            () async throws(StoreError) in
            try await control.accounts(of: tenant)
        } ?? []
    }
}
