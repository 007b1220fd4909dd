package import PaymentCore
package import Postgres

/// The background work of all tenants in Postgres, each under its own role. Belongs to the pool's
/// loop.
package struct PostgresJobStore: JobStore, PostgresAuditedStore {
    /// How long finished things are kept.
    package struct Retention: Sendable {
        /// Of an idempotency key with its answer; one without is kept thirty times as long.
        package var idempotencyKeys: Duration = .seconds(48 * 3_600)
        /// Of the mark that a webhook was applied; longer than any vendor repeats one.
        package var effects: Duration = .seconds(90 * 86_400)
        /// Of a published event.
        package var events: Duration = .seconds(90 * 86_400)
        /// How much longer a published event is kept that an active subscription waits for: a
        /// receiver that never keeps up must not keep them all for ever.
        package var awaitedEvents: Duration = .seconds(30 * 86_400)
        /// Whether a published event is kept until a message broker has confirmed it.
        package var awaitsBroker = false

        package init() {}
    }

    private let pool: PostgresPool
    private let marks: WorkMarks
    private let retention: Retention
    package var entry: AuditEntry?

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - marks: the process's work marks.
    package init(pool: PostgresPool, marks: WorkMarks, retention: Retention = Retention()) {
        self.pool = pool
        self.marks = marks
        self.retention = retention
    }

    package func claim(
        _ kinds: Set<JobKind>,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> [Job] {
        let kinds = kinds.map(\.rawValue).sorted()
        let query = JobTable.claim(.textArray(kinds), .count(limit), .span(lease))
        return try await writing([query], tenant) { rows throws(PostgresError) in
            var jobs: [Job] = []
            for row in rows[0] { jobs.append(try JobTable.read(row)) }
            return jobs
        }
    }

    package func finish(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        var queries = [JobTable.finish(.word(job.kind), .text(job.subject), .int64(job.epoch))]
        if job.kind == .detachMethod, let method = PaymentMethodID(job.subject) {
            queries.append(MethodTable.forgetToken(.id(method)))
        }
        try await writing(queries, tenant) { _ in }
    }

    package func postpone(
        _ job: Job,
        by delay: Duration,
        run: RunCount,
        error: String,
        in tenant: TenantID
    ) async throws(StoreError) {
        let query = JobTable.postpone(
            .word(job.kind),
            .text(job.subject),
            .int64(job.epoch),
            .span(delay),
            run.mostRuns.map { .count($0) } ?? .null,
            .said(error),
            .count(run.runs(of: job))
        )
        try await writing([query], tenant) { _ in }
    }

    package func jobs(
        state: JobListing.State?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        let query = JobTable.list(
            .word(orNull: state),
            .count(limit),
            .null,
            .null,
            .null,
            .null,
            .null
        )
        return try await reading([query], tenant) { rows throws(PostgresError) in
            var listings: [JobListing] = []
            for row in rows[0] { listings.append(try JobTable.readListing(row)) }
            return listings
        }
    }

    package func retry(
        _ kind: JobKind,
        subject: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await marks.mark(tenant, pool)
        let query = JobTable.retry(.word(kind), .text(subject))
        return try await pool.change(
            [query],
            role: TenantSchema(tenant).role,
            noting: entry,
            in: tenant
        )[0].affected > 0
    }

    package func publishEvents(
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        let queries = [
            OutboxTable.preferIndexes(), OutboxTable.takeTurn(),
            OutboxTable.publish(.count(limit)),
        ]
        return try await writing(queries, tenant) { rows throws(PostgresError) in
            try rows[2].first?.int(0) ?? 0
        }
    }

    package func events(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [PublishedEvent] {
        let query = OutboxTable.published(.int64(position), .count(limit))
        return try await reading([query], tenant) { rows throws(PostgresError) in
            var events: [PublishedEvent] = []
            for row in rows[0] { events.append(try OutboxTable.read(row)) }
            return events
        }
    }

    package func purge(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int {
        let purges = [
            IdempotencyTable.purge(.span(retention.idempotencyKeys), .count(limit)),
            EffectTable.purge(.span(retention.effects), .count(limit)),
            InboundTable.purge(.span(retention.events), .count(limit)),
            OutboxTable.purge(
                .span(retention.events),
                .count(limit),
                .bool(retention.awaitsBroker),
                .span(retention.awaitedEvents)
            ),
            DeliveryTable.purge(.span(retention.events), .count(limit)),
        ]
        var gone = 0
        var failure: StoreError?
        // Each by itself: what cannot be purged holds up nothing else.
        for purge in purges {
            do throws(StoreError) {
                gone += try await writing([purge], tenant) { $0[0].affected }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return gone
    }

    package func backlog(in tenant: TenantID) async throws(StoreError) -> Backlog {
        try await reading([BacklogTable.current()], tenant) { rows throws(PostgresError) in
            try BacklogTable.read(rows[0].only)
        }
    }

    private func writing<Value>(
        _ queries: [Query],
        _ tenant: TenantID,
        _ decode: ([Rows]) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.transaction(role: TenantSchema(tenant).role, queries))
        }
    }

    private func reading<Value>(
        _ queries: [Query],
        _ tenant: TenantID,
        _ decode: ([Rows]) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, queries))
        }
    }
}
