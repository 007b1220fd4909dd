/// The long life of a hold: planned, announced, ended by policy, and never forgotten.
extension PaymentWorkflows {
    /// What a look at a hold leaves to be done about its next one.
    enum HoldLook: Sendable {
        /// A commit has scheduled it.
        case scheduled
        /// Nothing has changed; the reason is for operators.
        case due(in: Duration, because: String)
        /// Nothing is held.
        case needless
    }

    /// - Parameter now: by the database's clock: a replica with a wrong one ends nothing early.
    func followHold(
        of payment: Payment,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> HoldLook {
        guard payment.intent.capturable > 0, let vendor = payment.intent.vendor else {
            return .needless
        }
        guard !payment.needsHoldPlan, let plan = payment.intent.plans.hold else {
            let ground = try await holdGround(of: payment, tenant)
            return try await changeHold(of: payment, tenant) {
                $0.planHold(ground.policy, lifetime: ground.lifetime)
            }
        }
        let due = plan.nextLook(margin: settings.expiryMargin)
        if now < due { return .due(in: due - now, because: "") }
        if !plan.isWarned { return try await changeHold(of: payment, tenant) { $0.warnOfHold() } }
        let access = try await access(to: vendor, as: payment.intent.account, tenant)
        if plan.awaitsAction, now < plan.endsAt {
            return try await endHold(of: payment, at: access, now, tenant)
        }
        if plan.awaitsAction, !payment.isHoldBusy {
            return try await changeHold(of: payment, tenant) { $0.giveUpHoldAction() }
        }
        return try await expireHold(of: payment, plan, at: access, now, tenant)
    }

    private func changeHold(
        of payment: Payment,
        _ tenant: TenantID,
        _ rule: @escaping @Sendable (inout Payment) -> Void
    ) async throws(StoreError) -> HoldLook {
        _ = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil,
            rule
        )
        return .scheduled
    }

    /// Captures or releases what is held, as the policy says. When the vendor is not reached, it is
    /// tried again a minute later; while somebody else's capture or release is under way, once that
    /// has ended.
    private func endHold(
        of payment: Payment,
        at access: VendorAccess?,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> HoldLook {
        guard let access else {
            return try await changeHold(of: payment, tenant) { $0.giveUpHoldAction() }
        }
        let asking = asking(.system)
        let capabilities = access.capabilities
        let again = Duration.seconds(60)
        let asked = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            do throws(Refusal) {
                _ = try payment.endHold(asking, capabilities: capabilities)
            } catch .inProgress {
                // Whoever asked it has scheduled the next look.
            } catch {
                payment.giveUpHoldAction()
            }
        }
        guard asked.attempt(asking.attempt)?.state == .asked else {
            return .due(in: again, because: "in progress")
        }
        try await answer(asking.attempt, of: asked, tenant) { payment in
            payment.resumeHoldAction(after: asking.attempt, at: now + again)
        }
        return .scheduled
    }

    /// A hold past its end: the vendor says whether it is gone. What keeps it busy is asked about by
    /// itself, and a capture that only waits would look like its end.
    private func expireHold(
        of payment: Payment,
        _ plan: HoldPlan,
        at access: VendorAccess?,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> HoldLook {
        guard let reference = payment.intent.reference else { return .needless }
        guard let access, access.canLookUp else {
            return try await awaitExpiry(of: payment, plan, now, tenant)
        }
        guard !payment.isHoldBusy else { return .due(in: .seconds(300), because: "in progress") }
        let outcome = await access.perform(
            .lookUp(.init(.payment(reference: reference), original: payment.original)),
            key: "look-up"
        )
        guard case .found(let snapshot) = outcome else {
            return .due(in: .seconds(300), because: outcome.shortForm)
        }
        let asking = asking(.system)
        let result = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            guard !payment.isHoldBusy else { return }
            payment.observe(snapshot.atHoldsEnd, asking)
        }
        return result.intent.capturable > 0
            ? .due(in: .seconds(3_600), because: "hold still stands") : .scheduled
    }

    /// A vendor that cannot be asked reports by itself that a hold is gone, if it is told to. When
    /// it has not, a person must look; once.
    private func awaitExpiry(
        of payment: Payment,
        _ plan: HoldPlan,
        _ now: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> HoldLook {
        let left = settings.expiryPatience - (now - plan.endsAt)
        guard left <= .zero, let holding = payment.holdingAttempt, !holding.isEscalated else {
            return .due(
                in: left > .zero ? left : .seconds(86_400),
                because: "the vendor has not told that the hold is gone"
            )
        }
        let look = try await changeHold(of: payment, tenant) { $0.escalate(holding.id) }
        observer.escalated(holding.id, of: payment.intent.id, in: tenant)
        return look
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
