/// What a tenant's policies make of an answer, in the commit that stores it. Without it the
/// payment's job arrives at the same.
struct Aftermath: Sendable {
    var ground: Payment.RetryGround?
    var hold: (policy: HoldPolicy, lifetime: Duration?)?

    func apply(to payment: inout Payment) {
        if let ground { payment.decideRetry(on: ground) }
        if let hold { payment.planHold(hold.policy, lifetime: hold.lifetime) }
    }
}

extension PaymentWorkflows {
    /// Reads what the answer to an authorization asks of the policies; nothing for anything else.
    func aftermath(
        of outcome: VendorOutcome,
        to id: AttemptID,
        of payment: Payment,
        _ tenant: TenantID
    ) async -> Aftermath {
        guard payment.attempt(id)?.operation == .authorize else { return Aftermath() }
        var aftermath = Aftermath()
        // Silence is right, twice: without its inputs the decision waits for the payment's job.
        switch outcome {
        case .declined: aftermath.ground = try? await retryGround(of: payment, tenant)
        case .notDone, .rejected:
            guard payment.attempt(id)?.askedBy == .system else { break }
            aftermath.ground = try? await retryGround(of: payment, tenant)
        case .succeeded(let receipt) where !receipt.captured:
            aftermath.hold = try? await holdGround(of: payment, tenant)
        case .succeeded, .pending, .requiresAction, .unknown, .abandoned, .found, .notFound: break
        }
        return aftermath
    }

    /// What a decision about a retry is based on; nil for a payment that is never retried.
    func retryGround(
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> Payment.RetryGround? {
        guard let id = payment.intent.method.id, payment.intent.isUnattended(with: id) else {
            return nil
        }
        let policy = try await policies.policies(of: tenant).retry
        let method = try await store.method(id, in: tenant)
        let tries =
            policy.mode == .off
            ? 0
            : try await history.tries(
                with: id,
                amount: payment.intent.amount,
                within: SchemeRule.attemptWindow,
                in: tenant
            )
        return Payment.RetryGround(
            policy: policy,
            attemptsInWindow: tries,
            scheme: CardScheme(brand: method?.details.brand),
            isMethodUsable: method.map { $0.state == .active && $0.flag == nil } ?? false
        )
    }

    func holdGround(
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> (policy: HoldPolicy, lifetime: Duration?) {
        let policy = try await policies.policies(of: tenant).hold
        guard let vendor = payment.intent.vendor else { return (policy, nil) }
        let access = try await access(to: vendor, as: payment.intent.account, tenant)
        return (policy, access?.capabilities.authorizationLifetime)
    }
}
