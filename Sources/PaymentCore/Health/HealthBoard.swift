internal import Synchronization

/// What one process knows of every account's health: a window of its own calls, and a breaker that
/// follows the shared row. One for the process; any loop may read and record.
package final class HealthBoard: Sendable {
    private struct Chart: Sendable {
        var window: HealthWindow
        var breaker: Breaker

        func isForgettable(at now: Timestamp) -> Bool {
            breaker.phase == .closed && breaker.pending == nil && window.counts(at: now).calls == 0
        }
    }

    private let settings: HealthSettings
    private let charts = Mutex<[MerchantAccountID: Chart]>([:])
    // Accounts that nobody called lately are dropped when this many are remembered.
    private let capacity = 16_384

    package init(_ settings: HealthSettings = HealthSettings()) {
        self.settings = settings
    }

    /// Counts a call that ended.
    package func record(
        _ symptom: CallSymptom,
        took time: Duration,
        by account: MerchantAccountID,
        at now: Timestamp
    ) {
        change(account, at: now) { chart in
            chart.window.add(symptom, took: time, at: now)
            chart.breaker.apply(.called(symptom, chart.window.counts(at: now)), at: now)
        }
    }

    package func reading(of account: MerchantAccountID, at now: Timestamp) -> HealthReading {
        guard let chart = charts.withLock({ $0[account] }) else { return .unknown }
        return HealthReading(
            state: chart.breaker.state,
            admission: chart.breaker.admission(at: now),
            window: chart.window.counts(at: now),
            illness: chart.breaker.illness
        )
    }

    /// How many accounts' breakers are in each state.
    package var states: [HealthReading.State: Int] {
        charts.withLock { charts in
            charts.values.reduce(into: [:]) { $0[$1.breaker.state, default: 0] += 1 }
        }
    }

    func apply(_ event: Breaker.Event, of account: MerchantAccountID, at now: Timestamp) {
        change(account, at: now) { $0.breaker.apply(event, at: now) }
    }

    /// What was decided here and is not written yet.
    var pending: [(account: MerchantAccountID, change: BreakerChange)] {
        charts.withLock { charts in
            charts.compactMap { account, chart in chart.breaker.pending.map { (account, $0) } }
        }
    }

    /// Takes over what is shared. `rows` are all that are not closed, and those changed recently.
    func adopt(_ rows: [StoredBreaker], at now: Timestamp) {
        let read = Set(rows.map(\.account))
        let others = charts.withLock { charts in
            charts.keys.filter { !read.contains($0) && charts[$0]?.breaker.phase != .closed }
        }
        for row in rows { apply(.read(row), of: row.account, at: now) }
        for account in others { apply(.readAbsent, of: account, at: now) }
    }

    private func change(
        _ account: MerchantAccountID,
        at now: Timestamp,
        _ body: (inout Chart) -> Void
    ) {
        charts.withLock { charts in
            if charts.count >= capacity {
                charts = charts.filter { !$0.value.isForgettable(at: now) }
            }
            var chart =
                charts[account]
                ?? Chart(window: HealthWindow(settings), breaker: Breaker(settings))
            let before = chart.breaker.phase
            body(&chart)
            // A recovered vendor starts from scratch: the calls that failed are over.
            if before != .closed, chart.breaker.phase == .closed { chart.window.clear() }
            charts[account] = chart
        }
    }
}

/// A process's board, and the rows it shares with others, over one loop's connections.
package struct WatchedHealth: HealthDirectory {
    private let board: HealthBoard
    private let store: any HealthStore
    private let settings: HealthSettings
    private let clock: any WallClock

    package init(
        board: HealthBoard,
        store: any HealthStore,
        settings: HealthSettings = HealthSettings(),
        clock: any WallClock
    ) {
        self.board = board
        self.store = store
        self.settings = settings
        self.clock = clock
    }

    package func reading(of account: MerchantAccountID, at now: Timestamp) -> HealthReading {
        board.reading(of: account, at: now)
    }

    package func takeProbe(of account: MerchantAccountID) async -> Bool {
        // Silence is right: a probe that cannot be asked for is not granted.
        let epoch = try? await store.takeProbe(of: account, lease: settings.probeLease)
        board.apply(
            epoch.map { .probeTaken(epoch: $0) } ?? .probeLost,
            of: account,
            at: clock.now
        )
        return epoch != nil
    }

    /// Writes what this process decided, and reads what became of it and what others decided.
    package func synchronize() async throws(StoreError) {
        for (account, change) in board.pending {
            let epoch = try await store.write(change, of: account)
            board.apply(.written(change, epoch: epoch), of: account, at: clock.now)
        }
        board.adopt(try await store.breakers(changedWithin: settings.relapse), at: clock.now)
    }
}
