/// How what was learned becomes fact, also when somebody else was faster.
extension PaymentWorkflows {
    /// Commits what a recovery or look-up brought; what brought nothing is counted, and past its
    /// age handed to an operator.
    ///
    /// - Parameter shown: how a look-up shows the payment, where that is not the outcome itself.
    func commit(
        _ outcome: VendorOutcome,
        beside shown: VendorSnapshot? = nil,
        to attempt: Attempt,
        _ payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let asking = asking(.system)
        let id = attempt.id
        let age = job.claimedAt - attempt.sentAt
        let isLate =
            attempt.state.isUnknown
            ? age >= settings.escalatesAfter
            : try await isUntold(attempt, aged: age, of: payment, by: outcome, tenant)
        let result = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            // Somebody else answered it meanwhile and knew more.
            guard payment.attempt(id)?.state == attempt.state else { return }
            // Facts first: a capture that they explain was made, whatever is said of it.
            if let shown { payment.observe(shown, asking) }
            payment.answer(id, with: outcome, repeated: true, capture: asking)
            payment.resumeHoldAction(after: id, at: job.claimedAt + .seconds(60))
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

    /// Whether the vendor accepted an attempt and nothing shows what becomes of it: the vendor
    /// cannot be asked, or what it shows does not include it.
    private func isUntold(
        _ attempt: Attempt,
        aged age: Duration,
        of payment: Payment,
        by outcome: VendorOutcome,
        _ tenant: TenantID
    ) async throws(StoreError) -> Bool {
        guard attempt.state == .pending, age >= settings.pendingPatience,
            let access = try await access(to: attempt, tenant)
        else { return false }
        return !access.canLookUp || payment.standing(of: attempt, by: outcome) == .notFound
    }

    /// A "yes" to an attempt that somebody has ended as "no" meanwhile: the vendor did what was
    /// taken for not done, or took it back since. The vendor is asked which, until nobody changes
    /// the payment during the question; one that does not say is believed to have done it.
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
            let access = try await access(to: attempt, tenant), access.canLookUp,
            case .found(let snapshot) = await lookUp(attempt, of: payment, at: access)
        else { return nil }
        return snapshot
    }
}

extension VendorOutcome {
    /// Whether the vendor says that it did what was asked, or will.
    var isYes: Bool {
        switch self {
        case .succeeded, .pending: true
        case .requiresAction, .declined, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound:
            false
        }
    }
}
