/// Trying a declined payment again without its payer, when its plan says so.
extension PaymentWorkflows {
    /// Decides about a payment that was declined while nobody could look at the policies.
    func decideRetry(
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let ground = try await retryGround(of: payment, tenant) else {
            return try await jobs.finish(job, in: tenant)
        }
        _ = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            payment.decideRetry(on: ground)
        }
    }

    /// Asks the planned retry once its time has come, by the database's clock. The rules are looked
    /// at again: other payments may have used up what the scheme allows for the card.
    func retry(
        _ plan: RetryPlan,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard plan.at <= job.claimedAt else {
            return try await jobs.postpone(
                job,
                by: plan.at - job.claimedAt,
                run: .givenBack,
                error: "",
                in: tenant
            )
        }
        let asking = asking(.system)
        let rule: @Sendable (inout Payment) -> Void
        switch try await obstacle(to: payment, tenant) {
        case .refusal(let refusal):
            rule = { $0.refuseRetry(refusal.reason, rule: refusal.rule) }
        case .wait(let wait):
            let later = max(job.claimedAt, plan.at) + wait
            rule = { $0.postponeRetry(to: later) }
        case .none(let choice):
            rule = { payment in
                do throws(Refusal) {
                    try payment.askRetry(
                        asking,
                        vendor: choice.account.vendor,
                        account: choice.account.id,
                        fx: choice.fx,
                        capabilities: choice.capabilities
                    )
                } catch {
                    // The account can no longer do what it could.
                    payment.refuseRetry(.rejected)
                }
            }
        }
        let asked = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            if payment.retryPlan == plan { rule(&payment) }
        }
        guard asked.attempt(asking.attempt)?.state == .asked else { return }
        try await answer(asking.attempt, of: asked, tenant)
    }

    /// Phases two and three of what the gateway asks by itself, without a caller to answer.
    func answer(
        _ id: AttemptID,
        of asked: Payment,
        _ tenant: TenantID,
        adding more: @escaping @Sendable (inout Payment) -> Void = { _ in }
    ) async throws(StoreError) {
        let outcome = await outcome(of: AskedAttempt(id, of: asked), tenant)
        observe(outcome, of: id, asked, repeated: false)
        let aftermath = await aftermath(of: outcome, to: id, of: asked, tenant)
        let capture = asking(.system)
        let vendor = asked.attempt(id)?.vendor
        _ = try await commitAnswer(
            to: asked,
            in: tenant,
            correlation: nil,
            traceparent: nil,
            adding: { _, _ in },
            { payment in
                let isNews = payment.answer(
                    id,
                    with: outcome,
                    repeated: isHeldUp(payment.attempt(id), for: lease(of: vendor)),
                    capture: capture
                )
                guard isNews else { return }
                if case .requiresAction = payment.attempt(id)?.state {
                    payment.record(.customerRequired, id)
                }
                aftermath.apply(to: &payment)
                more(&payment)
            }
        )
    }

    private enum Obstacle {
        case none(VendorChoice)
        case refusal(RetryRefusal)
        /// The vendor is left alone for so long, the tenant is suspended, or a rate is missing.
        case wait(Duration)
    }

    private func isSuspended(_ tenant: TenantID) async throws(StoreError) -> Bool {
        try await inbound?.tenants.tenant(tenant)?.state == .suspended
    }

    private func obstacle(
        to payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> Obstacle {
        // A suspended tenant's payments are not retried.
        if try await isSuspended(tenant) { return .wait(.seconds(600)) }
        guard let ground = try await retryGround(of: payment, tenant), ground.isMethodUsable,
            let id = payment.intent.method.id,
            let method = try await store.method(id, in: tenant)
        else { return .refusal(RetryRefusal(.methodNotUsable)) }
        guard ground.policy.mode != .off else { return .refusal(RetryRefusal(.notEnabled)) }
        guard ground.attemptsInWindow < SchemeRule.mostAttempts else {
            return .refusal(RetryRefusal(.schemeCap, rule: SchemeRule.attemptCap))
        }
        do throws(WorkflowError) {
            return .none(
                try await chooseVendor(
                    for: RoutedPayment(payment.intent, with: payment.intent.method),
                    stored: method,
                    provider: nil,
                    as: .retry,
                    tenant
                )
            )
        } catch {
            switch error.code {
            case .vendorsIll(let wait): return .wait(max(wait, .seconds(60)))
            // The next rate is a matter of the tenant's feed, and no fault of the payment.
            case .rateMissing: return .wait(.seconds(3_600))
            case .unavailable: throw StoreError(.unavailable, error.message)
            default: return .refusal(RetryRefusal(.rejected))
            }
        }
    }
}

extension PaymentWorkflows {
    /// Withdraws a planned retry.
    package func withdrawRetry(
        of id: IntentID,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Payment {
        try await change(id, for: caller, in: tenant) { (payment) throws(Refusal) in
            try payment.withdrawRetry()
        }
    }
}
