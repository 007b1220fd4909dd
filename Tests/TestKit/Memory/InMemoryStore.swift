package import PaymentCore
import Synchronization

/// The stores in memory with the guarantees of the real ones: a changeset is all or nothing, its
/// guards are the same conditions that the database checks, and time is the given clock's.
package final class InMemoryStore: Sendable {
    /// What becomes of a commit whose answer is lost.
    package enum CommitFault: Sendable {
        /// It did not happen.
        case lostBefore
        /// It happened.
        case lostAfter
    }

    let clock: any WallClock
    private let tenants: Mutex<[TenantID: TenantRows]>
    private let commitFaults = Mutex<[CommitFault]>([])
    private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    package init(clock: any WallClock) {
        self.clock = clock
        tenants = Mutex([:])
    }

    /// Every payment that was ever committed, oldest first.
    package func intents(of tenant: TenantID) -> [IntentID] {
        read(tenant) { $0.intents.keys.sorted() }
    }

    /// When the next job is due; nil when none waits.
    package func nextDue(of tenant: TenantID) -> Timestamp? {
        read(tenant) { rows in
            rows.jobs.values.lazy.filter { $0.state == .ready }.map(\.dueAt).min()
        }
    }

    /// Every cash receipt that was ever committed, oldest first.
    package func receipts(of tenant: TenantID) -> [CashReceipt] {
        read(tenant) { $0.receipts }
    }

    /// This happens before the next payment is locked, or customer updated.
    package func beforeRevising(_ work: @escaping @Sendable () async -> Void) {
        meanwhile.withLock { $0 = work }
    }

    func awaitOthers() async { await meanwhile.withLock { $0.take() }?() }

    /// Loses the answers to the next commits, in this order.
    package func loseCommits(_ faults: CommitFault...) {
        commitFaults.withLock { $0.append(contentsOf: faults) }
    }

    package func clearFaults() {
        commitFaults.withLock { $0 = [] }
    }

    /// Applies all of `body`, or nothing, and may lose the answer either way.
    func commit<Value: Sendable>(
        _ tenant: TenantID,
        _ body: (inout TenantRows) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let fault = commitFaults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch fault {
        case nil: return try write(tenant, body)
        case .lostBefore: throw StoreError(.commitUnknown)
        case .lostAfter:
            _ = try write(tenant, body)
            throw StoreError(.commitUnknown)
        }
    }

    func read<Value: Sendable>(_ tenant: TenantID, _ body: (TenantRows) -> Value) -> Value {
        tenants.withLock { body($0[tenant] ?? TenantRows()) }
    }

    /// Applies all of `body` or, when it throws, nothing.
    func write<Value: Sendable>(
        _ tenant: TenantID,
        _ body: (inout TenantRows) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = tenants.withLock { all in
            var rows = all[tenant] ?? TenantRows()
            do throws(StoreError) {
                let value = try body(&rows)
                all[tenant] = rows
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// One tenant's tables.
struct TenantRows: Sendable {
    struct Key: Sendable {
        var record: IdempotencyRecord
        var runningUntil: Timestamp
    }

    struct JobRow: Sendable {
        var dueAt: Timestamp
        var run = 0
        var epoch: Int64 = 0
        var state = JobListing.State.ready
        var lastError: String?
    }

    struct JobID: Hashable, Sendable {
        let kind: JobKind
        let subject: String
    }

    var intents: [IntentID: Intent] = [:]
    var attempts: [IntentID: [Attempt]] = [:]
    var leases: [AttemptID: Timestamp] = [:]
    var orders: [OrderID: Order] = [:]
    var customers: [CustomerID: Customer] = [:]
    var receipts: [CashReceipt] = []
    var postings: [Posting] = []
    var methods: [PaymentMethodID: PaymentMethod] = [:]
    var sessions: [MethodSessionID: MethodSession] = [:]
    var keys: [String: Key] = [:]
    var effects: Set<WebhookEffect> = []
    var jobs: [JobID: JobRow] = [:]
    var outbox: [OutboxEvent] = []
    var published: [PublishedEvent] = []
    var rates: [QuotedRate] = []
    var customerReferences: [String: String] = [:]
    var records: [MerchantAccountID: [VendorRecord]] = [:]
    var payers: [AttemptID: VendorToken] = [:]
    var inbound: [InboundEvent] = []
    /// Since when each was waiting.
    var inboundSince: [InboundEventID: Timestamp] = [:]
    /// How far each aggregate's sequence has come.
    var inboundPassed: [String: Int64] = [:]
    var reservations: [String: Reservation] = [:]
    var policies: [StoredPolicies] = []

    func payment(_ id: IntentID, at now: Timestamp) -> Payment? {
        guard let intent = intents[id] else { return nil }
        let stored = (attempts[id] ?? []).map { attempt in
            attempt.loaded(leaseExpired: leases[attempt.id].map { $0 < now } ?? true)
        }
        return Payment(stored: intent, attempts: stored)
    }
}

extension Attempt {
    /// The attempt as it is read: its lease compared with the store's clock.
    package func loaded(leaseExpired: Bool) -> Attempt {
        Attempt(
            id: id,
            operation: operation,
            movement: movement,
            ordinal: ordinal,
            origin: origin,
            vendor: vendor,
            account: account,
            amount: amount,
            reserved: reserved,
            isFinal: isFinal,
            reason: reason,
            askedBy: askedBy,
            askedAt: askedAt,
            method: method,
            methodID: methodID,
            fx: fx,
            shares: shares,
            state: state,
            reference: reference,
            movedAmount: movedAmount,
            answeredAt: answeredAt,
            lookUps: lookUps,
            isEscalated: isEscalated,
            details: details,
            approvedAt: approvedAt,
            isLeaseExpired: leaseExpired
        )
    }
}
