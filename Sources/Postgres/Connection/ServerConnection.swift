internal import CLibpq
internal import Reactor

/// One connection in pipeline mode, bound to its loop: sends a pipeline, pumps its answers straight
/// from the readiness callback, and tells what became of it.
final class ServerConnection: @unchecked Sendable {
    // Safe because: touched only on its loop.

    let number: Int
    let loop: EventLoop
    let openedAt: ContinuousClock.Instant
    private(set) var usedAt: ContinuousClock.Instant
    /// The role of the last transaction, whose plans and caches are warm.
    private(set) var lastRole: String?
    /// Called once when the connection ends while nothing runs on it.
    var onIdleEnd: (() -> Void)?

    let session: Session
    private let blocking: BlockingPool
    private let cancelGrace: Duration
    private let observer: (any PostgresObserver)?
    private var prepared: PreparedStatements?
    /// Names to deallocate with the next pipeline.
    private var superfluous: [String] = []
    private var watch: Watch?
    private var flight: Flight?
    /// How many pipelines were started.
    private var flights = 0
    private var timer: Timer?
    private var isCut = false
    private var wasCancelled = false

    /// Adopts a session that has connected.
    init(
        number: Int,
        session: Session,
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: PostgresConfiguration,
        observer: (any PostgresObserver)?
    ) throws(PostgresError) {
        self.number = number
        self.session = session
        self.loop = loop
        self.blocking = blocking
        self.observer = observer
        cancelGrace = configuration.cancelGrace
        prepared =
            configuration.namedPreparedStatements
            ? PreparedStatements(limit: configuration.preparedStatementLimit) : nil
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
        let binds = try Self.encode(pipeline)
        let turn = flights + 1
        return await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                start(pipeline, binds: binds, deadline: deadline) {
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
    /// stale, rolls back, prepares anew and repeats once. Nothing had an effect before.
    func runAfresh(
        _ pipeline: Pipeline,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Flight.Answer {
        precondition(pipeline.opening != .none, "only a whole transaction may be repeated")
        let answer = try await run(pipeline, deadline: deadline)
        guard answer.isStalePlan, isUsable else { return answer }
        forgetPrepared(of: pipeline, after: answer.error)
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
            let binds = try Self.encode(pipeline)
            start(pipeline, binds: binds, deadline: deadline, finish)
        } catch {
            preconditionFailure("a pipeline of our own has valid binds")
        }
    }

    /// Encodes all binds first, so that a refused one leaves nothing half sent.
    private static func encode(
        _ pipeline: Pipeline
    ) throws(PostgresError) -> [(Pipeline.Step, EncodedBinds)] {
        var encoded: [(Pipeline.Step, EncodedBinds)] = []
        let steps = pipeline.steps
        encoded.reserveCapacity(steps.count)
        for step in steps { encoded.append((step, try EncodedBinds(step.query))) }
        return encoded
    }

    private func start(
        _ pipeline: Pipeline,
        binds: [(step: Pipeline.Step, binds: EncodedBinds)],
        deadline: ContinuousClock.Instant,
        _ finish: @escaping (Flight.Answer) -> Void
    ) {
        loop.preconditionOnLoop()
        precondition(flight == nil, "a connection runs one pipeline at a time")
        flights += 1
        if pipeline.opening != .none { lastRole = pipeline.role }
        var commands: [Flight.Command] = []
        commands.reserveCapacity(binds.count + 2)
        let isSent = send(binds, &commands) && session.sendSync()
        flight = Flight(pipeline, commands, finish)
        timer?.schedule(at: deadline)
        if isSent { flush() } else { sever() }
    }

    private func send(
        _ binds: [(step: Pipeline.Step, binds: EncodedBinds)],
        _ commands: inout [Flight.Command]
    ) -> Bool {
        for (step, binds) in binds {
            let statement = step.query.statement
            guard prepared != nil, statement.isPreparable else {
                commands.append(.run(step))
                guard session.sendOnce(statement.sql, binds) else { return false }
                continue
            }
            let key = PreparedStatements.Key(role: step.role, statement: statement)
            let name: String
            switch prepared?.use(key) {
            case .ready(let ready)?:
                name = ready
            case .prepare(let new, let evicted)?:
                name = new
                if let evicted { superfluous.append(evicted) }
                guard sendDeallocations(&commands) else { return false }
                commands.append(.prepare(key, name: new))
                guard session.sendPrepare(new, statement.sql) else { return false }
            case nil:
                preconditionFailure("checked above")
            }
            commands.append(.run(step))
            guard session.sendPrepared(name, binds) else { return false }
        }
        return true
    }

    /// Sends a DEALLOCATE for each superfluous name, if nothing failed before it in the pipeline.
    private func sendDeallocations(_ commands: inout [Flight.Command]) -> Bool {
        while let name = superfluous.popLast() {
            commands.append(.deallocate(name: name))
            // The name is one of ours: a letter and a number.
            guard session.sendOnce("deallocate \(name)", .none) else { return false }
        }
        return true
    }

    // MARK: The pump

    private func becameReady() {
        guard !isCut else { return }
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
                // One gap parts two answers; two mean that nothing more is coming.
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

    private func flush() {
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
        usedAt = loop.now
        settlePrepared(flight, outcome)
        let answer = flight.answer(outcome)
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

    // MARK: Prepared statements

    /// What was not run for an error before it is as it was: the names are not prepared, or still
    /// to be deallocated.
    private func settlePrepared(_ flight: Flight, _ outcome: PipelineMachine.Outcome) {
        guard case .refused(let place) = outcome else { return }
        var unborn: Set<String> = []
        for sent in flight.commands[place...] {
            switch sent {
            case .prepare(let key, let name):
                prepared?.forget(key, named: name)
                unborn.insert(name)
            case .deallocate(let name):
                if !unborn.contains(name) { superfluous.append(name) }
            case .run: break
            }
        }
    }

    /// Makes the statements of the pipeline be prepared anew, after a stale plan.
    private func forgetPrepared(of pipeline: Pipeline, after error: PostgresError?) {
        guard error?.sqlState != .unknownPreparedStatement else {
            prepared?.forgetAll()
            superfluous.removeAll()
            return
        }
        for query in pipeline.queries {
            let key = PreparedStatements.Key(role: pipeline.role, statement: query.statement)
            if let name = prepared?.forget(key) { superfluous.append(name) }
        }
    }

    // MARK: Ending

    /// Asks the server to stop what runs. The connection is not used again: a late signal must not
    /// hit the next caller's statement.
    private func cancel(_ reason: Flight.CancelReason) {
        guard flight != nil, flight?.cancelReason == nil, !isCut else { return }
        flight?.cancelReason = reason
        wasCancelled = true
        timer?.schedule(at: loop.now.advanced(by: cancelGrace))
        guard let cancellation = session.makeCancellation() else { return sever() }
        let blocking = blocking
        loop.spawn {
            // Silence is right: a request that could not be made ends with the grace time.
            _ = try? await blocking.run { cancellation.request() }
        }
    }

    private func timerFired() {
        guard let flight else { return }
        if flight.cancelReason == nil { cancel(.deadline) } else { sever() }
    }

    /// Cuts the connection; what runs on it ends as severed.
    func sever(_ error: PostgresError? = nil) {
        guard !isCut else { return }
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
        watch?.cancel()
        watch = nil
        timer?.cancel()
    }
}
