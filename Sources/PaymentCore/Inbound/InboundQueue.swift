/// The events of one aggregate that wait for their turn, and how far its sequence has come.
package struct InboundQueue: Sendable, Hashable {
    package enum Turn: Sendable, Hashable {
        case apply(InboundEvent)
        /// One with a higher sequence had its turn first.
        case late(InboundEvent)
        /// An earlier one is missing.
        case wait(InboundEvent)
        case none
    }

    /// The highest sequence that had its turn; nil when none did.
    package let passed: Int64?
    /// In order of arrival.
    package let waiting: [InboundEvent]

    package init(passed: Int64?, waiting: [InboundEvent]) {
        self.passed = passed
        self.waiting = waiting
    }

    /// Whose turn it is. Those with a sequence go by it, each right after the one before; those
    /// without go in order of arrival; one that an operator sent again goes at once.
    package var turn: Turn {
        if let replayed = waiting.first(where: { $0.replays > 0 }) { return .apply(replayed) }
        let lowest = waiting.compactMap { event in event.event.sequence.map { (event, $0) } }
            .min { ($0.1, $0.0.id) < ($1.1, $1.0.id) }
        let unnumbered = waiting.first { $0.event.sequence == nil }
        guard let (event, sequence) = lowest else { return unnumbered.map(Turn.apply) ?? .none }
        if let unnumbered, unnumbered.id < event.id { return .apply(unnumbered) }
        if let passed, sequence <= passed { return .late(event) }
        if passed.map({ sequence == $0 + 1 }) ?? (sequence <= 1 || event.event.kind?.begins == true)
        {
            return .apply(event)
        }
        return unnumbered.map(Turn.apply) ?? .wait(event)
    }
}
