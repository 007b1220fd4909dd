package import Reactor

/// The connections of one loop. Everything is called on that loop.
///
/// Opens connections with demand up to a limit, keeps a minimum, probes idle ones, replaces old ones;
/// when the server is gone it tries again with growing pauses while callers wait up to their deadline.
///
/// When all are in use, tasks of a lower priority than ``Swift/TaskPriority/medium`` let the others go
/// first, three of four times: so a batch of background work never stands before a request.
///
/// Of each role one connection is the home, which it is given where there is a choice, so that the
/// prepared statements of many roles are spread over the connections instead of displacing each other.
package final class PostgresPool: @unchecked Sendable {
    // Safe because: touched only on its loop.

    package let loop: EventLoop
    package let configuration: PostgresConfiguration
    private let cancellations: BlockingPool
    private let connector: Connector
    private let observer: (any PostgresObserver)?

    private var machine: PoolMachine
    private var connections: [Int: ServerConnection] = [:]
    private var waiters: [Int: Waiter] = [:]
    private var lastConnection = 0
    private var lastWaiter = 0
    private var lastFailure: PostgresError?
    /// When several sessions in a row denied a role.
    var roleDeniedAt: ContinuousClock.Instant?
    private var tally = PoolSnapshot()
    private var upkeep: Timer?
    private var whenEmpty: (() -> Void)?
    private(set) lazy var sharedReads = SharedReads(self)

    private struct Waiter {
        let since: ContinuousClock.Instant
        let timer: Timer
        let resume: (Result<ServerConnection, PostgresError>) -> Void
    }

    /// How often idle connections are looked at.
    private static let upkeepInterval = Duration.seconds(1)

    /// Opens nothing yet: connections come with demand, or with `warmUp`.
    ///
    /// - Parameter blocking: where names are resolved. Cancellations have threads of their own, which
    ///   start with the first: while a server is silent they hold them.
    ///
    /// Throws `.misuse` when the database URL is malformed.
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: PostgresConfiguration,
        observer: (any PostgresObserver)? = nil
    ) throws(PostgresError) {
        self.loop = loop
        cancellations = BlockingPool(name: "cancel", threads: 2, queueLimit: 256)
        self.configuration = configuration
        self.observer = observer
        connector = try Connector(configuration, loop: loop, blocking: blocking)
        machine = PoolMachine(
            PoolMachine.Limits(
                connections: configuration.maximumConnections,
                minimum: configuration.minimumConnections,
                waiting: configuration.maximumWaiting
            )
        )
    }

    /// The figures of this moment.
    package var snapshot: PoolSnapshot {
        loop.preconditionOnLoop()
        var snapshot = tally
        snapshot.inUse = machine.leased.count
        snapshot.idle = machine.idle.count
        snapshot.opening = machine.opening
        snapshot.waiting = machine.waiting
        return snapshot
    }

    /// Waits for the first connection; throws what kept it from opening.
    package func warmUp() async throws(PostgresError) {
        release(try await lease(role: nil, deadline: nil))
    }

    /// Refuses new callers, lets running ones end within `limit`, then cuts what is left.
    package func drain(within limit: Duration) async {
        loop.preconditionOnLoop()
        for number in machine.drain() { close(number) }
        upkeep?.cancel()
        guard !machine.isEmpty else { return }
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let timer = loop.schedule(after: limit) { [self] in
                cutAll()
                // Whoever still holds a connection finds it cut; nobody waits for them.
                whenEmpty.take()?()
            }
            whenEmpty = {
                timer.cancel()
                unsafe continuation.resume()
            }
            endIfEmpty()
        }
    }

    // MARK: Leasing

    /// A connection of the caller's own until `release`.
    func lease(
        role: String?,
        deadline: ContinuousClock.Instant?
    ) async throws(PostgresError) -> ServerConnection {
        loop.preconditionOnLoop()
        guard !Task.isCancelled else {
            throw PostgresError(.cancelled, "the task was cancelled before anything was sent")
        }
        lastWaiter += 1
        let number = lastWaiter
        let acquisition = machine.acquire(
            number,
            as: Task.currentPriority < .medium ? .background : .caller,
            of: PoolMachine.Family(role)
        )
        switch acquisition {
        case .take(let connection):
            tally.servedAtOnce += 1
            return self.connection(connection)
        case .refuse(.full):
            tally.refused += 1
            throw PostgresError(.poolFull, "\(configuration.maximumWaiting) callers wait already")
        case .refuse(.closed):
            throw PostgresError(.poolClosed, "the pool is being drained")
        case .wait:
            let limit = loop.now.advanced(by: configuration.waitDeadline)
            openWanted()
            return try await wait(number, until: deadline.map { min($0, limit) } ?? limit)
        }
    }

    private func wait(
        _ number: Int,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> ServerConnection {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation {
                (
                    continuation: UnsafeContinuation<Result<ServerConnection, PostgresError>, Never>
                )
                in
                waiters[number] = Waiter(
                    since: loop.now,
                    timer: loop.schedule(at: deadline) { [self] in waitEnded(number) },
                    resume: { unsafe continuation.resume(returning: $0) }
                )
            }
        } onCancel: {
            loop.execute { [self] in
                giveUp(
                    number,
                    PostgresError(.cancelled, "the task was cancelled before anything was sent")
                )
            }
        }
        return try result.get()
    }

    private func waitEnded(_ number: Int) {
        tally.timedOut += 1
        let error =
            machine.isOutOfReach
            ? PostgresError(
                .unavailable,
                "the database cannot be reached: \(lastFailure?.message ?? "no reason known")",
                cause: lastFailure
            )
            : PostgresError(
                .poolTimeout,
                "all \(configuration.maximumConnections) connections are busy"
            )
        giveUp(number, error)
    }

    private func giveUp(_ number: Int, _ error: PostgresError) {
        guard machine.abandon(number) else { return }
        serve(number, .failure(error))
    }

    private func serve(_ number: Int, _ result: Result<ServerConnection, PostgresError>) {
        guard let waiter = waiters.removeValue(forKey: number) else {
            preconditionFailure("who waits in the machine waits in the pool")
        }
        waiter.timer.cancel()
        if case .success = result {
            tally.servedLater += 1
            tally.waitTime += waiter.since.duration(to: loop.now)
        }
        waiter.resume(result)
    }

    /// Takes a connection back, after a ROLLBACK if a transaction is still open on it.
    func release(_ connection: ServerConnection) {
        loop.preconditionOnLoop()
        guard connection.isUsable, connection.isInTransaction else { return settle(connection) }
        let deadline = loop.now.advanced(by: configuration.cancelGrace)
        connection.start(.rollBack, deadline: deadline) { [self] _ in
            if connection.isInTransaction { connection.sever() }
            settle(connection)
        }
    }

    private func settle(_ connection: ServerConnection) {
        let isUsable = connection.isUsable && !isOld(connection)
        place(connection.number, machine.released(connection.number, isUsable: isUsable))
    }

    /// Whether another connection is to take its place. One that refused to write is old after a
    /// second: the next may reach a server that writes, and while none does, they are not opened
    /// as fast as callers come.
    private func isOld(_ connection: ServerConnection) -> Bool {
        let limit =
            connection.refusedToWrite
            ? min(configuration.ageLimit, .seconds(1)) : configuration.ageLimit
        return connection.openedAt.duration(to: loop.now) >= limit
    }

    private func place(_ number: Int, _ placement: PoolMachine.Placement) {
        switch placement {
        case .hand(let waiter): serve(waiter, .success(connection(number)))
        case .rest: break
        case .close: close(number)
        }
        openWanted()
    }

    private func connection(_ number: Int) -> ServerConnection {
        guard let connection = connections[number] else {
            preconditionFailure("the machine knows only connections of the pool")
        }
        return connection
    }

    private func close(_ number: Int) {
        connections.removeValue(forKey: number)?.close()
        tally.closed += 1
        endIfEmpty()
    }

    // MARK: Opening

    private func openWanted() {
        while machine.takeOpening() { loop.spawn { [self] in await open() } }
    }

    private func open() async {
        do {
            let session = try await connector.connect()
            lastConnection += 1
            let number = lastConnection
            let connection = try ServerConnection(
                number: number,
                session: session,
                loop: loop,
                cancellations: cancellations,
                configuration: configuration,
                observer: observer
            )
            connection.onIdleEnd = { [weak self] in self?.idleEnded(number) }
            connections[number] = connection
            tally.opened += 1
            lastFailure = nil
            startUpkeep()
            place(number, machine.opened(number))
        } catch {
            lastFailure = error
            tally.failedToOpen += 1
            machine.openFailed()
            endIfEmpty()
            loop.schedule(after: pause) { [weak self] in
                self?.machine.pauseEnded()
                self?.openWanted()
            }
        }
    }

    /// Doubles with each failure up to the longest, of which a random part from half to whole: a
    /// server that comes back is not met by everyone at once.
    private var pause: Duration {
        let doublings = min(machine.failures - 1, 16)
        let pause = min(
            configuration.longestBackOff,
            configuration.shortestBackOff * (1 << doublings)
        )
        return pause * Double.random(in: 0.5...1)
    }

    // MARK: Upkeep

    private func startUpkeep() {
        guard upkeep == nil else { return }
        upkeep = loop.schedule(after: Self.upkeepInterval) { [weak self] in self?.lookAfterIdle() }
    }

    private func lookAfterIdle() {
        for number in machine.idle {
            let connection = connection(number)
            let silence = connection.usedAt.duration(to: loop.now)
            let isSpare = machine.total > configuration.minimumConnections
            if isOld(connection) || (isSpare && silence >= configuration.idleLimit) {
                guard machine.withdraw(number) else { continue }
                close(number)
            } else if silence >= configuration.healthCheckInterval {
                probe(connection)
            }
        }
        openWanted()
        upkeep?.schedule(at: loop.now.advanced(by: Self.upkeepInterval))
    }

    private func probe(_ connection: ServerConnection) {
        guard machine.borrowIdle(connection.number) else { return }
        let deadline = loop.now.advanced(by: configuration.healthCheckDeadline)
        connection.start(.probe, deadline: deadline) { [self] answer in
            if answer.error != nil { tally.failedProbes += 1 }
            settle(connection)
        }
    }

    private func idleEnded(_ number: Int) {
        guard machine.withdraw(number) else { return }
        close(number)
        openWanted()
    }

    // MARK: Draining

    private func cutAll() {
        for waiter in machine.dismissWaiting() {
            serve(waiter, .failure(PostgresError(.poolClosed, "the pool was closed")))
        }
        for connection in connections.values { connection.sever() }
    }

    private func endIfEmpty() {
        guard machine.isDraining, machine.isEmpty, machine.waiting == 0 else { return }
        whenEmpty.take()?()
    }
}
