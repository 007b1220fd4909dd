/// What is done about a payment that was declined without its payer: kept with the intent.
package struct Retry: Sendable, Hashable {
    package enum Stage: Sendable, Hashable {
        /// Nothing was declined since it was last tried by a caller.
        case idle
        /// Declined; the decision comes within moments.
        case undecided(AttemptID)
        case planned(RetryPlan)
        /// No further retry, and why.
        case refused(RetryRefusal)
        /// A retry brought the money.
        case recovered
    }

    /// What the caller wished; nil leaves it to the tenant's policy.
    package let wish: Bool?
    package internal(set) var stage: Stage
    /// How many retries have been asked.
    package internal(set) var count: Int
    /// When it was declined first.
    package internal(set) var since: Timestamp?

    package init(wish: Bool?, stage: Stage = .idle, count: Int = 0, since: Timestamp? = nil) {
        self.wish = wish
        self.stage = stage
        self.count = count
        self.since = since
    }
}

/// A retry to come.
package struct RetryPlan: Sendable, Hashable {
    package enum Cause: String, Sendable, CaseIterable {
        case soft
        case insufficientFunds = "insufficient_funds"
        case temporary
        /// The vendor was not reached by the retry before.
        case unreachable
    }

    package let at: Timestamp
    package let cause: Cause
    /// The scheme's rule that put it off, by name.
    package let rule: String?
    /// The attempt that it follows.
    package let after: AttemptID

    package init(at: Timestamp, cause: Cause, rule: String?, after: AttemptID) {
        self.at = at
        self.cause = cause
        self.rule = rule
        self.after = after
    }
}

/// Why there is no further retry.
package struct RetryRefusal: Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable {
        /// The tenant's policy does not retry.
        case notEnabled = "not_enabled"
        /// The policy retries only what asks for it, and this did not.
        case notRequested = "not_requested"
        /// This payment was created with `retry: false`.
        case declinedByCaller = "declined_by_caller"
        /// The payer was there: nothing is tried behind their back.
        case customerPresent = "customer_present"
        /// The method was detached or flagged.
        case methodNotUsable = "method_not_usable"
        case hard
        case fraud
        /// The customer must be asked.
        case authenticationRequired = "authentication_required"
        /// A scheme's "never again".
        case neverAgain = "never_again"
        /// The stored card data must be renewed first.
        case credentialOutdated = "credential_outdated"
        /// The scheme's cap on attempts for this card and amount.
        case schemeCap = "scheme_cap"
        /// The policy's retries are used up.
        case exhausted
        /// The next would come after the policy's window.
        case windowOver = "window_over"
        /// The vendor refused the request itself.
        case rejected
        /// A caller withdrew the plan.
        case withdrawn
    }

    package let reason: Reason
    /// The scheme's rule, by name.
    package let rule: String?

    package init(_ reason: Reason, rule: String? = nil) {
        self.reason = reason
        self.rule = rule
    }
}

extension RetryRefusal.Reason {
    /// Whether it is worth publishing: what nobody asked to retry is no news.
    var isNews: Bool {
        switch self {
        case .notEnabled, .notRequested, .declinedByCaller, .customerPresent: false
        case .methodNotUsable, .hard, .fraud, .authenticationRequired, .neverAgain,
            .credentialOutdated, .schemeCap, .exhausted, .windowOver, .rejected, .withdrawn:
            true
        }
    }
}
