/// What is planned for a payment apart from its state, and what people decided about it.
package struct Plans: Sendable, Hashable {
    package internal(set) var retry: Retry?
    package internal(set) var hold: HoldPlan?
    /// What was proposed and decided by hand about unknown outcomes, oldest first.
    package internal(set) var settlements: [Settlement]

    package init(retry: Retry? = nil, hold: HoldPlan? = nil, settlements: [Settlement] = []) {
        self.retry = retry
        self.hold = hold
        self.settlements = settlements
    }

    package var isEmpty: Bool { retry == nil && hold == nil && settlements.isEmpty }

    /// The proposal that waits for a second person.
    package func proposal(about attempt: AttemptID) -> Settlement? {
        settlements.last { $0.attempt == attempt && $0.state == .proposed }
    }
}

/// An unknown outcome settled by hand: one person proposes what happened, another approves it.
package struct Settlement: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        /// The money moved, under the vendor's reference; nil: as much as was asked.
        case succeeded(reference: String, amount: Int64?)
        /// Nothing moved, for certain.
        case notDone
    }

    package enum State: String, Sendable, CaseIterable {
        case proposed
        case approved
        case turnedDown = "turned_down"
    }

    package let attempt: AttemptID
    package let verdict: Verdict
    package let reason: String
    package let proposedBy: Actor
    /// Tells it apart from others about the same attempt: a decision names it.
    package let proposedAt: Timestamp
    package internal(set) var state: State
    package internal(set) var decidedBy: Actor?
    package internal(set) var decidedAt: Timestamp?

    package init(
        attempt: AttemptID,
        verdict: Verdict,
        reason: String,
        proposedBy: Actor,
        proposedAt: Timestamp,
        state: State = .proposed,
        decidedBy: Actor? = nil,
        decidedAt: Timestamp? = nil
    ) {
        self.attempt = attempt
        self.verdict = verdict
        self.reason = reason
        self.proposedBy = proposedBy
        self.proposedAt = proposedAt
        self.state = state
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
    }
}
