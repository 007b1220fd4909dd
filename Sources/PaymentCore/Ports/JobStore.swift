/// What a background job does. The raw value is the database name.
package enum JobKind: String, Sendable, CaseIterable {
    /// Look after a payment: recover lost answers, sweep what stays open, expire holds.
    case followPayment = "follow_payment"
    /// Detach a method at its vendor.
    case detachMethod = "detach_method"
    /// Look after a tokenization session that stays open.
    case followSession = "follow_session"
    /// Tell a captured payment's vendor what was sold.
    case registerSale = "register_sale"
    /// Check whether the books' accounts are cleared in time, and put new limits into force.
    case watchLedger = "watch_ledger"
    /// Let other services' events of one aggregate take effect.
    case applyEvents = "apply_events"
    /// Delete expired idempotency keys and old outbox rows.
    case purge
}

/// A claimed job. Claiming moves the due time forward by the claim's lease and counts the run, so
/// that a dead worker's job simply becomes due again.
package struct Job: Sendable, Hashable {
    package let kind: JobKind
    /// The identifier of what it is about, in its text form.
    package let subject: String
    /// 1 for the first run since it was scheduled.
    package let run: Int
    /// The claim: a later claim has another epoch, and what belongs to an older one is ignored.
    package let epoch: Int64
    /// The database's clock at the claim.
    package let claimedAt: Timestamp
    /// When it was due.
    package let dueAt: Timestamp

    package init(
        kind: JobKind,
        subject: String,
        run: Int,
        epoch: Int64,
        claimedAt: Timestamp,
        dueAt: Timestamp? = nil
    ) {
        self.dueAt = dueAt ?? claimedAt
        self.kind = kind
        self.subject = subject
        self.run = run
        self.epoch = epoch
        self.claimedAt = claimedAt
    }
}

/// How a run counts that did not end its job.
package enum RunCount: Sendable, Hashable {
    /// What the job needs has not come yet, such as its hour or a place at the vendor: the count
    /// is as it was before the claim, however often that happens.
    case givenBack
    /// The job did what there was to do and comes again by the clock: its runs count from zero.
    case afresh
    /// The job goes on, or is tried for as long as it takes.
    case kept
    /// The job failed; it is dead when this was its last of so many runs.
    case failed(mostRuns: Int)

    /// How many runs the job has had then.
    package func runs(of job: Job) -> Int {
        switch self {
        case .givenBack: max(0, job.run - 1)
        case .afresh: 0
        case .kept, .failed: job.run
        }
    }

    /// At which run the job is dead; nil for none.
    package var mostRuns: Int? {
        if case .failed(let runs) = self { runs } else { nil }
    }
}

/// A job as an operator sees it.
package struct JobListing: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case ready
        /// Out of runs: waits for an operator.
        case dead
    }

    /// A ``JobKind``, unless the program that knew it is gone.
    package let kind: String
    package let subject: String
    package let state: State
    package let run: Int
    package let dueAt: Timestamp
    package let lastError: String?

    package init(
        kind: String,
        subject: String,
        state: State,
        run: Int,
        dueAt: Timestamp,
        lastError: String?
    ) {
        self.kind = kind
        self.subject = subject
        self.state = state
        self.run = run
        self.dueAt = dueAt
        self.lastError = lastError
    }
}

/// A tenant's durable background work and its event feed.
package protocol JobStore: AuditedStore {
    /// Claims due jobs of this tenant, oldest first. A job that no program has claimed for an hour
    /// after it was due, because none knows its kind, becomes a dead letter.
    func claim(
        _ kinds: Set<JobKind>,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> [Job]

    /// Ends a claimed job that committed nothing of its own. Ignored when it was scheduled again
    /// or claimed by another since.
    func finish(_ job: Job, in tenant: TenantID) async throws(StoreError)

    /// Puts a claimed job off. Ignored when it was scheduled again or claimed by another since.
    func postpone(
        _ job: Job,
        by delay: Duration,
        run: RunCount,
        error: String,
        in tenant: TenantID
    ) async throws(StoreError)

    func jobs(
        state: JobListing.State?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing]

    /// Makes a job due now with a fresh count of runs; false when there is none.
    func retry(
        _ kind: JobKind,
        subject: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool

    /// Gives the next dense positions to committed events that have none, at most `limit`.
    /// Several publishers are safe: they take turns. Returns how many were published.
    func publishEvents(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int

    /// Published events after a position, in order.
    func events(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [PublishedEvent]

    /// Deletes idempotency keys past their life, webhook effects and published events past their
    /// retention, in bounded batches. Returns how many rows went.
    func purge(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int

    /// What is left of this tenant's work, in one round trip: a worker asks before all else.
    func backlog(in tenant: TenantID) async throws(StoreError) -> Backlog
}

/// What was left of a tenant's work at one moment.
package struct Backlog: Sendable, Hashable {
    /// By the store's clock, as are the other times.
    package let moment: Timestamp
    package let nextJob: Timestamp?
    /// When the next delivery to a subscription is due, or is to be made from an event.
    package var nextDelivery: Timestamp?
    /// Whether events wait for a position in the feed.
    package let unpublishedEvents: Bool
    /// Whether published events wait for the books.
    package var unbookedEvents = false
    /// Whether entries of the audit trail wait for their places.
    package var unsealedEntries = false
    /// How many published events a message broker has not confirmed.
    package var unconfirmedEvents: Int64 = 0
    /// Whether anybody receives events by requests.
    package var hasSubscribers = false

    package init(moment: Timestamp, nextJob: Timestamp?, unpublishedEvents: Bool) {
        self.moment = moment
        self.nextJob = nextJob
        self.unpublishedEvents = unpublishedEvents
    }

    /// When the first of what is due by time is due.
    package var nextDue: Timestamp? { [nextJob, nextDelivery].compactMap(\.self).min() }

    package var isDeliveryDue: Bool { nextDelivery.map { $0 <= moment } ?? false }

    /// Whether every event and entry is where it belongs, but for those that a broker has not
    /// confirmed.
    package var isSettled: Bool { !unpublishedEvents && !unbookedEvents && !unsealedEntries }
}
