/// Outcomes that no machine can find out: one person says what happened, another agrees.
extension Payment {
    /// Proposes what became of an attempt. A later proposal replaces one that nobody decided on.
    package mutating func propose(_ settlement: Settlement) throws(Refusal) {
        guard let attempt = attempt(settlement.attempt) else { throw .methodRequired }
        guard attempt.maySettleByHand else {
            throw .unexpectedState(intent.state, attempt.operation)
        }
        intent.plans.settlements.removeAll {
            $0.attempt == settlement.attempt && $0.state == .proposed
        }
        intent.plans.settlements.append(settlement)
        record(.settlementProposed, settlement.attempt)
    }

    /// Approves or turns down the proposal about an attempt. The caller has made sure that the
    /// decider is not the proposer.
    package mutating func decideSettlement(
        of id: AttemptID,
        approves: Bool,
        _ asking: Asking
    ) throws(Refusal) {
        guard let attempt = attempt(id) else { throw .methodRequired }
        guard attempt.maySettleByHand,
            let index = intent.plans.settlements.lastIndex(where: {
                $0.attempt == id && $0.state == .proposed
            })
        else { throw .unexpectedState(intent.state, attempt.operation) }
        intent.plans.settlements[index].state = approves ? .approved : .turnedDown
        intent.plans.settlements[index].decidedBy = asking.actor
        intent.plans.settlements[index].decidedAt = asking.now
        record(approves ? .settlementApproved : .settlementTurnedDown, id)
        guard approves else { return }
        switch intent.plans.settlements[index].verdict {
        case .notDone: answer(id, with: .notFound, capture: asking)
        case .succeeded(let reference, let amount):
            let receipt = VendorReceipt(
                reference: reference,
                amount: amount,
                captured: attempt.operation == .authorize && intent.captureMethod == .automatic
            )
            answer(id, with: .succeeded(receipt), capture: asking)
        }
    }
}

extension Attempt {
    /// Whether nobody knows its outcome, or its vendor accepted it and has long been silent.
    fileprivate var maySettleByHand: Bool {
        state.isUnknown || state == .pending && isEscalated
    }
}
