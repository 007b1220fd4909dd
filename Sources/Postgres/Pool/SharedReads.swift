internal import Reactor

/// Reads that wait for one another's company: those of one role travel together in one read-only
/// transaction, so that a busy server is asked once for many of them. One that finds a connection
/// free goes at the end of the loop's turn, with whatever joined it in that turn.
///
/// Each is a single statement that finds a few rows by an index; a slow one holds up its own
/// company. When one is refused, all of its company are asked again, each alone.
final class SharedReads: @unchecked Sendable {
    // Safe because: touched only on its pool's loop.

    private struct Reading: @unchecked Sendable {
        // Safe because: it is resumed on the loop that made it.
        let number: Int
        let query: Query
        let resume: (Result<Rows, PostgresError>) -> Void
    }

    private struct Company {
        var readings: [Reading] = []
        /// Tasks that carry this role's readings to connections.
        var carriers = 0
        /// Those of them that have been away for longer than ``patience``.
        var overdue = 0

        /// How many may be waited for.
        var expected: Int { carriers - overdue }
    }

    /// Readings of one transaction.
    private static let most = 32
    /// Below this many it is not worth another connection.
    private static let few = 8
    /// How long the others wait for a carrier to come back before another goes. An answer is here
    /// within a few milliseconds, unless one of its readings is slow, or its server hangs.
    private static let patience = Duration.milliseconds(20)

    private unowned let pool: PostgresPool
    private var companies: [String?: Company] = [:]
    private var lastNumber = 0
    private var isLeaving = false

    init(_ pool: PostgresPool) {
        self.pool = pool
    }

    func read(role: String?, _ query: Query) async throws(PostgresError) -> Rows {
        lastNumber += 1
        let number = lastNumber
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation {
                (continuation: UnsafeContinuation<Result<Rows, PostgresError>, Never>) in
                join(
                    Reading(number: number, query: query) {
                        unsafe continuation.resume(returning: $0)
                    },
                    role
                )
            }
        } onCancel: {
            pool.loop.execute { [self] in leave(number, role) }
        }
        return try result.get()
    }

    private func join(_ reading: Reading, _ role: String?) {
        companies[role, default: Company()].readings.append(reading)
        guard !isLeaving else { return }
        isLeaving = true
        pool.loop.endOfTurn { [self] in
            isLeaving = false
            for role in companies.keys { sendCarriers(role) }
        }
    }

    /// Its task was cancelled before it was sent.
    private func leave(_ number: Int, _ role: String?) {
        guard let place = companies[role]?.readings.firstIndex(where: { $0.number == number }),
            let reading = companies[role]?.readings.remove(at: place)
        else { return }
        let message = "the task was cancelled before anything was sent"
        reading.resume(.failure(PostgresError(.cancelled, message)))
    }

    private func sendCarriers(_ role: String?) {
        guard let company = companies[role] else { return }
        let wanted = (company.readings.count + Self.few - 1) / Self.few
        let limit = pool.configuration.maximumConnections
        for _ in company.expected..<max(company.expected, min(wanted, limit)) {
            companies[role]?.carriers += 1
            pool.loop.spawn { [self] in await carry(role) }
        }
    }

    /// Takes readings to a connection until none is left.
    private func carry(_ role: String?) async {
        while companies[role]?.readings.isEmpty == false {
            do {
                let connection = try await pool.lease(role: role, deadline: nil)
                // Whoever joined while we waited for the connection comes along.
                let taken = take(role)
                if taken.isEmpty {
                    pool.release(connection)
                } else {
                    await waitingBriefly(role) { await ask(taken, role, connection) }
                }
            } catch {
                for reading in take(role, all: true) { reading.resume(.failure(error)) }
            }
        }
        companies[role]?.carriers -= 1
        if companies[role]?.carriers == 0, companies[role]?.readings.isEmpty == true {
            companies[role] = nil
        }
    }

    /// Runs `body`, for which nobody else of the role waits longer than ``patience``.
    private func waitingBriefly(_ role: String?, _ body: () async -> Void) async {
        var isOverdue = false
        let timer = pool.loop.schedule(after: Self.patience) { [self] in
            isOverdue = true
            companies[role]?.overdue += 1
            sendCarriers(role)
        }
        await body()
        timer.cancel()
        if isOverdue { companies[role]?.overdue -= 1 }
    }

    private func take(_ role: String?, all: Bool = false) -> [Reading] {
        guard let waiting = companies[role]?.readings else { return [] }
        let taken = waiting.prefix(all ? waiting.count : Self.most)
        companies[role]?.readings.removeFirst(taken.count)
        return Array(taken)
    }

    private func ask(
        _ readings: [Reading],
        _ role: String?,
        _ connection: ServerConnection
    ) async {
        let pipeline = Pipeline(
            opening: .beginReadOnly,
            role: role,
            queries: readings.map(\.query),
            ending: .endReadOnly
        )
        do {
            let answer = try await connection.runAfresh(pipeline, deadline: pool.endOfStatement)
            pool.release(connection)
            if answer.error == nil {
                for (reading, rows) in zip(readings, answer.rows) {
                    reading.resume(.success(rows))
                }
                return
            }
        } catch {
            pool.release(connection)
        }
        // One of them, or the connection: alone each finds out for itself.
        for reading in readings {
            pool.loop.spawn { [pool] in
                do throws(PostgresError) {
                    let rows = try await pool.read(role: role, [reading.query])
                    reading.resume(.success(rows[0]))
                } catch {
                    reading.resume(.failure(error))
                }
            }
        }
    }
}
