/// What the answers to one pipeline mean, from the first command to its Sync.
///
/// The pipeline ends in exactly one outcome. Once COMMIT was sent only an answer to it, or an error
/// before it, can tell what became of the transaction.
struct PipelineMachine {
    /// What an answer at a place of the pipeline is for.
    enum Command: Hashable, CaseIterable {
        /// Housekeeping, whose answer has no rows for the caller.
        case plain
        /// A query of the caller.
        case query
        /// The COMMIT of a transaction that may have written.
        case commit
    }

    enum Event: Hashable, CaseIterable {
        /// The command ended well; for COMMIT: with another tag than its own.
        case completed
        /// COMMIT ended with the tag `COMMIT`.
        case committed
        /// The server reported an error and goes on.
        case refused
        /// The server passed over the command, after an error.
        case skipped
        /// The server came to the Sync.
        case synced
        /// A fatal error, or the end of the connection.
        case severed
    }

    enum Action: Hashable {
        case wait
        /// The answer holds the rows of the caller's next query.
        case keepRows
        /// The answer is the error that decides.
        case keepError
        case finish(Outcome)
        /// The answers are out of step with the commands: cut the connection, apply `severed`.
        case cut
    }

    enum Outcome: Hashable {
        case completed
        /// The command at this place failed and nothing after it ran.
        case refused(at: Int)
        /// COMMIT was answered, but not by `COMMIT`: the transaction had failed before.
        case rolledBack
        /// The connection ended, and with it what was not committed.
        case lost
        /// The connection ended after COMMIT was sent, before its answer.
        case commitUnknown
    }

    private enum State: Hashable {
        /// Answers to the commands from this place on are due. Next: any.
        case answering(Int)
        /// The tag `COMMIT` was seen: nothing can undo it. Next: finished.
        case committed
        /// COMMIT ended with another tag. Next: finished.
        case rolledBack
        /// The command at this place failed; skips are due. Next: finished.
        case skipping(refusedAt: Int)
        case finished(Outcome)
    }

    private let commands: [Command]
    private var state = State.answering(0)

    init(_ commands: [Command]) {
        precondition(
            commands.dropLast().allSatisfy { $0 != .commit },
            "COMMIT is the last command of its pipeline"
        )
        self.commands = commands
    }

    /// The command whose answer is due; nil when only the Sync is.
    var next: Command? {
        guard case .answering(let place) = state, place < commands.count else { return nil }
        return commands[place]
    }

    mutating func apply(_ event: Event) -> Action {
        switch (state, event) {
        case (.answering(let place), .completed):
            guard place < commands.count else { return .cut }
            switch commands[place] {
            case .plain:
                state = .answering(place + 1)
                return .wait
            case .query:
                state = .answering(place + 1)
                return .keepRows
            case .commit:
                state = .rolledBack
                return .wait
            }
        case (.answering, .committed):
            guard next == .commit else { return .cut }
            state = .committed
            return .wait
        case (.answering(let place), .refused):
            guard place < commands.count else { return .cut }
            state = .skipping(refusedAt: place)
            return .keepError
        case (.answering(let place), .synced):
            guard place == commands.count else { return .cut }
            return finish(.completed)
        case (.answering, .severed):
            return finish(commands.last == .commit ? .commitUnknown : .lost)
        case (.committed, .synced), (.committed, .severed):
            return finish(.completed)
        case (.rolledBack, .synced), (.rolledBack, .severed):
            return finish(.rolledBack)
        case (.skipping, .skipped):
            return .wait
        case (.skipping(let place), .synced), (.skipping(let place), .severed):
            return finish(.refused(at: place))
        case (.answering, .skipped),
            (.committed, .completed), (.committed, .committed), (.committed, .refused),
            (.committed, .skipped),
            (.rolledBack, .completed), (.rolledBack, .committed), (.rolledBack, .refused),
            (.rolledBack, .skipped),
            (.skipping, .completed), (.skipping, .committed), (.skipping, .refused):
            return .cut
        case (.finished(let outcome), _):
            return .finish(outcome)
        }
    }

    private mutating func finish(_ outcome: Outcome) -> Action {
        state = .finished(outcome)
        return .finish(outcome)
    }
}
