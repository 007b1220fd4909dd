/// What the workflows commit about payments and events. The observer hears of each discrepancy
/// once, however it was found, when the event that reports it is committed.
extension PaymentWorkflows {
    /// As ``PaymentStore/commit(_:in:)``.
    func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError) {
        try await store.commit(changes, in: tenant)
        report(changes.discrepancies, in: tenant)
    }

    /// As ``PaymentStore/revise(_:in:_:)``.
    func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        let revised = try await store.revise(id, in: tenant) { decide($0).observed }
        report(revised?.discrepancies ?? [], in: tenant)
        return revised?.answer
    }

    /// As ``PaymentStore/revise(_:recordsOf:at:in:_:)``.
    func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        let revised = try await store.revise(id, recordsOf: attempt, at: account, in: tenant) {
            decide($0, $1).observed
        }
        report(revised?.discrepancies ?? [], in: tenant)
        return revised?.answer
    }

    private func report(_ discrepancies: [String], in tenant: TenantID) {
        for aggregate in discrepancies { observer.discrepancy(about: aggregate, in: tenant) }
    }
}

/// What was decided under the lock, with what the observer is told once it is committed.
private struct Observed<Answer: Sendable>: Sendable {
    let answer: Answer
    let discrepancies: [String]
}

extension Revision {
    fileprivate var observed: Revision<Observed<Answer>> {
        switch self {
        case .commit(let changes, let answer):
            .commit(changes, Observed(answer: answer, discrepancies: changes.discrepancies))
        case .leave(let answer): .leave(Observed(answer: answer, discrepancies: []))
        }
    }
}

extension Changeset {
    /// What its events of discrepancies are about.
    fileprivate var discrepancies: [String] {
        events.filter { $0.type == .discrepancyFound }.map(\.aggregate)
    }
}
