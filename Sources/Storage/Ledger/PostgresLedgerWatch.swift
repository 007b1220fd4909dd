package import PaymentCore
package import Postgres

/// Limits and monitors of all tenants' accounts in Postgres. Belongs to the pool's loop.
package struct PostgresLedgerWatch: LedgerWatch, PostgresAuditedStore {
    /// How often monitored accounts are looked at, and limits that do not hold yet.
    private static let interval = Duration.seconds(60)

    private let pool: PostgresPool
    private let marks: WorkMarks
    private let identifiers: any IdentifierSource
    private let describe: @Sendable (ClearingState) -> String
    private let heard: @Sendable (ClearingState) -> Void
    package var entry: AuditEntry?

    /// - Parameters:
    ///   - describe: writes the data of the event that reports an account.
    ///   - heard: called for each such event once it is committed.
    package init(
        pool: PostgresPool,
        marks: WorkMarks,
        identifiers: any IdentifierSource,
        describe: @escaping @Sendable (ClearingState) -> String,
        heard: @escaping @Sendable (ClearingState) -> Void = { _ in }
    ) {
        self.pool = pool
        self.marks = marks
        self.identifiers = identifiers
        self.describe = describe
        self.heard = heard
    }

    package func limits(in tenant: TenantID) async throws(StoreError) -> [LedgerLimit] {
        try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: TenantSchema(tenant).role, [LimitTable.all()])
            var limits: [LedgerLimit] = []
            for row in rows[0] { limits.append(try LimitTable.read(row)) }
            return limits
        }
    }

    package func setLimit(
        of account: LedgerAccount,
        overdraft: Int64,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await write(
            LimitTable.set(
                .text(account.id),
                .word(account.kind.normalSide),
                .int64(overdraft)
            ),
            tenant
        )
    }

    package func removeLimit(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await write(LimitTable.remove(.text(account.id)), tenant)
    }

    package func clearing(in tenant: TenantID) async throws(StoreError) -> [ClearingState] {
        try await storing { () async throws(PostgresError) in
            let rows = try await pool.read(role: TenantSchema(tenant).role, [MonitorTable.all()])
            var states: [ClearingState] = []
            for row in rows[0] { states.append(try MonitorTable.read(row).state) }
            return states
        }
    }

    package func set(
        _ monitor: LedgerMonitor,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await write(
            MonitorTable.set(
                .text(monitor.account.id),
                .int64(monitor.threshold),
                .span(monitor.age)
            ),
            tenant
        )
    }

    package func removeMonitor(
        of account: LedgerAccount,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await write(MonitorTable.remove(.text(account.id)), tenant)
    }

    package func check(_ tenant: TenantID) async throws(StoreError) -> Duration? {
        do {
            return try await pool.interactive(role: TenantSchema(tenant).role) { transaction in
                let rows = try await transaction.run([
                    LimitTable.ripe(.span(ripeness)), LimitTable.waiting(), MonitorTable.lock(),
                ])
                var queries = try await activations(of: rows[0], transaction)
                var changed: [ClearingState] = []
                for row in rows[2] {
                    let stored = try MonitorTable.read(row)
                    guard stored.state.isAlerting != stored.wasAlerting else { continue }
                    changed.append(stored.state)
                    queries += news(stored)
                }
                _ = try await transaction.commit(queries)
                for state in changed { heard(state) }
                let isWaiting = try rows[1].only.int(0) > rows[0].count
                return isWaiting || !rows[2].isEmpty ? Self.interval : nil
            }
        } catch {
            throw StoreError(any: error)
        }
    }

    /// How old a limit is when nothing runs any more that began before it held: its own commit may
    /// have taken the longest call, and the one that just missed it another.
    private var ripeness: Duration { max(.seconds(60), pool.configuration.longestCall * 2) }

    /// What every ripe limit counts from now on.
    private func activations(
        of ripe: Rows,
        _ transaction: PostgresTransaction
    ) async throws -> [Query] {
        guard !ripe.isEmpty else { return [] }
        let rows = try await transaction.run([BooksTable.balancesNow()])
        var balances: [String: LedgerBalance] = [:]
        for row in rows[0] {
            var reader = ColumnReader(row)
            let account = try BooksTable.readAccount(&reader)
            balances[account.account.id] = account.balance
        }
        return try ripe.map { row in
            let account = try row.text(0)
            let balance = balances[account] ?? LedgerBalance()
            return LimitTable.activate(
                .text(account),
                .int64(balance.debitsPosted),
                .int64(balance.creditsPosted),
                .int64(balance.debitsPending),
                .int64(balance.creditsPending)
            )
        }
    }

    /// The event that an account began or ceased to be overdue.
    private func news(_ stored: MonitorTable.Stored) -> [Query] {
        let state = stored.state
        let account = state.monitor.account.id
        let event = OutboxEvent(
            id: identifiers.make(),
            type: EventName(.ledgerClearingAlert),
            aggregate: account,
            sequence: stored.events + 1,
            occurredAt: stored.now,
            correlation: nil,
            traceparent: nil,
            data: describe(state)
        )
        return [
            MonitorTable.tell(.text(account), .bool(state.isAlerting), .int64(event.sequence)),
            OutboxTable.insert(event),
        ]
    }

    /// Changes what is watched, and has it looked at soon.
    @discardableResult
    private func write(_ query: Query, _ tenant: TenantID) async throws(StoreError) -> Bool {
        try await marks.mark(tenant, pool)
        let job = JobChange.schedule(.watchLedger, subject: "ledger", due: .after(.zero))
        let rows = try await pool.change(
            [query, JobTable.query(for: job)],
            role: TenantSchema(tenant).role,
            noting: entry,
            in: tenant
        )
        marks.tell(tenant)
        return rows[0].affected > 0
    }
}
