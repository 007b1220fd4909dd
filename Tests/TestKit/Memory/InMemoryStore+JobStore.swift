package import PaymentCore

extension InMemoryStore: JobStore {
    package func claim(
        _ kinds: Set<JobKind>,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> [Job] {
        try write(tenant) { (rows) throws(StoreError) -> [Job] in
            let now = clock.now
            let due = rows.jobs.filter {
                kinds.contains($0.key.kind) && $0.value.state == .ready && $0.value.dueAt <= now
            }
            .sorted { ($0.value.dueAt, $0.key.subject) < ($1.value.dueAt, $1.key.subject) }
            .prefix(limit)
            return due.map { id, old in
                rows.jobs[id]?.run += 1
                rows.jobs[id]?.epoch += 1
                rows.jobs[id]?.dueAt = now + lease
                let row = rows.jobs[id]
                return Job(
                    kind: id.kind,
                    subject: id.subject,
                    run: row?.run ?? 0,
                    epoch: row?.epoch ?? 0,
                    claimedAt: now,
                    dueAt: old.dueAt
                )
            }
        }
    }

    package func finish(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        try write(tenant) { (rows) throws(StoreError) in
            rows.finish(job)
        }
    }

    package func postpone(
        _ job: Job,
        by delay: Duration,
        run: RunCount,
        error: String,
        in tenant: TenantID
    ) async throws(StoreError) {
        try write(tenant) { (rows) throws(StoreError) in
            let id = TenantRows.JobID(kind: job.kind, subject: job.subject)
            guard rows.jobs[id]?.epoch == job.epoch else { return }
            rows.jobs[id]?.dueAt = clock.now + delay
            rows.jobs[id]?.lastError = error
            rows.jobs[id]?.run = run.runs(of: job)
            if let most = run.mostRuns, job.run >= most { rows.jobs[id]?.state = .dead }
        }
    }

    package func jobs(
        state: JobListing.State?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        read(tenant) { rows in
            let wanted = rows.jobs.filter { state == nil || $0.value.state == state }
            return wanted.sorted { $0.value.dueAt < $1.value.dueAt }.prefix(limit).map { id, row in
                JobListing(
                    kind: id.kind.rawValue,
                    subject: id.subject,
                    state: row.state,
                    run: row.run,
                    dueAt: row.dueAt,
                    lastError: row.lastError
                )
            }
        }
    }

    package func retry(
        _ kind: JobKind,
        subject: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try write(tenant) { (rows) throws(StoreError) -> Bool in
            let id = TenantRows.JobID(kind: kind, subject: subject)
            guard rows.jobs[id] != nil else { return false }
            rows.jobs[id]?.dueAt = clock.now
            rows.jobs[id]?.run = 0
            rows.jobs[id]?.state = .ready
            return true
        }
    }

    package func publishEvents(
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        try write(tenant) { (rows) throws(StoreError) -> Int in
            let batch = rows.outbox.prefix(limit)
            for event in batch {
                let position = Int64(rows.published.count + 1)
                rows.published.append(PublishedEvent(position: position, event: event))
            }
            rows.outbox.removeFirst(batch.count)
            return batch.count
        }
    }

    package func events(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [PublishedEvent] {
        read(tenant) { rows in
            Array(rows.published.filter { $0.position > position }.prefix(limit))
        }
    }

    package func purge(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int { 0 }

    package func backlog(in tenant: TenantID) async throws(StoreError) -> Backlog {
        read(tenant) { rows in
            Backlog(
                moment: clock.now,
                nextJob: rows.jobs.values.filter { $0.state == .ready }.map(\.dueAt).min(),
                unpublishedEvents: !rows.outbox.isEmpty
            )
        }
    }
}
