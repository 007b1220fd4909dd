package import PaymentCore
import Synchronization

/// The shared breakers in memory, by a clock of their own: what the rows and their conditions do.
package final class InMemoryHealth: HealthStore, Sendable {
    private struct Row: Sendable {
        var epoch: Int64
        var state: HealthReading.State
        var falls: Int
        var illness: Illness?
        var waitUntil: Timestamp
        var changedAt: Timestamp
    }

    private struct Tables: Sendable {
        var breakers: [MerchantAccountID: Row] = [:]
        var changes: [HealthTransition] = []
        var isDown = false
    }

    private let tables = Mutex(Tables())
    private let clock: any WallClock
    private let accounts: [MerchantAccount]

    /// - Parameter accounts: those that can have a breaker.
    package init(clock: any WallClock, accounts: [MerchantAccount]) {
        self.clock = clock
        self.accounts = accounts
    }

    /// Nothing can be read or written while it is down.
    package func goDown(_ isDown: Bool) {
        tables.withLock { $0.isDown = isDown }
    }

    package func breakers(
        changedWithin age: Duration
    ) async throws(StoreError) -> [StoredBreaker] {
        try reaching { tables in
            let now = clock.now
            return tables.breakers
                .filter { $0.value.state != .closed || now - $0.value.changedAt < age }
                .map { account, row in
                    StoredBreaker(
                        account: account,
                        epoch: row.epoch,
                        state: row.state,
                        falls: row.falls,
                        illness: row.illness,
                        wait: row.waitUntil - now,
                        age: now - row.changedAt
                    )
                }
        }
    }

    package func write(
        _ change: BreakerChange,
        of account: MerchantAccountID
    ) async throws(StoreError) -> Int64? {
        try reaching { tables in
            let row = tables.breakers[account]
            switch change.over {
            case .closed: guard row == nil || row?.state == .closed else { return nil }
            case .halfOpen(let epoch):
                guard row?.state == .halfOpen, row?.epoch == epoch else { return nil }
            }
            let next = Row(
                epoch: (row?.epoch ?? 0) + 1,
                state: change.to,
                falls: change.falls,
                illness: change.illness,
                waitUntil: clock.now + change.pause,
                changedAt: clock.now
            )
            return record(next, of: account, in: &tables)
        }
    }

    package func takeProbe(
        of account: MerchantAccountID,
        lease: Duration
    ) async throws(StoreError) -> Int64? {
        try reaching { tables in
            guard var row = tables.breakers[account], row.state != .closed,
                row.waitUntil <= clock.now
            else { return nil }
            row.epoch += 1
            row.state = .halfOpen
            row.waitUntil = clock.now + lease
            row.changedAt = clock.now
            return record(row, of: account, in: &tables)
        }
    }

    package func unannounced(limit: Int) async throws(StoreError) -> [HealthTransition] {
        try reaching { tables in Array(tables.changes.prefix(limit)) }
    }

    package func announced(_ transition: HealthTransition) async throws(StoreError) {
        try reaching { tables in tables.changes.removeAll { $0 == transition } }
    }

    private func record(
        _ row: Row,
        of account: MerchantAccountID,
        in tables: inout Tables
    ) -> Int64 {
        tables.breakers[account] = row
        if let known = accounts.first(where: { $0.id == account }) {
            tables.changes.append(
                HealthTransition(
                    account: account,
                    tenant: known.tenant,
                    vendor: known.vendor,
                    mode: known.mode,
                    epoch: row.epoch,
                    state: row.state,
                    illness: row.illness,
                    changedAt: row.changedAt
                )
            )
        }
        return row.epoch
    }

    private func reaching<Value: Sendable>(
        _ body: (inout Tables) -> Value
    ) throws(StoreError) -> Value {
        let value = tables.withLock { tables -> Value? in
            tables.isDown ? nil : body(&tables)
        }
        guard let value else { throw StoreError(.unavailable) }
        return value
    }
}
