/// Everything that one atomic phase commits: all of it or nothing. The one place where a change
/// of state meets its postings, its events, its idempotency record and its job.
package struct Changeset: Sendable {
    @Indirect package var payment: PaymentChange?
    @Indirect package var posting: Posting?
    @Indirect package var order: Order?
    @Indirect package var customer: Customer?
    @Indirect package var receipt: CashReceipt?
    package var methods: [MethodChange]
    @Indirect package var session: SessionChange?
    @Indirect package var idempotency: IdempotencyChange?
    package var jobs: [JobChange]
    @Indirect package var effect: WebhookEffect?
    package var records: [RecordChange]
    /// Kept once: the first that is reported for an attempt stays.
    @Indirect package var payer: PayerAccount?
    @Indirect package var reservation: Reservation?
    @Indirect package var inbound: InboundEnd?
    package var events: [OutboxEvent]
    /// Who asked for it; nil for what the gateway does on its own.
    @Indirect package var audit: AuditEntry?

    package init(
        payment: PaymentChange? = nil,
        posting: Posting? = nil,
        order: Order? = nil,
        customer: Customer? = nil,
        receipt: CashReceipt? = nil,
        methods: [MethodChange] = [],
        session: SessionChange? = nil,
        idempotency: IdempotencyChange? = nil,
        jobs: [JobChange] = [],
        effect: WebhookEffect? = nil,
        records: [RecordChange] = [],
        payer: PayerAccount? = nil,
        reservation: Reservation? = nil,
        inbound: InboundEnd? = nil,
        events: [OutboxEvent] = [],
        audit: AuditEntry? = nil
    ) {
        self.audit = audit
        self.payment = payment
        self.posting = posting
        self.order = order
        self.customer = customer
        self.receipt = receipt
        self.methods = methods
        self.session = session
        self.idempotency = idempotency
        self.jobs = jobs
        self.effect = effect
        self.records = records
        self.payer = payer
        self.reservation = reservation
        self.inbound = inbound
        self.events = events
    }

    /// Adds a change of a job, in place of another of the same job.
    package mutating func set(_ job: JobChange) {
        jobs.removeAll { $0.kind == job.kind && $0.subject == job.subject }
        jobs.append(job)
    }
}

/// The new state of a payment, valid only over the version it was computed from.
package struct PaymentChange: Sendable {
    /// A reservation that the database checks again by its own arithmetic over the stored sums.
    package enum Reservation: Sendable, Hashable {
        case none
        /// `capture_reserved + amount <= capturable`, and no void is under way.
        case capture(Int64)
        /// `refunded + refund_reserved + amount <= captured`.
        case refund(Int64)
        /// Nothing is reserved for captures, and no other void is under way.
        case release
    }

    package var after: Intent { boxed.value }
    private let boxed: Boxed<Intent>
    /// The version that must still be stored; 0 inserts.
    package let expectedVersion: Int64
    /// A new routing decision; nil leaves the stored one.
    package let routing: String?
    package let reservation: Reservation
    package let inserted: [Attempt]
    /// How long the asker of an inserted `asked` attempt may take, by the database's clock.
    package let lease: Duration
    /// Attempts whose answer changed. Each is written only while its stored state is open, or
    /// succeeded for a reversal.
    package let answered: [Attempt]

    package init(
        after: Intent,
        expectedVersion: Int64,
        routing: String? = nil,
        reservation: Reservation,
        inserted: [Attempt],
        lease: Duration,
        answered: [Attempt]
    ) {
        boxed = Boxed(after)
        self.expectedVersion = expectedVersion
        self.routing = routing
        self.reservation = reservation
        self.inserted = inserted
        self.lease = lease
        self.answered = answered
    }
}

package enum IdempotencyChange: Sendable {
    /// Take the key; a second taker fails with ``StoreError/Code/duplicateKey``.
    /// `running` is how long the taker may hold it.
    case begin(
        key: String,
        fingerprint: [UInt8],
        operation: String,
        intent: IntentID?,
        attempt: AttemptID?,
        recoveryPoint: RecoveryPoint,
        answer: StoredAnswer?,
        running: Duration
    )
    /// Take a resumable key again: only while it is not running and not completed.
    case resume(key: String, attempt: AttemptID?, running: Duration)
    /// Move on to the payment's next attempt, still running: only while it is not completed.
    case proceed(key: String, attempt: AttemptID, running: Duration)
    /// Let go without a final answer: a replay decides again.
    case release(key: String, recoveryPoint: RecoveryPoint)
    /// Freeze the answer: only while there is none.
    case complete(key: String, answer: StoredAnswer)
    /// Freeze the answer, unless there is one: what commits with it happened all the same.
    case offer(key: String, answer: StoredAnswer)
}

package enum MethodChange: Sendable {
    case insert(PaymentMethod)
    /// Make this one the customer's default and no other.
    case makeDefault(PaymentMethodID, customer: CustomerID)
    /// Detach; the token is forgotten with the same commit.
    case detach(PaymentMethodID)
    /// New card data also clears a flag.
    case updateDetails(PaymentMethodID, MethodDetails)
    /// A decline speaks against it: the vendor's code.
    case flag(PaymentMethodID, code: String)
}

package enum SessionChange: Sendable {
    case insert(MethodSession)
    /// Write the answer while the stored state is not final.
    case update(MethodSession)
}

/// Work that must happen later. One row per kind and subject; scheduling again replaces the time
/// and restarts the count of runs.
package enum JobChange: Sendable, Hashable {
    case schedule(JobKind, subject: String, due: Due)
    case clear(JobKind, subject: String)
    /// Ends a claimed job, unless it was scheduled again since.
    case finish(Job)

    package var kind: JobKind {
        switch self {
        case .schedule(let kind, _, _), .clear(let kind, _): kind
        case .finish(let job): job.kind
        }
    }

    package var subject: String {
        switch self {
        case .schedule(_, let subject, _), .clear(_, let subject): subject
        case .finish(let job): job.subject
        }
    }
}

/// When a job is due, by the database's clock.
package enum Due: Sendable, Hashable {
    case after(Duration)
    /// A moment that a vendor stated.
    case at(Timestamp)
    /// Whichever comes first.
    case soonest(after: Duration, at: Timestamp)
}

/// Marks a webhook as applied, in the same commit as its effect; a second application fails with
/// ``StoreError/Code/duplicateEffect``.
package struct WebhookEffect: Sendable, Hashable {
    package let account: MerchantAccountID
    package let eventKey: String

    package init(account: MerchantAccountID, eventKey: String) {
        self.account = account
        self.eventKey = eventKey
    }
}

/// A vendor's record to be kept: a new one when its version is 0, else valid only over the version
/// that was read.
package struct RecordChange: Sendable, Hashable {
    package let account: MerchantAccountID
    package let record: VendorRecord

    package init(account: MerchantAccountID, record: VendorRecord) {
        self.account = account
        self.record = record
    }
}
