import PaymentCore
import Synchronization
import TestKit

/// Books that answer from what a test put in, and remember which time was asked for.
final class FakeLedger: LedgerStore, LedgerQueries, LedgerWatch, Sendable {
    struct Rows {
        var transfers: [IntentID: [Transfer]] = [:]
        var balances: [LedgerAccountBalance] = []
        var entries: [SealedEntry] = []
        var heads: [LedgerHead] = []
        var intents: [BookedIntent] = []
        var opening = LedgerBalance()
        var lastMoment: Timestamp?
        var limits: [LedgerLimit] = []
        var monitors: [ClearingState] = []
        /// Reads of entries that succeed before one fails.
        var readable = Int.max
    }

    let rows = Mutex(Rows())

    func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer] {
        rows.withLock { $0.transfers[intent] ?? [] }
    }

    func balances(
        at moment: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerAccountBalance] {
        rows.withLock { rows in
            rows.lastMoment = moment
            return rows.balances
        }
    }

    func statement(
        of account: LedgerAccount,
        after position: Int64,
        from: Timestamp?,
        before: Timestamp?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> LedgerStatement? {
        rows.withLock { rows in
            let own = rows.entries.map(\.transfer).filter {
                [$0.debit, $0.credit].contains(account.id)
            }
            guard !own.isEmpty else { return nil }
            let rest = own.filter { $0.position > position }
            return LedgerStatement(
                opening: rows.opening,
                entries: Array(rest.prefix(limit)),
                hasMore: rest.count > limit
            )
        }
    }

    func entries(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [SealedEntry] {
        let page: [SealedEntry]? = rows.withLock { rows in
            rows.readable -= 1
            guard rows.readable >= 0 else { return nil }
            return Array(rows.entries.filter { $0.transfer.position > position }.prefix(limit))
        }
        guard let page else { throw StoreError(.unavailable) }
        return page
    }

    func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead? {
        rows.withLock { $0.heads.last }
    }

    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead] {
        rows.withLock { rows in
            Array(rows.heads.filter { $0.position > position }.prefix(limit))
        }
    }

    func intents(
        bookedUpTo position: Int64,
        after id: IntentID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<BookedIntent> {
        rows.withLock { Page(elements: $0.intents, next: nil) }
    }
}

extension FakeLedger {
    func limits(in tenant: TenantID) async throws(StoreError) -> [LedgerLimit] {
        rows.withLock { $0.limits }
    }

    func setLimit(
        of account: LedgerAccount,
        overdraft: Int64,
        in tenant: TenantID
    ) async throws(StoreError) {
        let limit = LedgerLimit(
            account: account,
            overdraft: overdraft,
            isActive: true,
            balance: LedgerBalance(debitsPosted: 30, creditsPosted: 100, debitsPending: 5)
        )
        rows.withLock { $0.limits = [limit] }
    }

    func removeLimit(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        rows.withLock { rows in
            defer { rows.limits = [] }
            return !rows.limits.isEmpty
        }
    }

    func clearing(in tenant: TenantID) async throws(StoreError) -> [ClearingState] {
        rows.withLock { $0.monitors }
    }

    func set(_ monitor: LedgerMonitor, in tenant: TenantID) async throws(StoreError) {
        let state = ClearingState(
            monitor: monitor,
            uncleared: 70,
            overdue: 20,
            since: Timestamp(seconds: 1_760_000_000),
            isAlerting: true
        )
        rows.withLock { $0.monitors = [state] }
    }

    func removeMonitor(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        rows.withLock { rows in
            defer { rows.monitors = [] }
            return !rows.monitors.isEmpty
        }
    }

    func check(_ tenant: TenantID) async throws(StoreError) -> Duration? { nil }
}
