/// What operators look at and act on.
package protocol OperatorStore: AuditedStore {
    /// Attempts whose outcome is unknown, and accepted ones that their vendor has long been silent
    /// about; the newest first.
    func unknowns(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<UnknownAttempt>

    /// What retries brought and why they were refused, for payments created in a period.
    func retryBudget(
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [RetryBudgetLine]

    /// Jobs, the most overdue first; those of one moment by kind and subject.
    func jobs(
        _ filter: JobFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing]

    /// Makes a waiting job a dead letter, with the reason as its last error. It is never deleted:
    /// a retry revives it. False when there is none, or it is dead already.
    func cancel(
        kind: String,
        subject: String,
        reason: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool
}

package struct JobFilter: Sendable, Hashable {
    package var state: JobListing.State?
    package var kind: String?
    package var subject: String?
    /// After this place in the list.
    package var after: Place?

    /// Where a job stands in the list. A job that runs meanwhile is due later, and moves there.
    package struct Place: Sendable, Hashable {
        package let dueAt: Timestamp
        package let kind: String
        package let subject: String

        package init(dueAt: Timestamp, kind: String, subject: String) {
            self.dueAt = dueAt
            self.kind = kind
            self.subject = subject
        }
    }

    package init(
        state: JobListing.State? = nil,
        kind: String? = nil,
        subject: String? = nil,
        after: Place? = nil
    ) {
        self.after = after
        self.state = state
        self.kind = kind
        self.subject = subject
    }
}

/// An attempt whose outcome nobody knows yet, or that its vendor accepted and is silent about.
package struct UnknownAttempt: Sendable, Hashable {
    /// Who has to find it out.
    package enum Owner: String, Sendable, CaseIterable {
        /// Its job looks it up.
        case gateway
        /// A person has to: it was looked up for too long, or nothing looks it up.
        case `operator`
    }

    package let attempt: Attempt
    package let intent: IntentID
    package let currency: Currency
    /// When it is looked up next; nil when nothing will.
    package let nextLook: Timestamp?
    /// By the store's clock.
    package let age: Duration
    /// What somebody proposed about it and nobody has decided on.
    package let proposal: Settlement?

    package init(
        attempt: Attempt,
        intent: IntentID,
        currency: Currency,
        nextLook: Timestamp?,
        age: Duration,
        proposal: Settlement?
    ) {
        self.attempt = attempt
        self.intent = intent
        self.currency = currency
        self.nextLook = nextLook
        self.age = age
        self.proposal = proposal
    }

    package var owner: Owner { attempt.isEscalated || nextLook == nil ? .operator : .gateway }
}

/// Payments whose retries met the same fate, in one currency.
package struct RetryBudgetLine: Sendable, Hashable {
    /// `planned`, `refused`, `recovered`, `deciding` or `idle`.
    package let state: String
    /// Why there is no further retry.
    package let reason: String?
    package let currency: Currency
    package let payments: Int
    /// Their amounts together, in minor units.
    package let amount: Int64
    /// Retries asked for them.
    package let retries: Int

    package init(
        state: String,
        reason: String?,
        currency: Currency,
        payments: Int,
        amount: Int64,
        retries: Int
    ) {
        self.state = state
        self.reason = reason
        self.currency = currency
        self.payments = payments
        self.amount = amount
        self.retries = retries
    }
}

extension Retry.Stage {
    /// The wire and database name.
    package var name: String {
        switch self {
        case .idle: "idle"
        case .undecided: "deciding"
        case .planned: "planned"
        case .refused: "refused"
        case .recovered: "recovered"
        }
    }
}
