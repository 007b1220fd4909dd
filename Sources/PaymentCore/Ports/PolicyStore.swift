/// A tenant's policies about the long life of its payments.
package struct Policies: Sendable, Hashable {
    package var retry: RetryPolicy
    package var hold: HoldPolicy

    package init(retry: RetryPolicy = RetryPolicy(), hold: HoldPolicy = HoldPolicy()) {
        self.retry = retry
        self.hold = hold
    }
}

/// One version of a tenant's policies; versions are never changed, so that it stays known who
/// decided what, and when.
package struct StoredPolicies: Sendable, Hashable {
    package let policies: Policies
    /// 1 for the first.
    package let version: Int64
    package let changedBy: Actor
    package let changedAt: Timestamp

    package init(policies: Policies, version: Int64, changedBy: Actor, changedAt: Timestamp) {
        self.policies = policies
        self.version = version
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

/// The policies as workflows read them, perhaps from a cache of seconds.
package protocol PolicyDirectory: Sendable {
    func policies(of tenant: TenantID) async throws(StoreError) -> Policies
}

/// The policies as they are kept, and the history that they judge by.
package protocol PolicyStore: AuditedStore {
    /// The newest version; nil when none was ever set.
    func policies(in tenant: TenantID) async throws(StoreError) -> StoredPolicies?

    /// Adds a version; `.stale` when it is taken.
    func insert(_ policies: StoredPolicies, in tenant: TenantID) async throws(StoreError)

    /// How many authorizations with this card, under whichever stored method, for this amount
    /// reached a vendor in the last `period`, by the store's clock.
    func tries(
        with method: PaymentMethodID,
        amount: Money,
        within period: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Int
}

/// Policies nobody set: no retries, notice of holds.
package struct StandardPolicies: PolicyDirectory, PolicyStore {
    package init() {}

    package func noting(_ entry: AuditEntry) -> StandardPolicies { self }

    package func policies(of tenant: TenantID) async throws(StoreError) -> Policies { Policies() }
    package func policies(
        in tenant: TenantID
    ) async throws(StoreError) -> StoredPolicies? { nil }
    package func insert(
        _ policies: StoredPolicies,
        in tenant: TenantID
    ) async throws(StoreError) {
        throw StoreError(.fault, "these policies are fixed")
    }
    package func tries(
        with method: PaymentMethodID,
        amount: Money,
        within period: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Int { 0 }
}
