/// How the outcome of a call whose answer is missing is learned.
extension PaymentWorkflows {
    /// Stores that the attempt's asker is gone, before anything is asked in its place. An asker who
    /// was only held up, even between its vendor's "not done" and the commit of it, then finds the
    /// payment changed, and that what it heard is not the last word. Nil when it has just answered.
    func takeOver(
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
    func recover(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let access = try await access(to: attempt, tenant) else {
            return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant)
        }
        let age = job.claimedAt - attempt.sentAt
        guard let (_, operation) = try await sendable(attempt, of: payment, nil, tenant) else {
            return try await lookUpOnly(attempt, aged: age, of: payment, at: access, job, tenant)
        }
        let finding: Finding
        switch access.capabilities.recovery {
        case .repeatSameKey(let window) where age < window - settings.keyWindowMargin:
            let repeated = await access.perform(operation, key: attempt.vendorKey)
            observe(repeated, of: attempt.id, payment, repeated: true)
            finding = await uncover(repeated, attempt, aged: age, of: payment, at: access)
        case .repeatSameKey:
            let found = await lookUp(attempt, of: payment, at: access)
            finding = Finding(payment.standing(of: attempt, by: found), lookedUp: found)
        case .lookUp:
            finding = Finding(await lookUp(attempt, aged: age, of: payment, at: access))
        case .abandon: finding = Finding(.abandoned(.interrupted))
        case .webhook, .none: finding = Finding(.unknown(.interrupted))
        }
        try await commit(
            await completing(finding.outcome, of: attempt, of: payment, at: access),
            beside: finding.shown,
            to: attempt,
            payment,
            job,
            tenant
        )
    }

    /// What was found out about an attempt.
    private struct Finding: Sendable {
        let outcome: VendorOutcome
        /// How a look-up shows the payment, where the outcome is not that itself: somebody else may
        /// have captured or released what the attempt could not.
        let shown: VendorSnapshot?

        init(_ outcome: VendorOutcome, lookedUp found: VendorOutcome? = nil) {
            self.outcome = outcome
            if case .found(let snapshot) = found, found != outcome {
                shown = snapshot
            } else {
                shown = nil
            }
        }
    }

    /// What cannot be sent again, as the method was given up meanwhile, can still be asked about.
    private func lookUpOnly(
        _ attempt: Attempt,
        aged age: Duration,
        of payment: Payment,
        at access: VendorAccess,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        var outcome = VendorOutcome.unknown(.interrupted)
        if access.canLookUp {
            let found = await lookUp(attempt, aged: age, of: payment, at: access)
            outcome = await completing(found, of: attempt, of: payment, at: access)
        }
        try await commit(outcome, to: attempt, payment, job, tenant)
    }

    /// What a repetition does not show is looked up, where the vendor can be asked.
    ///
    /// That the earlier request is held under the key says nothing of what it did, and will not
    /// however often it is repeated. What a look-up shows is believed; that it shows nothing is
    /// believed only when the earlier request cannot run any more. A vendor that no longer knows
    /// the key and finds the work already done answers with a refusal, too: a refusal is believed
    /// once a look-up does not show that work.
    private func uncover(
        _ outcome: VendorOutcome,
        _ attempt: Attempt,
        aged age: Duration,
        of payment: Payment,
        at access: VendorAccess
    ) async -> Finding {
        guard outcome.wantsLookUp, access.canLookUp else { return Finding(outcome) }
        let found = await lookUp(attempt, of: payment, at: access)
        switch (outcome, found) {
        case (.rejected, .found) where payment.shows(found, of: attempt): return Finding(found)
        case (.rejected, .found):
            // What ended an authorization at the vendor would end it here, in place of the refusal.
            return Finding(outcome, lookedUp: attempt.operation == .authorize ? nil : found)
        case (.rejected, .unknown(let why)):
            return Finding(why == .searchLagging ? outcome : found)
        case (.rejected, _): return Finding(outcome)
        case (_, _) where age > access.capabilities.longestRequest:
            return Finding(payment.standing(of: attempt, by: found), lookedUp: found)
        case (_, .found): return Finding(found)
        default: return Finding(outcome)
        }
    }

    /// What the vendor shows of an attempt whose answer is missing. That a payment stands as it did
    /// before says nothing of a capture, void or refund that a slow vendor may still be at work on.
    /// An authorization is searched for, and how long a search lags is the port's to know.
    private func lookUp(
        _ attempt: Attempt,
        aged age: Duration,
        of payment: Payment,
        at access: VendorAccess
    ) async -> VendorOutcome {
        let found = await lookUp(attempt, of: payment, at: access)
        guard case .notFound = found, attempt.operation != .authorize,
            age <= access.capabilities.longestRequest
        else { return found }
        return .unknown(.searchLagging)
    }

    /// What the vendor shows of an attempt.
    ///
    /// - Parameter told: what a notification said of it.
    func lookUp(
        _ attempt: Attempt,
        of payment: Payment,
        told: String? = nil,
        at access: VendorAccess
    ) async -> VendorOutcome {
        await access.perform(
            .lookUp(attempt.lookUp(of: payment, told: told)),
            key: attempt.vendorKey
        )
    }

    func lookUp(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let access = try await access(to: attempt, tenant) else {
            return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant)
        }
        if let questions = access.questions,
            try await sweepQuestions(attempt, of: payment, at: access.account, questions)
        {
            return
        }
        let found = await lookUp(attempt, of: payment, at: access)
        let isOver = job.claimedAt - attempt.askedAt > pageLifetime(access)
        let closed = await closingPage(attempt, of: payment, found, at: access, isOver: isOver)
        let last = await completing(closed, of: attempt, of: payment, at: access)
        try await commit(last, to: attempt, payment, job, tenant)
    }

    /// A card was refused on a page where the payer could try another. An attempt is one try: the
    /// page is closed at the vendor, so that only the next attempt can be paid, and then the refusal
    /// is the answer. A page that the vendor does not close is looked at again, for it may be paid,
    /// until its time is over.
    private func closingPage(
        _ attempt: Attempt,
        of payment: Payment,
        _ found: VendorOutcome,
        at access: VendorAccess,
        isOver: Bool
    ) async -> VendorOutcome {
        guard attempt.isPage, case .found(.payment(let page)) = found, page.staysPayable,
            case .declined(let decline) = page.status, page.reference == attempt.reference
        else { return found }
        let closed = await close(attempt, page.reference, of: payment, at: access)
        if case .succeeded = closed { return .declined(decline, page.receipt) }
        let again = await lookUp(attempt, of: payment, at: access)
        return isOver && again == found ? .declined(decline, page.receipt) : again
    }

    private func close(
        _ page: Attempt,
        _ reference: String,
        of payment: Payment,
        at access: VendorAccess
    ) async -> VendorOutcome {
        let void = VendorOperation.Void(
            void: VoidID(page.movement),
            attempt: page.id,
            paymentReference: reference,
            original: payment.original(of: page)
        )
        return await access.perform(.void(void), key: "\(page.vendorKey)-close")
    }

    /// The payer never came back: the page is closed at the vendor, and only what the vendor then
    /// says is believed, because the payer may have paid in the last second. A vendor that cannot
    /// be asked about a payment has ended it by then, and accepts to cancel what is under way.
    func closePage(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let reference = attempt.reference, let access = try await access(to: attempt, tenant)
        else { return try await lookUp(attempt, of: payment, job, tenant) }
        let closed = await close(attempt, reference, of: payment, at: access)
        guard closed.isYes, !access.canLookUp else {
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
}

extension VendorOutcome {
    /// Whether a repetition that was answered so may follow a sending that did what was asked.
    fileprivate var wantsLookUp: Bool {
        switch self {
        case .unknown(let why): why == .keyTaken
        case .rejected(let rejection): rejection.reason != .configuration
        case .succeeded, .pending, .requiresAction, .declined, .notDone, .abandoned, .found,
            .notFound:
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
