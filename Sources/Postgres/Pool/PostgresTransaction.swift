/// A transaction of several round trips, on a connection that is its own until the end.
///
/// Given by `PostgresPool.interactive`; of no use after its body. Belongs to one task.
package final class PostgresTransaction {
    private enum State {
        /// Nothing was sent. Next: any.
        case new
        /// BEGIN was answered. Next: failed, committed, closed.
        case open
        /// The server rolls back, whatever comes. Next: closed.
        case failed(PostgresError)
        /// COMMIT was answered. Next: closed.
        case committed
        case closed
    }

    /// Nil when it was given up and there was no other.
    private var connection: ServerConnection?
    private let pool: PostgresPool
    private let role: String?
    private let deadline: ContinuousClock.Instant
    private var state = State.new

    init(
        _ connection: ServerConnection,
        of pool: PostgresPool,
        role: String?,
        deadline: ContinuousClock.Instant
    ) {
        self.connection = connection
        self.pool = pool
        self.role = role
        self.deadline = deadline
    }

    /// Runs the queries in one round trip; the first call carries BEGIN and the role with it.
    ///
    /// Throws the first failure; after that nothing can be run or committed.
    @discardableResult
    package func run(_ queries: [Query]) async throws(PostgresError) -> [Rows] {
        try await send(queries, ending: .none)
    }

    /// Runs the queries and COMMIT in one round trip: the last call of a body that ends in a write.
    @discardableResult
    package func commit(_ queries: [Query] = []) async throws(PostgresError) -> [Rows] {
        try await send(queries, ending: .commit)
    }

    /// Runs `COPY .. FROM STDIN` with the lines that `next` gives until it gives nil (`CopyLines`
    /// makes them); returns how many rows were taken. What `next` throws fails the transaction.
    @discardableResult
    package func copyIn(
        _ statement: Statement,
        _ next: () async throws -> [UInt8]?
    ) async throws -> Int {
        try await copy { connection in
            try await connection.copyIn(statement, deadline: deadline, next)
        }
    }

    /// Runs `COPY .. TO STDOUT` and gives its lines to `receive` in chunks; returns how many rows
    /// there were. What `receive` throws fails the transaction.
    @discardableResult
    package func copyOut(
        _ statement: Statement,
        _ receive: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await copy { connection in
            try await connection.copyOut(statement, deadline: deadline, receive)
        }
    }

    private func copy(_ body: (ServerConnection) async throws -> Int) async throws -> Int {
        // Opens the transaction if need be, and refuses one that is over.
        _ = try await run([])
        do {
            return try await body(try own)
        } catch {
            state = .failed(
                error as? PostgresError
                    ?? PostgresError(.cancelled, "the caller ended the COPY", cause: error)
            )
            throw error
        }
    }

    /// Commits what the body left open.
    func end() async throws(PostgresError) {
        switch state {
        case .new, .committed, .closed: return
        case .open: _ = try await commit()
        case .failed(let error):
            // The body swallowed the failure; its work is gone all the same.
            throw error
        }
    }

    /// Ends it; returns the connection that is to be given back.
    func close() -> ServerConnection? {
        state = .closed
        return connection
    }

    private var own: ServerConnection {
        get throws(PostgresError) {
            guard let connection else {
                throw PostgresError(.misuse, "the transaction has no connection")
            }
            return connection
        }
    }

    private func send(
        _ queries: [Query],
        ending: Pipeline.Ending
    ) async throws(PostgresError) -> [Rows] {
        var pipeline = Pipeline(role: role, queries: queries, ending: ending)
        let answer: Flight.Answer
        switch state {
        case .new:
            pipeline.opening = .begin
            answer = try await pool.open(pipeline, on: &connection, deadline: deadline)
        case .open:
            answer = try await own.run(pipeline, deadline: deadline)
        case .failed(let error):
            throw PostgresError(
                .misuse,
                "the transaction has failed before",
                cause: error
            )
        case .committed:
            throw PostgresError(.misuse, "the transaction has been committed")
        case .closed:
            throw PostgresError(.misuse, "the transaction was used after its body")
        }
        if let error = answer.error {
            state = .failed(error)
            throw error
        }
        state = ending == .commit ? .committed : .open
        return answer.rows
    }
}
