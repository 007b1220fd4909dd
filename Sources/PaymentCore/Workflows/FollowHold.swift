/// The long life of a hold: planned, told of, ended by policy, and never forgotten.
extension PaymentWorkflows {
    func followHold(
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard payment.intent.capturable > 0, let vendor = payment.intent.vendor else {
            return try await jobs.finish(job, in: tenant)
        }
        guard !payment.needsHoldPlan, let plan = payment.intent.plans.hold else {
            let ground = try await holdGround(of: payment, tenant)
            return try await changeHold(of: payment, tenant) {
                $0.planHold(ground.policy, lifetime: ground.lifetime)
            }
        }
        // By the database's clock: a replica with a wrong one ends nothing early.
        let now = job.claimedAt
        let due = plan.nextLook(margin: settings.expiryMargin)
        if now < due {
            try await jobs.postpone(
                job,
                by: due - now,
                run: .givenBack,
                error: "",
                in: tenant
            )
        } else if !plan.isWarned {
            try await changeHold(of: payment, tenant) { $0.warnOfHold() }
        } else if !plan.isActed, plan.action != .none, now < plan.endsAt {
            let access = try await access(to: vendor, as: payment.intent.account, tenant)
            try await endHold(of: payment, at: access, now, tenant)
        } else {
            let access = try await access(to: vendor, as: payment.intent.account, tenant)
            try await expireHold(of: payment, plan, at: access, job, tenant)
        }
    }

    private func changeHold(
        of payment: Payment,
        _ tenant: TenantID,
        _ rule: @escaping @Sendable (inout Payment) -> Void
    ) async throws(StoreError) {
        _ = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil,
            rule
        )
    }

    /// Captures or releases what is held, as the policy says. When the vendor is not reached, it is
    /// tried again a minute later.
    private func endHold(
        of payment: Payment,
        at access: VendorAccess?,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let access else {
            return try await changeHold(of: payment, tenant) { $0.giveUpHoldAction() }
        }
        let capabilities = access.capabilities
        let asking = asking(.system)
        let asked = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            do throws(Refusal) {
                _ = try payment.endHold(asking, capabilities: capabilities)
            } catch {
                payment.giveUpHoldAction()
            }
        }
        guard asked.attempt(asking.attempt)?.state == .asked else { return }
        let again = now + .seconds(60)
        try await answer(asking.attempt, of: asked, tenant) { payment in
            payment.resumeHoldAction(after: asking.attempt, at: again)
        }
    }

    /// A hold past its end: the vendor says whether it is gone.
    private func expireHold(
        of payment: Payment,
        _ plan: HoldPlan,
        at access: VendorAccess?,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let reference = payment.intent.reference else {
            return try await jobs.finish(job, in: tenant)
        }
        guard let access, access.canLookUp else {
            return try await awaitExpiry(of: payment, plan, job, tenant)
        }
        let outcome = await access.perform(
            .lookUp(.init(.payment(reference: reference), original: payment.original)),
            key: "look-up"
        )
        guard case .found(let snapshot) = outcome else {
            return try await jobs.postpone(
                job,
                by: .seconds(300),
                run: .givenBack,
                error: outcome.shortForm,
                in: tenant
            )
        }
        let asking = asking(.system)
        let result = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in payment.observe(snapshot.atHoldsEnd, asking) }
        if result.intent.capturable > 0 {
            try await jobs.postpone(
                job,
                by: .seconds(3_600),
                run: .givenBack,
                error: "hold still stands",
                in: tenant
            )
        }
    }

    /// A vendor that cannot be asked tells by itself that a hold is gone, if it is told to. When it
    /// has not, a person must look; once.
    private func awaitExpiry(
        of payment: Payment,
        _ plan: HoldPlan,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        let left = settings.expiryPatience - (job.claimedAt - plan.endsAt)
        if left <= .zero, let holding = payment.holdingAttempt, !holding.isEscalated {
            try await changeHold(of: payment, tenant) { $0.escalate(holding.id) }
            observer.escalated(holding.id, of: payment.intent.id, in: tenant)
        } else {
            try await jobs.postpone(
                job,
                by: left > .zero ? left : .seconds(86_400),
                run: .givenBack,
                error: "the vendor has not told that the hold is gone",
                in: tenant
            )
        }
    }
}

extension VendorSnapshot {
    /// As it is to be read once the hold's stated end has passed: what can no longer be captured
    /// was let go, although the payment counts as captured.
    fileprivate var atHoldsEnd: VendorSnapshot {
        guard case .payment(var payment) = self, payment.status == .captured,
            payment.capturable == 0
        else { return self }
        payment.status = .expired
        return .payment(payment)
    }
}
