package import PaymentCore
package import Postgres

/// The payments of all tenants in Postgres, each under its own role. Belongs to the pool's loop.
package struct PostgresPaymentStore: PaymentStore, PostgresAuditedStore {
    let pool: PostgresPool
    let keys: KeyRing
    let marks: WorkMarks
    package var entry: AuditEntry?

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - keys: the process's data keys.
    ///   - marks: the process's work marks.
    package init(pool: PostgresPool, keys: KeyRing, marks: WorkMarks) {
        self.pool = pool
        self.keys = keys
        self.marks = marks
    }

    /// One pipeline: BEGIN, the role, the statements, COMMIT. A guard that does not hold ends it.
    package func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError) {
        let keys = changes.needsKeys ? try await keys.keys(of: tenant, pool) : nil
        let queries = try changes.queries(keys)
        if changes.makesWork { try await marks.mark(tenant, pool) }
        try await storing { () async throws(PostgresError) in
            _ = try await pool.transaction(role: TenantSchema(tenant).role, queries)
        }
        if changes.makesWork { marks.tell(tenant) }
    }

    package func payment(
        _ id: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> Payment? {
        try await reading(IntentTable.payment(.id(id)), tenant) { rows throws(PostgresError) in
            try PaymentRows.payment(joined: rows)
        }
    }

    package func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await revise(id, reading: [], in: tenant) { payment, _ in decide(payment) }
    }

    /// Two round trips: the lock with the attempts and whatever else the decision needs, then the
    /// writes with COMMIT.
    func revise<Answer: Sendable>(
        _ id: IntentID,
        reading more: [Query],
        in tenant: TenantID,
        _ decide: @Sendable (Payment, [Rows]) throws(PostgresError) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        // What will be decided is not known yet, so the tenant is marked in any case.
        try await marks.mark(tenant, pool)
        let keys = try await keys.keys(of: tenant, pool)
        do {
            let revised = try await pool.interactive(role: TenantSchema(tenant).role) {
                transaction -> Answer? in
                // A statement of its own reads the attempts: its snapshot is younger than the lock.
                let rows = try await transaction.run(
                    [IntentTable.lock(.id(id)), AttemptTable.ofIntent(.id(id))] + more
                )
                guard let payment = try PaymentRows.payment(intent: rows[0], attempts: rows[1])
                else { return nil }
                switch try decide(payment, Array(rows.dropFirst(2))) {
                case .leave(let answer): return answer
                case .commit(let changes, let answer):
                    _ = try await transaction.commit(changes.queries(keys))
                    return answer
                }
            }
            marks.tell(tenant)
            return revised
        } catch {
            throw StoreError(any: error)
        }
    }

    package func idempotency(
        _ key: String,
        in tenant: TenantID
    ) async throws(StoreError) -> IdempotencyRecord? {
        try await reading(IdempotencyTable.byKey(.text(key)), tenant) {
            rows throws(PostgresError) in
            try rows.first.map(IdempotencyTable.read)
        }
    }

    package func intent(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        try await intent(AttemptTable.intentOfAttempt(.id(attempt)), tenant)
    }

    package func intent(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        let query = AttemptTable.intentOfReference(.id(account), .said(reference))
        return try await intent(query, tenant)
    }

    private func intent(
        _ query: Query,
        _ tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        try await reading(query, tenant) { rows throws(PostgresError) in
            guard let row = rows.first else { return nil }
            var reader = ColumnReader(row)
            return try reader.id()
        }
    }
}

extension PostgresPaymentStore {
    /// One look by an index, under the tenant's role.
    func reading<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, shared: query))
        }
    }
}

/// An intent and its attempts, read as one.
enum PaymentRows {
    /// From ``IntentTable/payment``: the intent's columns are in each attempt's row.
    static func payment(joined rows: Rows) throws(PostgresError) -> Payment? {
        guard let first = rows.first else { return nil }
        var attempts = Attempts()
        for row in rows {
            var reader = ColumnReader(row, from: IntentTable.columnCount)
            if try reader.isNull() { break }
            try attempts.read(&reader)
        }
        var reader = ColumnReader(first)
        let intent = try IntentTable.read(&reader, fx: attempts.fx)
        return Payment(stored: intent, attempts: attempts.all)
    }

    static func payment(intent: Rows, attempts rows: Rows) throws(PostgresError) -> Payment? {
        guard let first = intent.first else { return nil }
        var attempts = Attempts()
        for row in rows {
            var reader = ColumnReader(row)
            try attempts.read(&reader)
        }
        var reader = ColumnReader(first)
        return Payment(
            stored: try IntentTable.read(&reader, fx: attempts.fx),
            attempts: attempts.all
        )
    }

    private struct Attempts {
        var all: [Attempt] = []
        /// The rate of the authorization that holds, else of the latest that was asked, is the
        /// intent's.
        var fx: FXContext?
        private var isHeld = false

        mutating func read(_ reader: inout ColumnReader) throws(PostgresError) {
            let attempt = try AttemptTable.read(&reader)
            if attempt.operation == .authorize, !isHeld {
                fx = attempt.fx
                isHeld = attempt.state == .succeeded
            }
            all.append(attempt)
        }
    }
}
