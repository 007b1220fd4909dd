/// The one continuation of every crash, lost answer and lost notification.
extension PaymentWorkflows {
    /// Looks after one payment: recovers attempts whose asker is gone or whose answer was lost,
    /// asks about what stayed open, closes pages nobody used, tries declined payments again, and sees
    /// to the end of holds.
    ///
    /// Every change it commits schedules the next look or clears the job; a run that changes
    /// nothing finishes the job itself.
    package func followPayment(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        guard let id = IntentID(job.subject), let payment = try await store.payment(id, in: tenant)
        else { return try await bury(job, "there is no such payment", tenant) }
        let vendor = payment.intent.vendor ?? .cash
        guard places.take(vendor, for: tenant) else {
            return try await jobs.postpone(
                job,
                by: .milliseconds(200)
                    + Jitter.delay(for: job.subject, job.run, upTo: .milliseconds(800)),
                maximumRuns: .max,
                error: "the vendor has enough to do",
                in: tenant
            )
        }
        defer { places.give(vendor, for: tenant) }
        let open = payment.attempts.filter { $0.state.isOpen && $0.state != .awaitingApproval }
        for attempt in open {
            try await follow(attempt, of: payment, job, tenant)
        }
        guard open.isEmpty else { return }
        if payment.undecidedRetry != nil {
            try await decideRetry(of: payment, job, tenant)
        } else if let plan = payment.retryPlan {
            try await retry(plan, of: payment, job, tenant)
        } else {
            try await followHold(of: payment, job, tenant)
        }
    }

    private func follow(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let account = try await account(attempt.account, tenant)
        switch attempt.state {
        case .asked where !attempt.isLeaseExpired:
            // Its asker may still be at work.
            try await jobs.postpone(
                job,
                by: .seconds(2),
                maximumRuns: .max,
                error: "asker at work",
                in: tenant
            )
        case .asked:
            guard let (payment, attempt) = try await takeOver(attempt.id, of: payment, tenant)
            else { return }
            try await recover(attempt, of: payment, job, tenant)
        case .unknown: try await recover(attempt, of: payment, job, tenant)
        case .requiresAction
        where job.claimedAt - attempt.askedAt > pageLifetime(attempt.vendor, account):
            try await closePage(attempt, of: payment, job, tenant)
        case .pending, .requiresAction: try await lookUp(attempt, of: payment, job, tenant)
        case .awaitingApproval, .succeeded, .declined, .rejected, .notDone, .abandoned, .reversed:
            break
        }
    }

    /// Stores that the attempt's asker is gone, before anything is asked in its place. An asker who
    /// was only held up, even between its vendor's "not done" and the commit of it, then finds the
    /// payment changed, and that what it heard is not the last word. Nil when it has just answered.
    private func takeOver(
        _ id: AttemptID,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> (Payment, Attempt)? {
        let asking = asking(.system)
        let taken = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            guard payment.attempt(id)?.state == .asked else { return }
            payment.answer(id, with: .unknown(.interrupted), repeated: true, capture: asking)
        }
        guard let attempt = taken.attempt(id), attempt.state.isUnknown else { return nil }
        return (taken, attempt)
    }

    /// Learns the outcome of a call whose answer is missing, by the vendor's own way: the same
    /// request with the same key while that is safe, else a look-up, else a person.
    private func recover(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let port = vendors.port(attempt.vendor),
            let sendable = try await sendable(attempt, of: payment, nil, tenant)
        else { return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant) }
        let (account, operation) = sendable
        let age = job.claimedAt - attempt.askedAt
        let outcome: VendorOutcome
        switch port.capabilities.recovery {
        case .repeatSameKey(let window) where age < window - settings.keyWindowMargin:
            outcome = await port.perform(operation, key: attempt.vendorKey, account: account)
            observe(outcome, of: attempt.id, payment, repeated: true)
        case .repeatSameKey, .lookUp:
            outcome = await port.perform(
                .lookUp(attempt.lookUp(of: payment)),
                key: attempt.vendorKey,
                account: account
            )
        case .abandon: outcome = .abandoned(.interrupted)
        case .webhook, .none: outcome = .unknown(.interrupted)
        }
        let last = await completing(outcome, of: attempt, of: payment, at: account)
        try await commit(last, to: attempt, payment, job, tenant)
    }

    private func lookUp(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let port = vendors.port(attempt.vendor),
            let account = try await account(attempt.account, tenant)
        else { return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant) }
        if let questions = port.questions,
            try await sweepQuestions(attempt, of: payment, at: account, questions)
        {
            return
        }
        let found = await port.perform(
            .lookUp(attempt.lookUp(of: payment)),
            key: attempt.vendorKey,
            account: account
        )
        let last = await completing(found, of: attempt, of: payment, at: account)
        try await commit(last, to: attempt, payment, job, tenant)
    }

    /// The payer never came back: the page is closed at the vendor, and only what the vendor then
    /// says is believed, because the payer may have paid in the last second. A vendor that cannot
    /// be asked about a payment closes it by accepting that.
    private func closePage(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let reference = attempt.reference, let port = vendors.port(attempt.vendor),
            let account = try await account(attempt.account, tenant)
        else { return try await lookUp(attempt, of: payment, job, tenant) }
        let void = VendorOperation.Void(
            void: VoidID(attempt.movement),
            attempt: attempt.id,
            paymentReference: reference,
            original: payment.original(of: attempt)
        )
        let closed = await port.perform(
            .void(void),
            key: "\(attempt.vendorKey)-close",
            account: account
        )
        let capabilities = port.capabilities(of: account)
        guard case .succeeded = closed, !capabilities.operations.contains(.lookUp) else {
            return try await lookUp(attempt, of: payment, job, tenant)
        }
        let expired = PaymentSnapshot(
            reference: reference,
            attempt: attempt.id,
            status: .expired,
            amount: payment.intent.amount,
            capturable: 0,
            captured: 0
        )
        try await commit(.found(.payment(expired)), to: attempt, payment, job, tenant)
    }

    /// A vendor's page may end before ours would.
    func pageLifetime(_ vendor: VendorID, _ account: MerchantAccount?) -> Duration {
        let port = vendors.port(vendor)
        let capabilities = account.flatMap { port?.capabilities(of: $0) } ?? port?.capabilities
        return min(capabilities?.pageLifetime ?? settings.pageLifetime, settings.pageLifetime)
    }

    func account(
        _ id: MerchantAccountID?,
        _ tenant: TenantID
    ) async throws(StoreError) -> MerchantAccount? {
        try await accounts.accounts(of: tenant).first { $0.id == id }
    }

    /// Commits what a recovery or look-up brought; what brought nothing is counted, and past its
    /// age handed to an operator.
    private func commit(
        _ outcome: VendorOutcome,
        to attempt: Attempt,
        _ payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let asking = asking(.system)
        let id = attempt.id
        let age = job.claimedAt - attempt.askedAt
        let isLate = age >= settings.escalatesAfter && attempt.state.isUnknown
        let result = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            // Who answered it meanwhile knew more.
            guard payment.attempt(id)?.state == attempt.state else { return }
            payment.answer(id, with: outcome, repeated: true, capture: asking)
            guard let after = payment.attempt(id), after.state.isOpen else { return }
            payment.countLookUp(id)
            if isLate { payment.escalate(id) }
        }
        let after = result.attempt(id)
        if attempt.state.isUnknown, after?.state.isOpen == false {
            observer.resolved(attempt.operation, by: attempt.vendor, after: age)
        }
        if isLate, after?.isEscalated == true, !attempt.isEscalated {
            observer.escalated(id, of: payment.intent.id, in: tenant)
        }
        if let after, after.state.isNo, after.state != attempt.state, outcome.isYes {
            try await believe(outcome, of: id, of: result, tenant)
        }
    }

    /// A "yes" to an attempt that somebody has ended as "no" meanwhile: the vendor did what he took
    /// for not done, or took it back since. The vendor is asked which, until nobody has changed the
    /// payment behind the question; one that does not tell is believed to have done it.
    private func believe(
        _ heard: VendorOutcome,
        of id: AttemptID,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let asking = asking(.system)
        var known = payment
        for _ in 1...3 {
            guard let snapshot = try await lookUpAgain(id, of: known, tenant) else { break }
            let version = known.intent.version
            known = try await commitUnderLock(
                payment.intent.id,
                in: tenant,
                correlation: nil,
                traceparent: nil
            ) { payment in
                guard payment.intent.version == version else { return }
                payment.observe(snapshot, asking)
            }
            if known.intent.version == version { return }
        }
        _ = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            guard payment.attempt(id)?.state.isNo == true else { return }
            payment.answer(id, with: heard, repeated: true, capture: asking)
        }
    }

    /// Only of an authorization: a payment's sums do not name the capture or refund that they hold.
    private func lookUpAgain(
        _ id: AttemptID,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> VendorSnapshot? {
        guard let attempt = payment.attempt(id), attempt.operation == .authorize,
            let port = vendors.port(attempt.vendor),
            let account = try await account(attempt.account, tenant),
            port.capabilities(of: account).operations.contains(.lookUp),
            case .found(let snapshot) = await port.perform(
                .lookUp(attempt.lookUp(of: payment)),
                key: attempt.vendorKey,
                account: account
            )
        else { return nil }
        return snapshot
    }
}

extension VendorOutcome {
    /// Whether the vendor says that it did what was asked, or will.
    fileprivate var isYes: Bool {
        switch self {
        case .succeeded, .pending: true
        case .requiresAction, .declined, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound:
            false
        }
    }
}

extension AttemptState {
    /// Asked without an answer, or answered with "perhaps".
    var isUnknown: Bool {
        switch self {
        case .asked, .unknown: true
        case .pending, .requiresAction, .awaitingApproval, .succeeded, .declined, .rejected,
            .notDone, .abandoned, .reversed:
            false
        }
    }
}

extension Attempt {
    func lookUp(of payment: Payment, told: String? = nil) -> VendorOperation.LookUp {
        VendorOperation.LookUp(
            lookUpSubject(of: payment),
            original: operation == .authorize ? payment.original(of: self) : payment.original,
            refund: VendorOperation.Refund(self, of: payment),
            told: told,
            movement: operation
        )
    }

    /// Where the vendor can tell about this attempt: by its own reference when one is known.
    private func lookUpSubject(of payment: Payment) -> VendorOperation.LookUp.Subject {
        switch operation {
        case .authorize:
            reference.map { .payment(reference: $0) } ?? .paymentOfAttempt(id, askedAt: askedAt)
        case .capture, .void:
            .payment(reference: payment.intent.reference ?? "")
        case .refund:
            reference.map { .refund(reference: $0) }
                ?? .refundOfAttempt(id, paymentReference: payment.intent.reference ?? "")
        }
    }
}
