internal import Reactor

/// A pipeline that was sent, and its answers so far.
final class Flight {
    /// A command as it was written to the server.
    enum Command {
        case prepare(PreparedStatements.Key, name: String)
        case deallocate(name: String)
        case run(Pipeline.Step)
    }

    /// How a pipeline ended.
    struct Answer {
        var rows: [Rows]
        /// What decided, unless the outcome is success.
        var error: PostgresError?
        /// Prepared again, the same pipeline can succeed.
        var isStalePlan = false
    }

    /// Why a running pipeline is to be cancelled.
    enum CancelReason {
        case deadline
        case task
    }

    let pipeline: Pipeline
    let commands: [Command]
    let startedAt = ContinuousClock.now
    let finish: (Answer) -> Void

    var machine: PipelineMachine
    /// The command whose answer is due.
    var place = 0
    var rows: [Rows] = []
    var error: PostgresError?
    var isStalePlan = false
    var cancelReason: CancelReason?
    /// A cancellation is on its way, or waits for a thread.
    var isAskedToStop = false
    /// Ends with the pipeline.
    let cancelInterest = BlockingPool.Interest()
    /// When the connection is cut, once cancellation was asked for.
    var cutAt: ContinuousClock.Instant?

    init(_ pipeline: Pipeline, _ commands: [Command], _ finish: @escaping (Answer) -> Void) {
        self.pipeline = pipeline
        self.commands = commands
        self.finish = finish
        machine = PipelineMachine(
            commands.map { command in
                switch command {
                case .prepare, .deallocate: .plain
                case .run(let step): step.command
                }
            }
        )
    }

    /// What was run, in order.
    var queries: [Query] {
        commands.compactMap { command in
            guard case .run(let step) = command else { return nil }
            return step.query
        }
    }

    /// The name of the statement whose answer is due.
    var currentStatement: String {
        guard place < commands.count else { return "sync" }
        return switch commands[place] {
        case .prepare(let key, _): key.statement.name
        case .deallocate: "deallocate"
        case .run(let step): step.query.statement.name
        }
    }

    /// What the caller is told about the outcome.
    func answer(_ outcome: PipelineMachine.Outcome) -> Answer {
        var answer = Answer(rows: rows)
        switch outcome {
        case .completed:
            break
        case .refused:
            answer.error = error
            answer.isStalePlan = isStalePlan
            // The server says only that it was cancelled; we know why.
            if error?.sqlState == .queryCanceled, let cancelError { answer.error = cancelError }
        case .rolledBack:
            answer.error = PostgresError(
                .statement,
                "COMMIT was answered by ROLLBACK",
                statement: "commit"
            )
        case .lost:
            answer.error =
                cancelError
                ?? PostgresError(
                    .connectionLost,
                    "the connection ended before COMMIT was sent",
                    cause: error
                )
        case .commitUnknown:
            answer.error = PostgresError(
                .commitUnknown,
                "the connection ended before COMMIT was answered",
                cause: error
            )
        }
        return answer
    }

    /// The error for what we cancelled ourselves.
    private var cancelError: PostgresError? {
        switch cancelReason {
        case .deadline:
            PostgresError(
                .deadlineExceeded,
                "cancelled at its deadline",
                statement: error?.statement,
                cause: error
            )
        case .task:
            PostgresError(
                .cancelled,
                "cancelled with its task",
                statement: error?.statement,
                cause: error
            )
        case nil:
            nil
        }
    }
}
