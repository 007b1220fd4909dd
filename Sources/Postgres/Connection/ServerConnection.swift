internal import CLibpq
internal import Reactor

/// One connection in pipeline mode, bound to its loop: sends a pipeline, pumps its answers straight
/// from the readiness callback, and reports what became of it.
final class ServerConnection: @unchecked Sendable {
    // Safe because: touched only on its loop.

    let number: Int
    let loop: EventLoop
    let openedAt: ContinuousClock.Instant
    private(set) var usedAt: ContinuousClock.Instant
    /// Called once when the connection ends while nothing runs on it.
    var onIdleEnd: (() -> Void)?

    let session: Session
    private let cancellations: BlockingPool
    private let cancelGrace: Duration
    private let observer: (any PostgresObserver)?
    private var writer: PipelineWriter
    private(set) var watch: Watch?
    private var flight: Flight?
    /// How many pipelines were started.
    private var flights = 0
    private var timer: Timer?
    /// The waiter for the socket during a COPY, when there are no answers to pump.
    var transferWaiter: ((Bool) -> Void)?
    private var isCut = false
    private var wasCancelled = false
    /// Whether the server refused to write: it is no longer a primary, or the session was opened
    /// when nothing could be written.
    private(set) var refusedToWrite = false

    private static let cancelInterval = Duration.milliseconds(250)

    /// Adopts a session that has connected.
    ///
    /// - Parameter cancellations: where `PQcancel` blocks; for nothing else, since each may block for
    ///   as long as the network keeps silent.
    init(
        number: Int,
        session: Session,
        loop: EventLoop,
        cancellations: BlockingPool,
        configuration: PostgresConfiguration,
        observer: (any PostgresObserver)?
    ) throws(PostgresError) {
        self.number = number
        self.session = session
        self.loop = loop
        self.cancellations = cancellations
        self.observer = observer
        cancelGrace = configuration.cancelGrace
        writer = PipelineWriter(
            preparedLimit: configuration.namedPreparedStatements
                ? configuration.preparedStatementLimit : 0
        )
        openedAt = loop.now
        usedAt = loop.now
        guard session.makeNonBlocking(), session.enterPipelineMode() else {
            throw PostgresError(.unavailable, session.errorMessage)
        }
        do {
            // Level-triggered: libpq hides would-block.
            watch = try loop.watch(session.descriptor, .readable, edgeTriggered: false) {
                [weak self] _ in self?.becameReady()
            }
        } catch {
            throw PostgresError(.unavailable, "the connection cannot be watched", cause: error)
        }
        timer = loop.makeTimer { [weak self] in self?.timerFired() }
    }

    /// Whether it can take another pipeline.
    var isUsable: Bool { !isCut && !wasCancelled && session.isAlive }

    /// Whether a transaction is open on the server.
    var isInTransaction: Bool { session.isInTransaction }

    // MARK: Running

    /// Runs the pipeline and waits for its outcome. Cancelling the task, or the deadline, cancels
    /// the statement on the server.
    func run(
        _ pipeline: Pipeline,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Flight.Answer {
        let messages = try pipeline.encoded()
        let turn = flights + 1
        return await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                start(pipeline, messages, deadline: deadline) {
                    unsafe continuation.resume(returning: $0)
                }
            }
        } onCancel: {
            loop.execute { [weak self] in
                // It may come when this pipeline has ended and another runs.
                if self?.flights == turn { self?.cancel(.task) }
            }
        }
    }

    /// Like `run`, for a pipeline that opens its transaction: when the server's plans turn out to be
    /// stale, rolls back, prepares again and repeats once. Nothing had an effect before.
    func runAfresh(
        _ pipeline: Pipeline,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Flight.Answer {
        precondition(pipeline.opening != .none, "only a whole transaction may be repeated")
        let answer = try await run(pipeline, deadline: deadline)
        guard answer.isStalePlan, isUsable else { return answer }
        guard try await run(.rollBack, deadline: deadline).error == nil else { return answer }
        return try await run(pipeline, deadline: deadline)
    }

    /// Runs a pipeline without binds, such as ROLLBACK; `finish` is called on the loop.
    func start(
        _ pipeline: Pipeline,
        deadline: ContinuousClock.Instant,
        _ finish: @escaping (Flight.Answer) -> Void
    ) {
        do {
            let messages = try pipeline.encoded()
            start(pipeline, messages, deadline: deadline, finish)
        } catch {
            preconditionFailure("a pipeline of our own has valid binds")
        }
    }

    private func start(
        _ pipeline: Pipeline,
        _ messages: [Pipeline.Message],
        deadline: ContinuousClock.Instant,
        _ finish: @escaping (Flight.Answer) -> Void
    ) {
        loop.preconditionOnLoop()
        precondition(flight == nil, "a connection runs one pipeline at a time")
        guard isUsable else {
            let error = PostgresError(.connectionLost, "the connection ended before this was sent")
            return finish(Flight.Answer(rows: [], error: error))
        }
        flights += 1
        let (commands, isWritten) = writer.write(messages, to: session)
        flight = Flight(pipeline, commands, finish)
        timer?.schedule(at: deadline)
        if isWritten { flush() } else { sever() }
    }

    // MARK: The pump

    private func becameReady() {
        guard !isCut else { return }
        if let waiter = transferWaiter.take() { return waiter(true) }
        let isOpen = session.consumeInput()
        pump(isOpen: isOpen)
        guard !isCut else { return }
        if !isOpen || !session.isAlive {
            end()
        } else {
            flush()
        }
    }

    /// Takes the answers that have arrived. A connection that has ended is asked past `isBusy`: libpq
    /// then hands out what it had read before, and an error of its own.
    private func pump(isOpen: Bool) {
        var gaps = 0
        while !(isOpen && session.isBusy), flight != nil {
            guard let result = session.nextResult() else {
                gaps += 1
                // One gap separates two answers; two mean that nothing more is coming.
                if gaps == 2 { return isOpen ? () : sever() }
                continue
            }
            gaps = 0
            take(result)
        }
    }

    private func take(_ result: ServerResult) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            let isCommit = flight?.machine.next == .commit && result.tagIs("COMMIT")
            apply(isCommit ? .committed : .completed, result)
        case PGRES_PIPELINE_ABORTED:
            apply(.skipped, result)
        case PGRES_PIPELINE_SYNC:
            apply(.synced, result)
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
            guard let flight else { return }
            let refusal = ServerRefusal(result, statement: flight.currentStatement)
            guard !refusal.isFatal else { return sever(refusal.error) }
            flight.error = refusal.error
            flight.isStalePlan = refusal.isStalePlan
            apply(.refused, result)
        default:
            // COPY in a pipeline, single rows: nothing that we ask for.
            sever()
        }
    }

    private func apply(_ event: PipelineMachine.Event, _ result: ServerResult) {
        guard let flight else { return }
        switch flight.machine.apply(event) {
        case .wait, .keepError:
            flight.place += 1
        case .keepRows:
            flight.rows.append(Rows(result: result, statement: flight.currentStatement))
            flight.place += 1
        case .finish(let outcome):
            finish(outcome)
        case .cut:
            sever()
        }
    }

    func flush() {
        guard !isCut else { return }
        let interest: Interest
        switch session.flush() {
        case .done: interest = .readable
        case .pending: interest = [.readable, .writable]
        case .failed: return sever()
        }
        do { try watch?.update(interest) } catch { sever() }
    }

    private func finish(_ outcome: PipelineMachine.Outcome) {
        guard let flight = flight.take() else { return }
        timer?.cancel()
        flight.cancelInterest.end()
        usedAt = loop.now
        if case .refused(let place) = outcome {
            writer.settle(flight.commands[place...])
            // In the middle of a transaction, too: else it would fail there for ever.
            if flight.isStalePlan { writer.forget(flight.pipeline, after: flight.error) }
        }
        let answer = flight.answer(outcome)
        if answer.error?.sqlState == .readOnlyTransaction { refusedToWrite = true }
        observer?.pipelineEnded(
            PipelineReport(
                queries: flight.queries,
                role: flight.pipeline.role,
                elapsed: flight.startedAt.duration(to: .now),
                failure: answer.error?.code
            )
        )
        flight.finish(answer)
    }

    // MARK: Ending

    /// Asks the server to stop what runs. The connection is not used again: a late signal must not
    /// hit the next caller's statement.
    private func cancel(_ reason: Flight.CancelReason) {
        guard flight != nil, flight?.cancelReason == nil, !isCut else { return }
        flight?.cancelReason = reason
        flight?.cutAt = loop.now.advanced(by: cancelGrace)
        wasCancelled = true
        requestCancel()
    }

    /// Asks, and asks again until the answer comes or the grace time is over: a request that meets
    /// the backend between two statements is lost. One request at a time: when the server is silent
    /// it holds a thread for long.
    private func requestCancel() {
        guard let flight, let cutAt = flight.cutAt, loop.now < cutAt else { return sever() }
        timer?.schedule(at: min(cutAt, loop.now.advanced(by: Self.cancelInterval)))
        guard !flight.isAskedToStop else { return }
        guard let cancellation = session.makeCancellation() else { return sever() }
        flight.isAskedToStop = true
        let (cancellations, interest) = (cancellations, flight.cancelInterest)
        loop.spawn { [weak self] in
            // Silence is right: a request that could not be made ends with the grace time.
            _ = try? await cancellations.run(while: interest) { cancellation.request() }
            self?.askedToStop(interest)
        }
    }

    private func askedToStop(_ interest: BlockingPool.Interest) {
        // By now another pipeline may run.
        guard let flight, flight.cancelInterest === interest else { return }
        flight.isAskedToStop = false
    }

    private func timerFired() {
        guard let flight else { return }
        if flight.cancelReason == nil { cancel(.deadline) } else { requestCancel() }
    }

    /// Cuts the connection; what runs on it ends as severed.
    func sever(_ error: PostgresError? = nil) {
        if let error, flight?.error == nil { flight?.error = error }
        close()
        guard case .finish(let outcome)? = flight?.machine.apply(.severed) else { return }
        finish(outcome)
    }

    /// Ends an idle connection that the server has ended.
    private func end() {
        guard flight == nil else { return sever() }
        close()
        onIdleEnd.take()?()
    }

    /// Stops watching; the session closes when the last owner lets go.
    func close() {
        isCut = true
        transferWaiter.take()?(false)
        watch?.cancel()
        watch = nil
        timer?.cancel()
    }
}
