/// Settling by hand what no machine can find out: two people, and the events name both.
extension PaymentWorkflows {
    /// Proposes what became of an attempt whose outcome is unknown, or that its vendor accepted and
    /// has long been silent about. Nothing is booked yet.
    package func proposeSettlement(
        of attempt: AttemptID,
        _ verdict: Settlement.Verdict,
        reason: String,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Payment {
        let id = try await intent(of: attempt, tenant)
        let settlement = Settlement(
            attempt: attempt,
            verdict: verdict,
            reason: reason,
            proposedBy: caller.actor,
            proposedAt: clock.now
        )
        return try await change(id, for: caller, in: tenant) { (payment) throws(Refusal) in
            try payment.propose(settlement)
        }
    }

    /// Approves or turns down what another person proposed; an approval is booked like the
    /// vendor's own answer.
    ///
    /// - Parameter moment: when what this person has read was proposed.
    package func decideSettlement(
        of attempt: AttemptID,
        proposedAt moment: Timestamp,
        approves: Bool,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Payment {
        let id = try await intent(of: attempt, tenant)
        guard let known = try await load(id, in: tenant), let asked = known.attempt(attempt)
        else { throw WorkflowError(.notFound(.attempt)) }
        let proposal = known.intent.plans.proposal(about: attempt)
        if let proposal, proposal.proposedAt != moment {
            throw WorkflowError(.otherProposal(at: proposal.proposedAt))
        }
        if let proposal, !caller.actor.isAnother(than: proposal.proposedBy) {
            throw WorkflowError(.secondPersonRequired)
        }
        let asking = asking(caller.actor)
        let settled = try await change(id, for: caller, in: tenant) {
            (payment) throws(Refusal) in
            // Somebody may have made another proposal since.
            guard payment.intent.plans.proposal(about: attempt) == proposal else {
                throw .unexpectedState(payment.intent.state, asked.operation)
            }
            try payment.decideSettlement(of: attempt, approves: approves, asking)
        }
        if approves, asked.state.isUnknown {
            observer.resolved(asked.operation, by: asked.vendor, after: clock.now - asked.sentAt)
        }
        return settled
    }

    private func intent(
        of attempt: AttemptID,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> IntentID {
        let found = try await reading { () async throws(StoreError) in
            try await store.intent(of: attempt, in: tenant)
        }
        guard let found else { throw WorkflowError(.notFound(.attempt)) }
        return found
    }
}
