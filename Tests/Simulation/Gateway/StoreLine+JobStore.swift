internal import PaymentCore
internal import TestKit

extension StoreLine: JobStore {
    func claim(
        _ kinds: Set<JobKind>,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> [Job] {
        try await life.call { () async throws(StoreError) in
            try await store.claim(kinds, limit: limit, lease: lease, in: tenant)
        }
    }

    func finish(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        try await life.call { () async throws(StoreError) in
            try await store.finish(job, in: tenant)
        }
    }

    func postpone(
        _ job: Job,
        by delay: Duration,
        run: RunCount,
        error: String,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await life.call { () async throws(StoreError) in
            try await store.postpone(
                job,
                by: delay,
                run: run,
                error: error,
                in: tenant
            )
        }
    }

    func publishEvents(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int {
        try await life.call { () async throws(StoreError) in
            try await store.publishEvents(limit: limit, in: tenant)
        }
    }

    func jobs(
        state: JobListing.State?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        try await store.jobs(state: state, limit: limit, in: tenant)
    }

    func retry(
        _ kind: JobKind,
        subject: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await store.retry(kind, subject: subject, in: tenant)
    }

    func events(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [PublishedEvent] {
        try await store.events(after: position, limit: limit, in: tenant)
    }

    func purge(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int {
        try await store.purge(limit: limit, in: tenant)
    }

    func backlog(in tenant: TenantID) async throws(StoreError) -> Backlog {
        try await store.backlog(in: tenant)
    }
}
