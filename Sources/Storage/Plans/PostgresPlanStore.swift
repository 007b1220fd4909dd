package import PaymentCore
package import Postgres

/// Policies, and what operators look at and act on, in Postgres. Belongs to the pool's loop.
package struct PostgresPlanStore: PolicyStore, OperatorStore, PostgresAuditedStore {
    private let pool: PostgresPool
    package var entry: AuditEntry?

    /// - Parameter pool: this loop's connections.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    package func policies(in tenant: TenantID) async throws(StoreError) -> StoredPolicies? {
        try await reading(PolicyTable.newest(), tenant) { rows throws(PostgresError) in
            try rows.first.map(PolicyTable.read)
        }
    }

    package func insert(
        _ policies: StoredPolicies,
        in tenant: TenantID
    ) async throws(StoreError) {
        do throws(StoreError) {
            _ = try await writing(PolicyTable.insert(policies), tenant)
        } catch {
            throw error.code == .duplicate ? StoreError(.stale, error.message) : error
        }
    }

    package func tries(
        with method: PaymentMethodID,
        amount: Money,
        within period: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        let query = PolicyTable.tries(
            .id(method),
            .int64(amount.minorUnits),
            .text(amount.currency.code),
            .span(period)
        )
        return try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.only.int(0)
        }
    }

    package func unknowns(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<UnknownAttempt> {
        let query = PlanLists.unknowns(.id(orNull: after), .count(limit + 1))
        let all = try await listing(query, tenant) { rows throws(PostgresError) in
            var found: [PlanLists.Found] = []
            for row in rows { found.append(try PlanLists.Found(row)) }
            return found
        }
        let looks = try await looks(at: all.map(\.intent), tenant)
        let page = all.prefix(limit).map { found in
            UnknownAttempt(
                attempt: found.attempt,
                intent: found.intent,
                currency: found.currency,
                nextLook: looks[found.intent.description],
                age: found.now - found.attempt.sentAt,
                proposal: found.plans.proposal(about: found.attempt.id)
            )
        }
        return Page(elements: page, next: all.count > limit ? page.last?.attempt.id.uuid : nil)
    }

    private func looks(
        at intents: [IntentID],
        _ tenant: TenantID
    ) async throws(StoreError) -> [String: Timestamp] {
        guard !intents.isEmpty else { return [:] }
        let query = JobTable.looks(.textArray(intents.map(\.description)))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            var looks: [String: Timestamp] = [:]
            for row in rows {
                var reader = ColumnReader(row)
                looks[try reader.text()] = try reader.time()
            }
            return looks
        }
    }

    package func retryBudget(
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [RetryBudgetLine] {
        let query = PlanLists.budget(.time(orNull: from), .time(orNull: before))
        return try await listing(query, tenant) { rows throws(PostgresError) in
            var lines: [RetryBudgetLine] = []
            for row in rows { lines.append(try PlanLists.readLine(row)) }
            return lines
        }
    }

    package func jobs(
        _ filter: JobFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        let query = JobTable.list(
            .word(orNull: filter.state),
            .count(limit),
            .text(orNull: filter.kind),
            .text(orNull: filter.subject),
            .time(orNull: filter.after?.dueAt),
            .text(orNull: filter.after?.kind),
            .text(orNull: filter.after?.subject)
        )
        return try await listing(query, tenant) { rows throws(PostgresError) in
            var listings: [JobListing] = []
            for row in rows { listings.append(try JobTable.readListing(row)) }
            return listings
        }
    }

    package func cancel(
        kind: String,
        subject: String,
        reason: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await writing(
            JobTable.cancel(.text(kind), .text(subject), .said(reason)),
            tenant
        ) > 0
    }

    private func writing(_ query: Query, _ tenant: TenantID) async throws(StoreError) -> Int {
        try await pool.change(
            [query],
            role: TenantSchema(tenant).role,
            noting: entry,
            in: tenant
        )[0].affected
    }

    private func reading<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, shared: query))
        }
    }

    /// Like `reading`, for what may read much: it shares its transaction with nobody.
    private func listing<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, [query])[0])
        }
    }
}
