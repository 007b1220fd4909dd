package import PaymentCore

/// The contract of the stores behind retries, holds, unknown outcomes and operators' jobs, as
/// scenarios that every implementation must pass on a tenant of its own.
package struct PlanConformance: Sendable {
    package enum Scenario: String, Sendable, CaseIterable {
        case plansComeBackAsCommitted
        case policiesAreAddedVersionByVersion
        case triesCountACardAndAnAmount
        case unknownsTellAgeAndNextLook
        case unknownsNameWhatIsNeverToldOf
        case budgetGroupsByFate
        case flagsAreClearedByNewCardData
        case jobsAreFoundAndCancelled
    }

    private let base: StoreConformance
    private let store: any PaymentStore & JobStore & LedgerStore & EventInbox
    private let plans: any PolicyStore & OperatorStore
    private let tenant: TenantID

    /// - Parameter tenant: one that no other scenario uses.
    package init(
        store: any PaymentStore & JobStore & LedgerStore & EventInbox,
        plans: any PolicyStore & OperatorStore,
        tenant: TenantID
    ) {
        base = StoreConformance(store: store, tenant: tenant)
        self.store = store
        self.plans = plans
        self.tenant = tenant
    }

    package func run(_ scenario: Scenario) async throws {
        switch scenario {
        case .plansComeBackAsCommitted: try await plansComeBackAsCommitted()
        case .policiesAreAddedVersionByVersion: try await policiesAreAddedVersionByVersion()
        case .triesCountACardAndAnAmount: try await triesCountACardAndAnAmount()
        case .unknownsTellAgeAndNextLook: try await unknownsTellAgeAndNextLook()
        case .unknownsNameWhatIsNeverToldOf: try await unknownsNameWhatIsNeverToldOf()
        case .budgetGroupsByFate: try await budgetGroupsByFate()
        case .flagsAreClearedByNewCardData: try await flagsAreClearedByNewCardData()
        case .jobsAreFoundAndCancelled: try await jobsAreFoundAndCancelled()
        }
    }

    /// A payment with these plans, stored without any attempt.
    private func commit(_ wish: Bool?) async throws -> Payment {
        var draft = base.draft()
        draft.retry = wish
        draft.offSession = true
        var payment = base.new(draft)
        try await base.commit(&payment)
        return try await base.load(payment)
    }

    private func plansComeBackAsCommitted() async throws {
        let wished = try await commit(true)
        try base.expect(wished.intent.plans.retry, Retry(wish: true))
        let plain = try await commit(nil)
        try base.expect(plain.intent.plans, Plans())
        let attempt: AttemptID = base.identifiers.make()
        let moment = base.clock.now
        let plan = RetryPlan(
            at: moment,
            cause: .insufficientFunds,
            rule: "mastercard_wait_24_hours",
            after: attempt
        )
        let refusal = RetryRefusal(.schemeCap, rule: SchemeRule.attemptCap)
        let stages: [Retry.Stage] = [
            .idle, .undecided(attempt), .planned(plan), .refused(refusal), .recovered,
        ]
        for stage in stages {
            let plans = Plans(
                retry: Retry(wish: false, stage: stage, count: 3, since: moment),
                hold: HoldPlan(
                    authorization: base.identifiers.make(),
                    endsAt: moment,
                    warnAt: moment,
                    action: .void,
                    actAt: moment,
                    isWarned: true
                ),
                settlements: [
                    settlement(attempt, .succeeded(reference: "ref \"1\"", amount: 7)),
                    settlement(attempt, .notDone),
                ]
            )
            try base.expect(try await stored(plans), plans)
        }
    }

    private func settlement(
        _ attempt: AttemptID,
        _ verdict: Settlement.Verdict,
        _ state: Settlement.State = .approved
    ) -> Settlement {
        Settlement(
            attempt: attempt,
            verdict: verdict,
            reason: "seen",
            proposedBy: Actor(key: base.identifiers.make(), person: "anna"),
            proposedAt: base.clock.now,
            state: state,
            decidedBy: state == .proposed ? nil : Actor(key: nil, person: "boris"),
            decidedAt: state == .proposed ? nil : base.clock.now
        )
    }

    /// What becomes of plans that are committed.
    private func stored(_ plans: Plans) async throws -> Plans {
        let payment = try await base.committedAsk()
        let changed = Payment(
            stored: payment.intent.with(plans),
            attempts: payment.attempts
        )
        var sealed = changed
        sealed.answer(
            try base.present(changed.lastAttempt).id,
            with: .unknown(.timeout),
            capture: base.asking()
        )
        try await base.commit(&sealed)
        return try await base.load(sealed).intent.plans
    }

    private func policiesAreAddedVersionByVersion() async throws {
        try base.expect(try await plans.policies(in: tenant), nil)
        let first = StoredPolicies(
            policies: Policies(
                retry: RetryPolicy(mode: .requested, maximumRetries: 7, payDays: [1, 31]),
                hold: HoldPolicy(action: .capture, lifetimes: ["visa": .seconds(86_400)])
            ),
            version: 1,
            changedBy: Actor(key: base.identifiers.make(), person: "anna"),
            changedAt: base.clock.now
        )
        try await plans.insert(first, in: tenant)
        try base.expect(try await plans.policies(in: tenant), first)
        try await base.refused(.stale) { () async throws(StoreError) in
            try await plans.insert(first, in: tenant)
        }
    }

    private func triesCountACardAndAnAmount() async throws {
        let method = base.method(token: "one", customer: nil)
        try await store.commit(Changeset(methods: [.insert(method)]), in: tenant)
        let amount = base.draft().amount
        for _ in 0..<2 {
            var draft = base.draft()
            draft.method.id = method.id
            var payment = base.new(draft)
            try base.ask(&payment)
            try await base.commit(&payment)
        }
        let day = Duration.seconds(86_400)
        let counted = try await plans.tries(
            with: method.id,
            amount: amount,
            within: day,
            in: tenant
        )
        try base.expect(counted, 2)
        let other = Money(amount.minorUnits + 1, amount.currency)
        let none = try await plans.tries(with: method.id, amount: other, within: day, in: tenant)
        try base.expect(none, 0)
    }

    private func unknownsTellAgeAndNextLook() async throws {
        var payment = try await base.committedAsk()
        let young = try await plans.unknowns(after: nil, limit: 10, in: tenant)
        try base.expect(young.elements.count, 0)
        let attempt = try base.present(payment.lastAttempt).id
        payment.answer(attempt, with: .unknown(.timeout), capture: base.asking())
        try await base.commit(&payment)
        let orphan = try await plans.unknowns(after: nil, limit: 10, in: tenant).elements
        try base.expect(orphan.map(\.attempt.id), [attempt])
        try base.expect(orphan.map(\.owner), [.operator])
        try base.expect(orphan.map(\.intent), [payment.intent.id])
        let look = JobChange.schedule(
            .followPayment,
            subject: payment.intent.id.description,
            due: .after(.seconds(60))
        )
        try await store.commit(Changeset(jobs: [look]), in: tenant)
        let found = try await plans.unknowns(after: nil, limit: 10, in: tenant).elements
        try base.expect(found.map(\.owner), [.gateway])
    }

    private func unknownsNameWhatIsNeverToldOf() async throws {
        func unknowns() async throws(StoreError) -> [UnknownAttempt] {
            try await plans.unknowns(after: nil, limit: 10, in: tenant).elements
        }
        var accepted = try await base.committedAsk()
        let attempt = try base.present(accepted.lastAttempt)
        accepted.answer(
            attempt.id,
            with: .pending(VendorReceipt(reference: "v-1")),
            capture: base.asking()
        )
        try await base.commit(&accepted)
        try base.expect(try await unknowns().count, 0)
        let proposal = settlement(attempt.id, .notDone, .proposed)
        let pending = try base.present(try await base.load(accepted).lastAttempt)
        var untold = Payment(
            stored: accepted.intent.with(Plans(settlements: [proposal]), isFlagged: true),
            attempts: [pending.escalated]
        )
        untold.answer(
            attempt.id,
            with: .pending(VendorReceipt(reference: "v-1")),
            capture: base.asking()
        )
        try await base.commit(&untold)
        let found = try await unknowns()
        try base.expect(found.map(\.attempt.id), [attempt.id])
        try base.expect(found.map(\.intent), [accepted.intent.id])
        try base.expect(found.map(\.owner), [.operator])
        try base.expect(found.map(\.proposal), [proposal])
    }

    private func budgetGroupsByFate() async throws {
        _ = try await commit(true)
        _ = try await commit(false)
        _ = try await commit(nil)
        let lines = try await plans.retryBudget(from: nil, before: nil, in: tenant)
        try base.expect(lines.map(\.state), ["idle"])
        try base.expect(lines.map(\.payments), [2])
        try base.expect(lines.map(\.amount), [25_000])
        let past = try await plans.retryBudget(
            from: nil,
            before: base.clock.now - .seconds(3_600),
            in: tenant
        )
        try base.expect(past.count, 0)
    }

    private func flagsAreClearedByNewCardData() async throws {
        let method = base.method(token: "one", customer: nil)
        try await store.commit(Changeset(methods: [.insert(method)]), in: tenant)
        let flag = MethodChange.flag(method.id, code: "stolen_card")
        try await store.commit(Changeset(methods: [flag]), in: tenant)
        try base.expect(try await store.method(method.id, in: tenant)?.flag, "stolen_card")
        let renewed = MethodChange.updateDetails(method.id, MethodDetails(last4: "1111"))
        try await store.commit(Changeset(methods: [renewed]), in: tenant)
        try base.expect(try await store.method(method.id, in: tenant)?.flag, nil)
    }

    private func jobsAreFoundAndCancelled() async throws {
        for subject in ["a", "b"] {
            let job = JobChange.schedule(.purge, subject: subject, due: .after(.seconds(60)))
            try await store.commit(Changeset(jobs: [job]), in: tenant)
        }
        let filter = JobFilter(kind: "purge", subject: "b")
        let found = try await plans.jobs(filter, limit: 10, in: tenant)
        try base.expect(found.map(\.subject), ["b"])
        let all = try await plans.jobs(JobFilter(kind: "purge"), limit: 10, in: tenant)
        var paged: [JobListing] = []
        while true {
            let after = paged.last.map {
                JobFilter.Place(dueAt: $0.dueAt, kind: $0.kind, subject: $0.subject)
            }
            let next = JobFilter(kind: "purge", after: after)
            let page = try await plans.jobs(next, limit: 1, in: tenant)
            guard let job = page.first else { break }
            paged.append(job)
        }
        try base.expect(paged, all)
        let isCancelled = try await plans.cancel(
            kind: "purge",
            subject: "b",
            reason: "cancelled by anna",
            in: tenant
        )
        try base.expect(isCancelled, true)
        let again = try await plans.cancel(kind: "purge", subject: "b", reason: "x", in: tenant)
        try base.expect(again, false)
        let dead = try await plans.jobs(JobFilter(state: .dead), limit: 10, in: tenant)
        try base.expect(dead.map(\.lastError), ["cancelled by anna"])
        try base.expect(try await store.retry(.purge, subject: "b", in: tenant), true)
    }
}

extension Attempt {
    /// The same as a person's matter, without the days that lead there.
    fileprivate var escalated: Attempt {
        Attempt(
            id: id,
            operation: operation,
            movement: movement,
            ordinal: ordinal,
            origin: origin,
            vendor: vendor,
            account: account,
            amount: amount,
            reserved: reserved,
            isFinal: isFinal,
            reason: reason,
            askedBy: askedBy,
            askedAt: askedAt,
            method: method,
            methodID: methodID,
            state: state,
            reference: reference,
            answeredAt: answeredAt,
            isEscalated: true
        )
    }
}

extension Intent {
    /// The same with other plans: every stage, without the history that leads there.
    fileprivate func with(_ plans: Plans, isFlagged: Bool? = nil) -> Intent {
        Intent(
            id: id,
            amount: amount,
            captureMethod: captureMethod,
            customer: customer,
            order: order,
            property: property,
            country: country,
            offSession: offSession,
            returnURL: returnURL,
            metadata: metadata,
            createdAt: createdAt,
            state: state,
            version: version,
            eventSequence: eventSequence,
            updatedAt: updatedAt,
            method: method,
            guarantee: guarantee,
            vendor: vendor,
            account: account,
            reference: reference,
            authorization: authorization,
            fx: fx,
            details: details,
            routing: routing,
            plans: plans,
            capturable: capturable,
            captured: captured,
            refunded: refunded,
            captureReserved: captureReserved,
            refundReserved: refundReserved,
            isReleasing: isReleasing,
            hasDiscrepancy: isFlagged ?? hasDiscrepancy
        )
    }
}
