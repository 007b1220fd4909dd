import PaymentCore
import Synchronization
import TestKit

/// The control schema in memory, counting what reaches it.
final class FakeControlStore: ControlStore, Sendable {
    struct Rows {
        var tenants: [TenantID: Tenant] = [:]
        var keys: [[UInt8]: APIKey] = [:]
        var accounts: [MerchantAccountID: MerchantAccount] = [:]
        var keyReads = 0
        var isDown = false
    }

    let rows = Mutex(Rows())
    private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    var keyReads: Int { rows.withLock { $0.keyReads } }

    func tenants() async throws(StoreError) -> [Tenant] {
        rows.withLock { Array($0.tenants.values) }
    }

    func tenant(_ id: TenantID) async throws(StoreError) -> Tenant? {
        rows.withLock { $0.tenants[id] }
    }

    func key(hash: [UInt8]) async throws(StoreError) -> APIKey? {
        let found = rows.withLock { rows -> Result<APIKey?, StoreError> in
            rows.keyReads += 1
            return rows.isDown ? .failure(StoreError(.unavailable)) : .success(rows.keys[hash])
        }
        return try found.get()
    }

    func insert(_ key: APIKey, hash: [UInt8]) async throws(StoreError) {
        rows.withLock { $0.keys[hash] = key }
    }

    func revoke(_ key: APIKeyID, of tenant: TenantID?) async throws(StoreError) -> Bool {
        rows.withLock { rows in
            let hash = rows.keys.first { $0.value.id == key && $0.value.tenant == tenant }?.key
            guard let hash else { return false }
            rows.keys[hash] = nil
            return true
        }
    }

    func keys(of tenant: TenantID?) async throws(StoreError) -> [APIKey] {
        rows.withLock { $0.keys.values.filter { $0.tenant == tenant } }.sorted { $0.id < $1.id }
    }

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] {
        rows.withLock { $0.accounts.values.filter { $0.tenant == tenant } }.sorted { $0.id < $1.id }
    }

    func account(_ id: MerchantAccountID) async throws(StoreError) -> MerchantAccount? {
        rows.withLock { $0.accounts[id] }
    }

    func account(
        of vendor: VendorID,
        named name: DeliveryRouting.Name
    ) async throws(StoreError) -> MerchantAccountID? {
        let named = rows.withLock { rows in
            rows.accounts.values.filter {
                $0.vendor == vendor && $0.isActive && $0.webhookRoute == name.text
                    && name.mode ?? $0.mode == $0.mode
            }
        }
        return named.count == 1 ? named.first?.id : nil
    }

    func insert(
        _ account: MerchantAccount,
        credentials: CredentialSource
    ) async throws(StoreError) {
        rows.withLock { $0.accounts[account.id] = account }
    }

    func update(
        _ account: MerchantAccount,
        credentials: CredentialSource?
    ) async throws(StoreError) {
        await meanwhile.withLock { $0.take() }?()
        let isWritten = rows.withLock { rows in
            guard rows.accounts[account.id]?.updatedAt == account.updatedAt else { return false }
            var changed = account
            changed.updatedAt = (account.updatedAt ?? Timestamp(seconds: 0)) + .microseconds(1)
            rows.accounts[account.id] = changed
            return true
        }
        guard isWritten else { throw StoreError(.stale) }
    }

    /// This happens before the next account is updated.
    func beforeUpdating(_ work: @escaping @Sendable () async -> Void) {
        meanwhile.withLock { $0 = work }
    }

    func waitingWork(
        after tenant: TenantID?,
        limit: Int
    ) async throws(StoreError) -> WaitingWork {
        WaitingWork(tenants: [], hasWebhooks: false, next: nil)
    }

    func clearWork(
        _ tenant: TenantID,
        nextDue: Timestamp?,
        quietFor: Duration
    ) async throws(StoreError) {}
}
