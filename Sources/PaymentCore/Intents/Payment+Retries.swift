/// Retries of merchant-initiated payments: what is asked for, decided and undone.
extension Payment {
    /// What was found in the stores for a decision.
    package struct RetryGround: Sendable {
        let policy: RetryPolicy
        /// Attempts with this card for this amount in the last 30 days.
        let attemptsInWindow: Int
        let scheme: CardScheme?
        let isMethodUsable: Bool
    }

    /// The declined attempt that a decision is due about.
    var undecidedRetry: Attempt? {
        guard intent.state == .requiresPaymentMethod,
            case .undecided(let id)? = intent.plans.retry?.stage
        else { return nil }
        return attempt(id)
    }

    /// The plan that waits for its time.
    var retryPlan: RetryPlan? {
        guard intent.state == .requiresPaymentMethod,
            case .planned(let plan)? = intent.plans.retry?.stage
        else { return nil }
        return plan
    }

    /// Notes that a merchant-initiated payment with a stored method was declined, or that its retry
    /// failed: a decision is due. Whatever a present payer does is the payer's business.
    mutating func awaitRetryDecision(after attempt: Attempt) {
        guard intent.state == .requiresPaymentMethod, attempt.methodID != nil,
            intent.isUnattended(with: attempt.methodID)
        else { return }
        switch attempt.state {
        case .declined: break
        // A caller hears of these and asks again by itself.
        case .notDone, .rejected, .abandoned: guard attempt.askedBy == .system else { return }
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval, .succeeded, .reversed:
            return
        }
        var retry = intent.plans.retry ?? Retry(wish: nil)
        retry.stage = .undecided(attempt.id)
        retry.since = retry.since ?? attempt.answeredAt
        intent.plans.retry = retry
    }

    /// Decides about the declined attempt, once.
    mutating func decideRetry(on ground: RetryGround) {
        guard let attempt = undecidedRetry, let retry = intent.plans.retry else { return }
        let decline = attempt.decline
        let stage: Retry.Stage
        if case .rejected = attempt.state {
            stage = .refused(RetryRefusal(.rejected))
        } else {
            let declinedAt = attempt.answeredAt ?? attempt.askedAt
            stage = ground.policy.decision(
                for: RetryScene(
                    decline: decline,
                    attempt: attempt.id,
                    declinedAt: declinedAt,
                    firstDeclinedAt: retry.since ?? declinedAt,
                    retries: retry.count,
                    attemptsInWindow: ground.attemptsInWindow,
                    scheme: ground.scheme,
                    wish: retry.wish,
                    isOffSession: intent.isUnattended(with: attempt.methodID),
                    isMethodUsable: ground.isMethodUsable
                )
            )
        }
        intent.plans.retry?.stage = stage
        if let decline, decline.condemnsMethod(of: ground.scheme) {
            condemnedMethod = attempt.methodID.map { CondemnedMethod(id: $0, code: decline.code) }
        }
        tell(of: stage, attempt)
    }

    private mutating func tell(of stage: Retry.Stage, _ attempt: Attempt) {
        switch stage {
        case .planned: record(.retryPlanned, attempt.id)
        case .refused(let refusal) where refusal.reason == .authenticationRequired:
            record(.customerRequired, attempt.id)
        case .refused(let refusal) where refusal.reason.isNews: record(.retryExhausted, attempt.id)
        case .idle, .undecided, .refused, .recovered: markUpdated()
        }
    }

    /// Asks the planned retry: a new attempt of ours with the method that was declined.
    mutating func askRetry(
        _ asking: Asking,
        vendor: VendorID,
        account: MerchantAccountID,
        fx: FXContext?,
        capabilities: Capabilities
    ) throws(Refusal) {
        let retry = intent.plans.retry
        try askAuthorization(
            asking,
            vendor: vendor,
            account: account,
            method: intent.method,
            fx: fx,
            capabilities: capabilities
        )
        intent.plans.retry = retry
        intent.plans.retry?.stage = .idle
        intent.plans.retry?.count += 1
    }

    /// Ends the series: no retry will come, for a reason found when its time came.
    mutating func refuseRetry(_ reason: RetryRefusal.Reason, rule: String? = nil) {
        guard let plan = retryPlan else { return }
        intent.plans.retry?.stage = .refused(RetryRefusal(reason, rule: rule))
        record(.retryExhausted, plan.after)
    }

    /// Puts the planned retry off.
    mutating func postponeRetry(to moment: Timestamp) {
        guard let plan = retryPlan else { return }
        let later = RetryPlan(at: moment, cause: plan.cause, rule: plan.rule, after: plan.after)
        intent.plans.retry?.stage = .planned(later)
        markUpdated()
    }

    /// A caller wants no further retry.
    package mutating func withdrawRetry() throws(Refusal) {
        guard let plan = retryPlan else { throw .unexpectedState(intent.state, .authorize) }
        intent.plans.retry?.stage = .refused(RetryRefusal(.withdrawn))
        record(.retryExhausted, plan.after)
    }

    /// A caller tries again, or with another method: what was planned is overtaken.
    mutating func overtakeRetry(isNewMethod: Bool) {
        guard let retry = intent.plans.retry else { return }
        intent.plans.retry = Retry(
            wish: retry.wish,
            count: isNewMethod ? 0 : retry.count,
            since: isNewMethod ? nil : retry.since
        )
    }

    /// The money came.
    mutating func noteRecovery() {
        guard let retry = intent.plans.retry else { return }
        intent.plans.retry?.stage = retry.count > 0 ? .recovered : .idle
    }
}

/// A stored method that a decline speaks against.
package struct CondemnedMethod: Sendable, Hashable {
    package let id: PaymentMethodID
    /// The vendor's code of the decline.
    package let code: String
}

extension Attempt {
    var decline: Decline? {
        guard case .declined(let decline) = state else { return nil }
        return decline
    }
}

extension Decline {
    /// Whether it speaks against the method, not against this payment or moment.
    fileprivate func condemnsMethod(of scheme: CardScheme?) -> Bool {
        switch SchemeRule.rule(for: self, of: scheme)?.verdict {
        case .never, .neverUnattended, .renewCredential: return true
        case .notBefore, nil:
            switch self.class {
            case .hard, .fraud: return true
            case .soft, .temporary, .authenticationRequired: return false
            }
        }
    }
}
