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
        try await atVendor(payment.intent.vendor ?? .cash, job, tenant) {
            () async throws(StoreError) in
            try await follow(payment, job, tenant)
        }
    }

    private func follow(
        _ payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let open = payment.attempts.filter { $0.state.isOpen && $0.state != .awaitingApproval }
        for attempt in open {
            try await follow(attempt, of: payment, job, tenant)
        }
        if !open.isEmpty {
            try await followHoldBeside(payment, job, tenant)
        } else if payment.undecidedRetry != nil {
            try await decideRetry(of: payment, job, tenant)
        } else if let plan = payment.retryPlan {
            try await retry(plan, of: payment, job, tenant)
        } else {
            switch try await followHold(of: payment, job.claimedAt, tenant) {
            case .scheduled: break
            case .due(let delay, let reason):
                try await jobs.postpone(
                    job,
                    by: delay,
                    run: .givenBack,
                    error: reason,
                    in: tenant
                )
            case .needless: try await jobs.finish(job, in: tenant)
            }
        }
    }

    /// A hold runs out whatever else of its payment is under way. What is under way has scheduled
    /// when the job comes again, and the hold leaves it at that.
    private func followHoldBeside(
        _ payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard payment.intent.capturable > 0,
            let payment = try await store.payment(payment.intent.id, in: tenant)
        else { return }
        _ = try await followHold(of: payment, job.claimedAt, tenant)
    }

    private func follow(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        switch attempt.state {
        case .asked where !attempt.isLeaseExpired:
            // Its asker may still be at work.
            try await jobs.postpone(
                job,
                by: .seconds(2),
                run: .givenBack,
                error: "asker at work",
                in: tenant
            )
        case .asked:
            guard let (payment, attempt) = try await takeOver(attempt.id, of: payment, tenant)
            else { return }
            try await recover(attempt, of: payment, job, tenant)
        case .unknown: try await recover(attempt, of: payment, job, tenant)
        case .requiresAction where try await isPageOver(attempt, job.claimedAt, tenant):
            try await closePage(attempt, of: payment, job, tenant)
        case .pending, .requiresAction: try await lookUp(attempt, of: payment, job, tenant)
        case .awaitingApproval, .succeeded, .declined, .rejected, .notDone, .abandoned, .reversed:
            break
        }
    }

    private func isPageOver(
        _ attempt: Attempt,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> Bool {
        now - attempt.askedAt > pageLifetime(try await access(to: attempt, tenant))
    }

    /// A vendor's page may end before ours would. Where nobody can ask whether it was paid, only its
    /// own end is sure.
    func pageLifetime(_ access: VendorAccess?) -> Duration {
        guard let access, let own = access.capabilities.pageLifetime else {
            return settings.pageLifetime
        }
        return access.canLookUp ? min(own, settings.pageLifetime) : own
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
