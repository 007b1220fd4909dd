internal import PaymentCore
internal import TestKit

/// Makes a process's planted bug, on the way between it and its store. One for each life: what it
/// holds back dies with it.
final class Tamper: @unchecked Sendable {
    // Safe because one thread cranks everything.
    private let bug: PlantedBug?
    /// Phase one of a movement, told to be stored and not stored.
    private var heldBack: [Changeset] = []
    private var lastData: [IntentID: String] = [:]

    init(_ bug: PlantedBug?) {
        self.bug = bug
    }

    /// What the process takes the payment for.
    func read(_ payment: Payment) -> Payment {
        guard bug == .leaseIgnored else { return payment }
        return Payment(
            stored: payment.intent,
            attempts: payment.attempts.map { $0.loaded(leaseExpired: true) }
        )
    }

    /// Whether the process takes a commit of unknown outcome for done.
    var trustsLostCommits: Bool { bug == .lostCommitTakenForDone }

    /// What is stored in place of what should be.
    func changed(_ changes: Changeset) -> Changeset {
        var changes = changes
        let asks = changes.payment?.inserted.contains { $0.state == .asked } ?? false
        switch bug {
        case .eventSkipped: changes.events.removeAll { $0.type == .transactionCaptured }
        case .transferDropped:
            if changes.posting?.transfers.contains(where: { $0.code == .refund }) == true {
                changes.posting = nil
            }
        case .clientKeyForgotten: changes.idempotency = nil
        case .jobForgotten: if asks { changes.jobs = [] }
        case .leaseIgnored: if asks { changes.jobs = changes.jobs.map(\.atOnce) }
        case .versionUnguarded, .attemptStoredAfterCall, .vendorKeyLost, .recoveryUnderNewKey,
            .unknownTakenForNo, .lostCommitTakenForDone, .eventStale, .duplicateNoticeApplied, nil:
            break
        }
        return changes
    }

    /// The same where the change was computed without the payment's lock.
    func changed(
        _ changes: Changeset,
        in tenant: TenantID,
        _ store: InMemoryStore
    ) async throws(StoreError) -> Changeset {
        let changes = changed(changes)
        guard bug == .versionUnguarded, let change = changes.payment, change.expectedVersion > 0,
            let stored = try await store.payment(change.after.id, in: tenant)
        else { return changes }
        var unguarded = changes
        unguarded.payment = PaymentChange(
            after: change.after,
            expectedVersion: stored.intent.version,
            reservation: .none,
            inserted: change.inserted,
            lease: change.lease,
            answered: change.answered
        )
        // Nor may the events' sequence notice it, as where the database counts them.
        let stale = stored.intent.version != change.expectedVersion
        if stale {
            unguarded.events = changes.events.enumerated().map { index, event in
                event.numbered(stored.intent.eventSequence + Int64(index) + 1)
            }
        }
        return unguarded
    }

    /// Whether a change is kept back until the vendor was asked.
    func holdsBack(_ changes: Changeset) -> Bool {
        guard bug == .attemptStoredAfterCall, changes.payment?.expectedVersion == 0,
            changes.payment?.inserted.contains(where: { $0.state == .asked }) == true
        else { return false }
        heldBack.append(changed(changes))
        return true
    }

    /// Everything that was kept back.
    func letGo() -> [Changeset] {
        defer { heldBack = [] }
        return heldBack
    }

    /// What an event says in place of the truth.
    func told(_ data: String, of intent: IntentID) -> String {
        guard bug == .eventStale else { return data }
        defer { lastData[intent] = data }
        return lastData[intent] ?? data
    }
}

extension JobChange {
    fileprivate var atOnce: JobChange {
        switch self {
        case .schedule(let kind, let subject, _):
            .schedule(kind, subject: subject, due: .after(.zero))
        case .clear, .finish: self
        }
    }
}

extension OutboxEvent {
    fileprivate func numbered(_ sequence: Int64) -> OutboxEvent {
        OutboxEvent(
            id: id,
            type: type,
            aggregate: aggregate,
            sequence: sequence,
            occurredAt: occurredAt,
            correlation: correlation,
            conversation: conversation,
            traceparent: traceparent,
            data: data
        )
    }
}
