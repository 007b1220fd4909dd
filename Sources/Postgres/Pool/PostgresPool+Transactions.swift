internal import Reactor

extension PostgresPool {
    /// Runs the queries in one transaction and one round trip: BEGIN, the role, the queries, COMMIT.
    ///
    /// Returns their rows when the server answered COMMIT. Throws `.statement` for the first refused
    /// query (rolled back), `.commitUnknown` when the connection ended before the answer came.
    /// A query that matches no row is not a failure: what depends on it must say so in SQL.
    ///
    /// - Parameters:
    ///   - role: the role to run under until the end of the transaction; nil for the login role.
    ///   - deadline: for waiting and running together; nil for the configured ones.
    @discardableResult
    package func transaction(
        role: String?,
        _ queries: [Query],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [Rows] {
        try await run(
            Pipeline(opening: .begin, role: role, queries: queries, ending: .commit),
            deadline: deadline
        )
    }

    /// Like `transaction`, but READ ONLY, and repeated once when the connection ends meanwhile.
    package func read(
        role: String?,
        _ queries: [Query],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [Rows] {
        let pipeline = Pipeline(
            opening: .beginReadOnly,
            role: role,
            queries: queries,
            ending: .endReadOnly
        )
        do {
            return try await run(pipeline, deadline: deadline)
        } catch {
            guard error.code == .connectionLost else { throw error }
            return try await run(pipeline, deadline: deadline)
        }
    }

    /// One statement that finds a few rows by an index. Under load it shares its transaction with
    /// others of its role, so a slow one would hold them up: those go through ``read(role:_:deadline:)``.
    package func read(role: String?, shared query: Query) async throws(PostgresError) -> Rows {
        loop.preconditionOnLoop()
        guard !Task.isCancelled else {
            throw PostgresError(.cancelled, "the task was cancelled before anything was sent")
        }
        return try await sharedReads.read(role: role, query)
    }

    /// Runs `body` in one transaction of several round trips: commits when it returns (unless it
    /// has committed itself), rolls back when it throws.
    ///
    /// - Parameter deadline: for waiting and every round trip; nil for the configured ones.
    package func interactive<Result>(
        role: String?,
        deadline: ContinuousClock.Instant? = nil,
        _ body: (PostgresTransaction) async throws -> Result
    ) async throws -> Result {
        let transaction = PostgresTransaction(
            try await lease(role: role, deadline: deadline),
            of: self,
            role: role,
            deadline: deadline ?? endOfStatement
        )
        defer { transaction.close().map(release) }
        let result = try await body(transaction)
        try await transaction.end()
        return result
    }

    /// Runs `COPY .. FROM STDIN` in a transaction of its own; see `PostgresTransaction.copyIn`.
    @discardableResult
    package func copyIn(
        role: String?,
        _ statement: Statement,
        deadline: ContinuousClock.Instant? = nil,
        _ next: () async throws -> [UInt8]?
    ) async throws -> Int {
        try await interactive(role: role, deadline: deadline) { transaction in
            try await transaction.copyIn(statement, next)
        }
    }

    /// Runs `COPY .. TO STDOUT` in a transaction of its own; see `PostgresTransaction.copyOut`.
    @discardableResult
    package func copyOut(
        role: String?,
        _ statement: Statement,
        deadline: ContinuousClock.Instant? = nil,
        _ receive: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await interactive(role: role, deadline: deadline) { transaction in
            try await transaction.copyOut(statement, receive)
        }
    }

    /// When a call that begins now and has no deadline of its own is cancelled.
    var endOfStatement: ContinuousClock.Instant {
        loop.now.advanced(by: configuration.statementDeadline)
    }

    private func run(
        _ pipeline: Pipeline,
        deadline: ContinuousClock.Instant?
    ) async throws(PostgresError) -> [Rows] {
        var connection: ServerConnection? = try await lease(role: pipeline.role, deadline: deadline)
        defer { connection.map(release) }
        let answer = try await open(
            pipeline,
            on: &connection,
            deadline: deadline ?? endOfStatement
        )
        if let error = answer.error { throw error }
        return answer.rows
    }

    /// Runs what begins a transaction. A connection that may have missed the grant of the role is
    /// exchanged for another; nil is left when there was none to be had.
    func open(
        _ pipeline: Pipeline,
        on connection: inout ServerConnection?,
        deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Flight.Answer {
        var exchanged = 0
        while let tried = connection {
            let answer = try await tried.runAfresh(pipeline, deadline: deadline)
            guard answer.error?.deniesRole == true, mayErr(tried, exchanged) else { return answer }
            exchanged += 1
            connection = nil
            tried.sever()
            release(tried)
            connection = try await lease(role: pipeline.role, deadline: deadline)
        }
        throw PostgresError(.misuse, "the transaction has no connection")
    }

    /// Whether a denied role may be the session's mistake. While Postgres collects the roles of a
    /// session's login, it may be notified of a grant and then keep what it had collected before
    /// that: the session denies the role until the next grant to anybody.
    ///
    /// Where many tenants are made that happens to a new session, too. But when three in a row deny
    /// it, it is true, and for a second new sessions are believed: a role that was really never
    /// granted would otherwise cost three connections for each request.
    private func mayErr(_ connection: ServerConnection, _ exchanged: Int) -> Bool {
        let second = Duration.seconds(1)
        if connection.openedAt.duration(to: loop.now) > second { return true }
        if let roleDeniedAt, roleDeniedAt.duration(to: loop.now) < second { return false }
        if exchanged < 2 { return true }
        roleDeniedAt = loop.now
        return false
    }
}
