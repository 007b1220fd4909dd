/// A limit that an operator set on an account.
package struct LedgerLimit: Sendable, Hashable {
    package let account: LedgerAccount
    /// How far the other side may go beyond the one that the account grows on, in minor units.
    package let overdraft: Int64
    /// Whether it holds yet: first everything that was under way when it was set must have ended.
    package let isActive: Bool
    /// What the database counts as it is posted.
    package let balance: LedgerBalance

    package init(
        account: LedgerAccount,
        overdraft: Int64,
        isActive: Bool,
        balance: LedgerBalance
    ) {
        self.account = account
        self.overdraft = overdraft
        self.isActive = isActive
        self.balance = balance
    }

    /// What may still be asked for; below zero when facts went beyond the limit. What does not fit
    /// an `Int64` is given as the nearest that does.
    package var available: Int64 {
        let announced =
            switch account.kind.normalSide {
            case .debit: balance.creditsPending
            case .credit: balance.debitsPending
            }
        let held = Int128(balance.posted(on: account.kind.normalSide))
        return Int64(clamping: held - Int128(announced) + Int128(overdraft))
    }
}

/// What an operator wants to hear of: an account that is not cleared in time.
package struct LedgerMonitor: Sendable, Hashable {
    package let account: LedgerAccount
    /// How much may be left uncleared for longer than the age, in minor units.
    package let threshold: Int64
    package let age: Duration

    package init(account: LedgerAccount, threshold: Int64, age: Duration) {
        self.account = account
        self.threshold = threshold
        self.age = age
    }
}

/// How a monitored account stands, first in first out: what enters is cleared by what leaves later.
package struct ClearingState: Sendable, Hashable {
    package let monitor: LedgerMonitor
    /// What is left, on whichever side.
    package let uncleared: Int64
    /// How much of it is older than the monitor's age.
    package let overdue: Int64
    /// Since when the oldest of it is left.
    package let since: Timestamp?
    package let isAlerting: Bool

    package init(
        monitor: LedgerMonitor,
        uncleared: Int64,
        overdue: Int64,
        since: Timestamp?,
        isAlerting: Bool
    ) {
        self.monitor = monitor
        self.uncleared = uncleared
        self.overdue = overdue
        self.since = since
        self.isAlerting = isAlerting
    }

    /// Derives the state from what had gone through the account by now and by an age ago.
    package init(
        of monitor: LedgerMonitor,
        now: LedgerBalance,
        then: LedgerBalance,
        since: Timestamp?
    ) {
        let net = now.debitsPosted - now.creditsPosted
        let overdue =
            net >= 0
            ? then.debitsPosted - now.creditsPosted : then.creditsPosted - now.debitsPosted
        self.init(
            monitor: monitor,
            uncleared: abs(net),
            overdue: max(0, overdue),
            since: net == 0 ? nil : since,
            isAlerting: max(0, overdue) > monitor.threshold
        )
    }
}

/// A tenant's limits and monitors.
package protocol LedgerWatch: AuditedStore {
    func limits(in tenant: TenantID) async throws(StoreError) -> [LedgerLimit]
    /// Sets or changes a limit. A new one holds after a minute.
    func setLimit(
        of account: LedgerAccount,
        overdraft: Int64,
        in tenant: TenantID
    ) async throws(StoreError)
    /// False when there is none.
    func removeLimit(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool

    func clearing(in tenant: TenantID) async throws(StoreError) -> [ClearingState]
    func set(_ monitor: LedgerMonitor, in tenant: TenantID) async throws(StoreError)
    /// False when there is none.
    func removeMonitor(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool

    /// Activates limits whose time has come, and publishes which monitored accounts began or ceased
    /// to be overdue. Returns when to look again; nil when there is nothing to watch.
    func check(_ tenant: TenantID) async throws(StoreError) -> Duration?
}
