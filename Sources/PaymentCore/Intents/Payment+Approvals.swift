/// Refunds that wait for a second person: money that nobody could call back.
extension Payment {
    /// Lets a refund go to its vendor, now that a second person has agreed. The caller has made
    /// sure that it is not the person who asked.
    package mutating func approveRefund(_ id: AttemptID, at now: Timestamp) throws(Refusal) {
        let index = try indexAwaitingApproval(id)
        // The vendor may have reported other refunds while it waited.
        guard freeToRefund >= 0 else {
            throw .amountExceeds(limit: max(0, freeToRefund + attempts[index].reserved))
        }
        attempts[index].approvedAt = now
        attempts[index].answeredAt = nil
        attempts[index].state = .asked
        answeredIDs.append(id)
        markUpdated()
    }

    /// Gives up a refund that a second person did not agree to.
    mutating func turnDownRefund(_ id: AttemptID, at now: Timestamp) throws(Refusal) {
        end(try indexAwaitingApproval(id), .abandoned, nil, now)
    }

    func indexAwaitingApproval(_ id: AttemptID) throws(Refusal) -> Int {
        guard let index = attempts.firstIndex(where: { $0.id == id }),
            attempts[index].state == .awaitingApproval
        else { throw .unexpectedState(intent.state, .refund) }
        return index
    }
}
