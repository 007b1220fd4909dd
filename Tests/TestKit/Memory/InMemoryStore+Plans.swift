package import PaymentCore

extension InMemoryStore: PolicyStore, PolicyDirectory {
    package func policies(of tenant: TenantID) async throws(StoreError) -> Policies {
        read(tenant) { $0.policies.last?.policies ?? Policies() }
    }

    package func policies(in tenant: TenantID) async throws(StoreError) -> StoredPolicies? {
        read(tenant) { $0.policies.last }
    }

    package func insert(
        _ policies: StoredPolicies,
        in tenant: TenantID
    ) async throws(StoreError) {
        try write(tenant) { (rows) throws(StoreError) in
            guard !rows.policies.contains(where: { $0.version == policies.version }) else {
                throw StoreError(.stale)
            }
            rows.policies.append(policies)
        }
    }

    package func tries(
        with method: PaymentMethodID,
        amount: Money,
        within period: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        read(tenant) { rows in
            let card = rows.methods[method]
            let same = rows.methods.values.filter {
                $0.details.fingerprint != nil && $0.account == card?.account
                    && $0.details.fingerprint == card?.details.fingerprint
            }
            let methods = Set(same.map(\.id) + [method])
            return rows.attempts.reduce(into: 0) { count, entry in
                guard rows.intents[entry.key]?.amount == amount else { return }
                count +=
                    entry.value.filter { attempt in
                        attempt.operation == .authorize
                            && attempt.methodID.map(methods.contains) == true
                            && attempt.askedAt > clock.now - period
                            && !["rejected", "not_done", "abandoned"].contains(attempt.state.name)
                    }
                    .count
            }
        }
    }
}

extension InMemoryStore: OperatorStore {
    package func unknowns(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<UnknownAttempt> {
        read(tenant) { rows in
            let all = rows.intents.values.flatMap { intent in
                (rows.attempts[intent.id] ?? []).compactMap { attempt -> UnknownAttempt? in
                    let isUnknown =
                        attempt.state.name == "unknown"
                        || attempt.state == .asked
                            && (rows.leases[attempt.id] ?? clock.now) <= clock.now
                        || attempt.state == .pending && attempt.isEscalated
                    guard isUnknown else { return nil }
                    let job = TenantRows.JobID(
                        kind: .followPayment,
                        subject: intent.id.description
                    )
                    let row = rows.jobs[job].flatMap { $0.state == .ready ? $0 : nil }
                    return UnknownAttempt(
                        attempt: attempt,
                        intent: intent.id,
                        currency: intent.amount.currency,
                        nextLook: row?.dueAt,
                        age: clock.now - attempt.askedAt,
                        proposal: intent.plans.proposal(about: attempt.id)
                    )
                }
            }
            let left = all.sorted { $0.attempt.id > $1.attempt.id }
                .filter { unknown in after.map { unknown.attempt.id.uuid < $0 } ?? true }
            let shown = Array(left.prefix(limit))
            return Page(
                elements: shown,
                next: left.count > limit ? shown.last?.attempt.id.uuid : nil
            )
        }
    }

    package func retryBudget(
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [RetryBudgetLine] {
        read(tenant) { rows in
            let intents = rows.intents.values.filter { intent in
                intent.plans.retry != nil && from.map { intent.createdAt >= $0 } ?? true
                    && before.map { intent.createdAt < $0 } ?? true
            }
            let groups = Dictionary(grouping: intents) { intent in
                [
                    intent.plans.retry?.stage.name ?? "",
                    intent.plans.retry?.refusedFor ?? "",
                    intent.amount.currency.code,
                ]
            }
            return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .compactMap { key, intents in
                    guard let first = intents.first else { return nil }
                    return RetryBudgetLine(
                        state: key[0],
                        reason: key[1].isEmpty ? nil : key[1],
                        currency: first.amount.currency,
                        payments: intents.count,
                        amount: intents.map(\.amount.minorUnits).reduce(0, +),
                        retries: intents.compactMap(\.plans.retry?.count).reduce(0, +)
                    )
                }
        }
    }

    package func jobs(
        _ filter: JobFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        try await jobs(state: filter.state, limit: .max, in: tenant)
            .filter { job in
                filter.kind.map { job.kind == $0 } ?? true
                    && filter.subject.map { job.subject == $0 } ?? true
                    && filter.after.map { job.place > ($0.dueAt, $0.kind, $0.subject) } ?? true
            }
            .sorted { $0.place < $1.place }
            .prefix(limit).map { $0 }
    }

    package func cancel(
        kind: String,
        subject: String,
        reason: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try write(tenant) { (rows) throws(StoreError) -> Bool in
            let found = rows.jobs.first {
                $0.key.kind.rawValue == kind && $0.key.subject == subject
            }
            guard let (id, row) = found, row.state == .ready else { return false }
            rows.jobs[id]?.state = .dead
            rows.jobs[id]?.epoch += 1
            rows.jobs[id]?.lastError = reason
            return true
        }
    }
}

extension Retry {
    fileprivate var refusedFor: String? {
        guard case .refused(let refusal) = stage else { return nil }
        return refusal.reason.rawValue
    }
}

extension JobListing {
    fileprivate var place: (Timestamp, String, String) { (dueAt, kind, subject) }
}
