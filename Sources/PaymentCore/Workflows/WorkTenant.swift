/// One visit of a worker to a tenant.
extension PaymentWorkflows {
    /// What a visit found.
    package struct Visit: Sendable {
        package var published = 0
        package var jobs = 0
    }

    /// Publishes waiting events and runs due jobs, up to `limit` of each. A job that fails is put
    /// off and never stops the others.
    package func visit(
        _ tenant: TenantID,
        limit: Int,
        lease: Duration
    ) async throws(StoreError) -> Visit {
        var visit = Visit()
        visit.published = try await jobs.publishEvents(limit: limit, in: tenant)
        let claimed = try await jobs.claim(
            Set(JobKind.allCases),
            limit: limit,
            lease: lease,
            in: tenant
        )
        visit.jobs = claimed.count
        await withTaskGroup { group in
            for job in claimed {
                group.addTask { await run(job, in: tenant) }
            }
        }
        if visit.jobs > 0 {
            visit.published += try await jobs.publishEvents(limit: limit, in: tenant)
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
            case .applyEvents: try await applyEvents(job, in: tenant)
            case .watchLedger:
                guard let pause = try await watch?.check(tenant) else {
                    return try await jobs.finish(job, in: tenant)
                }
                try await jobs.postpone(
                    job,
                    by: pause,
                    maximumRuns: .max,
                    error: "",
                    in: tenant
                )
            case .purge:
                let gone = try await jobs.purge(limit: 1_000, in: tenant)
                let pause: Duration = gone >= 1_000 ? .seconds(1) : .seconds(3_600)
                try await jobs.postpone(
                    job,
                    by: pause,
                    maximumRuns: .max,
                    error: "",
                    in: tenant
                )
            }
        } catch {
            // Silence is right: when this cannot be written either, the claim's lease runs out
            // and the job is due again.
            try? await jobs.postpone(
                job,
                by: .seconds(5 << min(Int64(job.run), 6)),
                maximumRuns: 50,
                error: "\(error.code.rawValue): \(error.message)",
                in: tenant
            )
        }
    }
}
