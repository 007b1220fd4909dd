/// What all processes share about their vendors' health: one row per account whose breaker ever
/// opened, and every change of it in order.
package protocol HealthStore: Sendable {
    /// The rows that are not closed, and those that changed within `age`.
    func breakers(changedWithin age: Duration) async throws(StoreError) -> [StoredBreaker]

    /// Writes a change over the expected state. The row's new epoch; nil when somebody was faster.
    func write(
        _ change: BreakerChange,
        of account: MerchantAccountID
    ) async throws(StoreError) -> Int64?

    /// Takes the one probe of an open breaker whose pause is over, or of a half-open one whose
    /// probe was never answered, by the database's clock. The row's new epoch; nil when there is
    /// none.
    func takeProbe(
        of account: MerchantAccountID,
        lease: Duration
    ) async throws(StoreError) -> Int64?

    /// Changes that no event reports yet, those of one account in order.
    func unannounced(limit: Int) async throws(StoreError) -> [HealthTransition]
    /// Forgets a change that an event reports.
    func announced(_ transition: HealthTransition) async throws(StoreError)
}

/// A breaker as it is shared. Times are distances by the database's clock, so that a process with
/// a wrong clock does no harm.
package struct StoredBreaker: Sendable, Hashable {
    package let account: MerchantAccountID
    /// One more with each change.
    package let epoch: Int64
    package let state: HealthReading.State
    package let falls: Int
    package let illness: Illness?
    /// How long until it may be probed, or until the probe that has it is over; negative when past.
    package let wait: Duration
    /// How long ago it changed.
    package let age: Duration

    package init(
        account: MerchantAccountID,
        epoch: Int64,
        state: HealthReading.State,
        falls: Int,
        illness: Illness?,
        wait: Duration,
        age: Duration
    ) {
        self.account = account
        self.epoch = epoch
        self.state = state
        self.falls = falls
        self.illness = illness
        self.wait = wait
        self.age = age
    }
}

/// One change of a breaker, as it is published to consumers.
package struct HealthTransition: Sendable, Hashable {
    package let account: MerchantAccountID
    package let tenant: TenantID
    package let vendor: VendorID
    package let mode: MerchantAccount.Mode
    /// Dense per account, from 1: the sequence of its event.
    package let epoch: Int64
    package let state: HealthReading.State
    /// Why it is left alone; nil when it is not.
    package let illness: Illness?
    package let changedAt: Timestamp

    package init(
        account: MerchantAccountID,
        tenant: TenantID,
        vendor: VendorID,
        mode: MerchantAccount.Mode,
        epoch: Int64,
        state: HealthReading.State,
        illness: Illness?,
        changedAt: Timestamp
    ) {
        self.account = account
        self.tenant = tenant
        self.vendor = vendor
        self.mode = mode
        self.epoch = epoch
        self.state = state
        self.illness = illness
        self.changedAt = changedAt
    }
}
