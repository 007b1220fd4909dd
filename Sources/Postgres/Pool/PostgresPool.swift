package import Reactor

/// The connections of one loop. Everything is called on that loop.
package final class PostgresPool: @unchecked Sendable {
    // Safe because: touched only on its loop.

    /// Opens nothing yet; connections come with demand, or with `warmUp`.
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: PostgresConfiguration
    ) throws(PostgresError) {
    }

    /// Runs the queries in one transaction and one round trip: BEGIN, the role, the queries, COMMIT.
    ///
    /// Returns their rows when the server answered COMMIT. Throws `.statement` for the first refused
    /// query (rolled back), `.commitUnknown` when the connection ended before the answer came.
    /// A query that matches no row is no failure: what depends on it must say so in SQL.
    ///
    /// - Parameters:
    ///   - role: the role to run under until the end of the transaction; nil for the login role.
    ///   - deadline: for waiting and running together; nil for the configured ones.
    package func transaction(
        role: String?,
        _ queries: [Query],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [Rows] {
        preconditionFailure("not yet")
    }

    /// Like `transaction`, but READ ONLY; repeated once when the connection ends meanwhile.
    package func read(
        role: String?,
        _ queries: [Query],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [Rows] {
        preconditionFailure("not yet")
    }

    /// Runs `body` in one transaction of several round trips; commits when it returns (unless it
    /// committed itself), rolls back when it throws.
    package func interactive<Result>(
        role: String?,
        deadline: ContinuousClock.Instant? = nil,
        _ body: (PostgresTransaction) async throws -> Result
    ) async throws -> Result {
        preconditionFailure("not yet")
    }

    /// Connects up to the configured minimum; throws what keeps the first connection from opening.
    package func warmUp() async throws(PostgresError) {
    }

    /// Refuses new callers, lets running ones end within `limit`, closes everything.
    package func drain(within limit: Duration) async {
    }
}
