/// One visit of a worker to a tenant.
extension PaymentWorkflows {
    /// What a visit found.
    package struct Visit: Sendable {
        package var published = 0
        package var jobs = 0
        /// How long the oldest job had been due.
        package var oldest: Duration = .zero
    }

    /// How much of a tenant's work one visit does: even when every call takes its whole time-out,
    /// all claimed jobs begin within the claim's lease, and other tenants come soon.
    package struct VisitLimits: Sendable {
        package var events: Int
        package var jobs: Int
        package var jobsAtOnce: Int
        /// How long claimed jobs are ours; a dead worker's are due again after it.
        package var lease: Duration

        package init(
            events: Int = 500,
            jobs: Int = 32,
            jobsAtOnce: Int = 16,
            lease: Duration = .seconds(60)
        ) {
            self.events = events
            self.jobs = jobs
            self.jobsAtOnce = jobsAtOnce
            self.lease = lease
        }
    }

    /// Publishes waiting events and runs due jobs.
    package func visit(
        _ tenant: TenantID,
        limits: VisitLimits = VisitLimits(),
        mayBegin: @escaping @Sendable () -> Bool = { true }
    ) async throws(StoreError) -> Visit {
        let published = try await jobs.publishEvents(limit: limits.events, in: tenant)
        var visit = try await work(tenant, limits: limits, mayBegin: mayBegin)
        visit.published = published
        if visit.jobs > 0 {
            visit.published += try await jobs.publishEvents(limit: limits.events, in: tenant)
        }
        return visit
    }

    /// Runs due jobs, for as long as vendors take. A job that fails is put off and never stops the
    /// others.
    ///
    /// - Parameter mayBegin: asked before each job; once it says no, the claimed jobs that have not
    ///   begun are handed back, due at once.
    package func work(
        _ tenant: TenantID,
        limits: VisitLimits = VisitLimits(),
        mayBegin: @escaping @Sendable () -> Bool = { true }
    ) async throws(StoreError) -> Visit {
        var visit = Visit()
        let claimed = try await jobs.claim(
            Set(JobKind.allCases),
            limit: limits.jobs,
            lease: limits.lease,
            in: tenant
        )
        visit.jobs = claimed.count
        visit.oldest = claimed.map { $0.claimedAt - $0.dueAt }.max() ?? .zero
        await withTaskGroup(of: Void.self) { group in
            for (index, job) in claimed.enumerated() {
                if index >= limits.jobsAtOnce { await group.next() }
                group.addTask { [self] in
                    guard mayBegin() else { return await handBack(job, in: tenant) }
                    observer.began(job.kind, late: job.claimedAt - job.dueAt)
                    await run(job, in: tenant)
                }
            }
        }
        return visit
    }

    /// Runs one claimed job to its end or puts it off.
    package func run(_ job: Job, in tenant: TenantID) async {
        do throws(StoreError) {
            switch job.kind {
            case .followPayment: try await followPayment(job, in: tenant)
            case .detachMethod: try await detachAtVendor(job, in: tenant)
            case .followSession: try await followSession(job, in: tenant)
            case .registerSale: try await registerSale(job, in: tenant)
            case .applyEvents: try await applyEvents(job, in: tenant)
            case .watchLedger:
                guard let pause = try await watch?.check(tenant) else {
                    return try await jobs.finish(job, in: tenant)
                }
                try await jobs.postpone(
                    job,
                    by: pause,
                    run: .afresh,
                    error: "",
                    in: tenant
                )
            case .purge:
                let gone = try await jobs.purge(limit: 1_000, in: tenant)
                // A quiet tenant is left alone: a thousand of them cost a query every minute or two.
                let pause: Duration =
                    gone >= 1_000 ? .seconds(1) : gone > 0 ? .seconds(3_600) : .seconds(86_400)
                try await jobs.postpone(
                    job,
                    by: pause,
                    run: .afresh,
                    error: "",
                    in: tenant
                )
            }
        } catch {
            // Silence is right: when this cannot be written either, the claim's lease runs out
            // and the job is due again.
            try? await putOff(
                job,
                by: .seconds(5 << min(Int64(job.run), 6)),
                "\(error.code.rawValue): \(error.message)",
                tenant
            )
        }
    }

    /// Does what asks a vendor, where it has a place for one more job of the tenant; otherwise the
    /// job comes again within a second.
    func atVendor(
        _ vendor: VendorID,
        _ job: Job,
        _ tenant: TenantID,
        _ body: () async throws(StoreError) -> Void
    ) async throws(StoreError) {
        guard places.take(vendor, for: tenant) else {
            return try await jobs.postpone(
                job,
                by: .milliseconds(200)
                    + Jitter.delay(for: job.subject, Int(job.epoch), upTo: .milliseconds(800)),
                run: .givenBack,
                error: "the vendor has enough to do",
                in: tenant
            )
        }
        defer { places.give(vendor, for: tenant) }
        try await body()
    }

    /// Makes a job that can never be done a dead letter.
    func bury(_ job: Job, _ why: String, _ tenant: TenantID) async throws(StoreError) {
        try await jobs.postpone(job, by: .zero, run: .failed(mostRuns: 0), error: why, in: tenant)
        observer.buried(job.kind)
    }

    /// Has a job tried again after a while and some jitter. One that keeps failing is a dead letter
    /// in the end.
    func putOff(
        _ job: Job,
        by pause: Duration,
        _ why: String,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard job.run < Self.mostRuns else { return try await bury(job, why, tenant) }
        try await jobs.postpone(
            job,
            by: pause + Jitter.delay(for: job.subject, job.run, upTo: pause / 4),
            run: .failed(mostRuns: Self.mostRuns),
            error: why,
            in: tenant
        )
    }

    private static let mostRuns = 50

    private func handBack(_ job: Job, in tenant: TenantID) async {
        // Silence is right: without this the claim's lease runs out and it is due again.
        try? await jobs.postpone(job, by: .zero, run: .givenBack, error: "", in: tenant)
    }
}
