internal import CLibpq
internal import Reactor

/// COPY cannot run in pipeline mode: the connection leaves it for as long as one takes.
extension ServerConnection {
    /// Sends what `next` gives until it gives nil; returns how many rows the server took.
    ///
    /// When `next` throws, the server is told to fail and the error goes on to the caller.
    func copyIn(
        _ statement: Statement,
        deadline: ContinuousClock.Instant,
        _ next: () async throws -> [UInt8]?
    ) async throws -> Int {
        try await beginCopy(statement, expecting: PGRES_COPY_IN, deadline: deadline)
        do {
            while let chunk = try await next() {
                try await put(chunk, deadline: deadline)
            }
        } catch let failure {
            // The connection still works if the server acknowledges; else it is cut.
            if isUsable, case .done = session.endCopy(failing: "the source failed") {
                _ = try? await endCopy(statement, deadline: deadline)
            }
            throw failure
        }
        // When the server has refused a line already, its error is what `endCopy` reads.
        _ = session.endCopy(failing: nil)
        return try await endCopy(statement, deadline: deadline)
    }

    /// Gives the output to `receive` in chunks of whole lines; returns how many rows there were.
    ///
    /// When `receive` throws, the connection is cut: the server would send the rest otherwise.
    func copyOut(
        _ statement: Statement,
        deadline: ContinuousClock.Instant,
        _ receive: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await beginCopy(statement, expecting: PGRES_COPY_OUT, deadline: deadline)
        var chunk: [UInt8] = []
        do {
            receiving: while true {
                switch session.getCopy(into: &chunk) {
                case .done:
                    guard chunk.count >= Self.chunkSize else { continue }
                    try await receive(chunk)
                    chunk.removeAll(keepingCapacity: true)
                case .wouldBlock:
                    try await awaitInput(deadline: deadline)
                case .ended, .failed:
                    break receiving
                }
            }
            if !chunk.isEmpty { try await receive(chunk) }
        } catch let failure {
            sever()
            throw failure
        }
        return try await endCopy(statement, deadline: deadline)
    }

    /// How much output is gathered for one call of the receiver, in bytes.
    private static var chunkSize: Int { 65_536 }

    private func beginCopy(
        _ statement: Statement,
        expecting status: ExecStatusType,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) {
        guard isUsable, session.exitPipelineMode(), session.sendSimple(statement.sql) else {
            throw cut(
                PostgresError(.connectionLost, session.errorMessage, statement: statement.name)
            )
        }
        let result = try await awaitResult(deadline: deadline)
        guard let result, result.status != status else {
            if result == nil { throw cut(outOfStep(statement)) }
            return
        }
        guard result.status == PGRES_FATAL_ERROR else {
            throw cut(
                PostgresError(
                    .misuse,
                    "this is no COPY of that direction",
                    statement: statement.name
                )
            )
        }
        try await leaveCopy(deadline: deadline)
        throw refusal(result, statement)
    }

    private func put(
        _ chunk: [UInt8],
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) {
        // A refusal ends the transfer early: the rest is dropped and `endCopy` reads the error.
        guard case .done = session.putCopy(chunk) else { return }
        while true {
            switch session.flush() {
            case .done: return
            case .failed: throw cut(PostgresError(.connectionLost, session.errorMessage))
            case .pending: try await awaitRoom(deadline: deadline)
            }
        }
    }

    private func endCopy(
        _ statement: Statement,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Int {
        guard let result = try await awaitResult(deadline: deadline) else {
            throw cut(outOfStep(statement))
        }
        try await leaveCopy(deadline: deadline)
        guard result.status == PGRES_COMMAND_OK else { throw refusal(result, statement) }
        return result.affected
    }

    /// Reads to the end of the answer and goes back to pipelines.
    private func leaveCopy(deadline: ContinuousClock.Instant) async throws(PostgresError) {
        while try await awaitResult(deadline: deadline) != nil {}
        guard session.isAlive, session.enterPipelineMode() else {
            throw cut(PostgresError(.connectionLost, session.errorMessage))
        }
        flush()
    }

    private func refusal(_ result: ServerResult, _ statement: Statement) -> PostgresError {
        let refusal = ServerRefusal(result, statement: statement.name)
        return refusal.isFatal
            ? cut(PostgresError(.connectionLost, "the connection ended", cause: refusal.error))
            : refusal.error
    }

    private func outOfStep(_ statement: Statement) -> PostgresError {
        PostgresError(.connectionLost, "the server gave no answer", statement: statement.name)
    }

    /// Cuts the connection for an error after which nothing is known of its state.
    private func cut(_ error: PostgresError) -> PostgresError {
        sever()
        return error
    }

    // MARK: Waiting

    private func awaitResult(
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> ServerResult? {
        while true {
            switch session.flush() {
            case .done: break
            case .pending: try await awaitRoom(deadline: deadline)
            case .failed: throw cut(PostgresError(.connectionLost, session.errorMessage))
            }
            guard session.isBusy else { return session.nextResult() }
            try await awaitInput(deadline: deadline)
        }
    }

    /// Waits until more can be written. The server may be sending an error meanwhile: both
    /// directions move, or neither.
    private func awaitRoom(deadline: ContinuousClock.Instant) async throws(PostgresError) {
        try await awaitSocket([.readable, .writable], deadline: deadline)
        guard session.consumeInput() else {
            throw cut(PostgresError(.connectionLost, session.errorMessage))
        }
    }

    private func awaitInput(deadline: ContinuousClock.Instant) async throws(PostgresError) {
        try await awaitSocket(.readable, deadline: deadline)
        guard session.consumeInput() else {
            throw cut(PostgresError(.connectionLost, session.errorMessage))
        }
    }

    /// Waits for the socket. At the deadline, or when the task is cancelled, the connection is cut:
    /// the server ends the COPY when it notices.
    private func awaitSocket(
        _ interest: Interest,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) {
        guard !Task.isCancelled else {
            throw cut(PostgresError(.cancelled, "the COPY was cancelled with its task"))
        }
        guard isUsable else { throw PostgresError(.connectionLost, "the connection was cut") }
        do { try watch?.update(interest) } catch {
            throw cut(PostgresError(.connectionLost, "the socket cannot be watched", cause: error))
        }
        var timer: Timer?
        let isReady = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
                transferWaiter = { unsafe continuation.resume(returning: $0) }
                timer = loop.schedule(at: deadline) { [self] in transferWaiter.take()?(false) }
            }
        } onCancel: {
            loop.execute { [self] in transferWaiter.take()?(false) }
        }
        timer?.cancel()
        // Silent while nobody listens: a level-triggered watch would report at every turn.
        do { try watch?.update([]) } catch {
            throw cut(PostgresError(.connectionLost, "the socket cannot be watched", cause: error))
        }
        guard isReady else {
            throw cut(
                Task.isCancelled
                    ? PostgresError(.cancelled, "the COPY was cancelled with its task")
                    : PostgresError(.deadlineExceeded, "the COPY took too long")
            )
        }
    }
}
