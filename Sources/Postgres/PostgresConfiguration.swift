/// How to reach a database and the limits for doing so. Every duration and count has a default.
package struct PostgresConfiguration: Sendable {
    /// `postgres://user:password@host:port/database?sslmode=verify-full` or libpq's keyword form.
    /// Must name a host: an address, a name, or the folder of a Unix socket. Prints as `•••`.
    package var url: PostgresURL

    /// Shown in `pg_stat_activity`.
    package var applicationName = "gateway"

    /// Server settings of every session, sent at connect. Leave empty behind PgBouncer, which
    /// refuses them unless configured.
    package var sessionSettings: [String: String] = [:]

    /// The most connections of one pool, of which each loop has one.
    package var maximumConnections = 8
    /// Connections kept open while idle.
    package var minimumConnections = 1
    /// The most callers that wait for a connection; one more gets `.poolFull`.
    package var maximumWaiting = 1024
    /// How long a caller waits for a connection before `.poolTimeout`.
    package var waitDeadline: Duration = .seconds(5)

    /// From name look-up, with the wait for its thread, to the end of authentication.
    package var connectTimeout: Duration = .seconds(5)
    /// The first pause after a failed connect; doubles up to the longest one, with jitter.
    package var shortestBackOff: Duration = .milliseconds(50)
    package var longestBackOff: Duration = .seconds(5)

    /// The deadline of a call that gives none of its own: then its statement is cancelled.
    package var statementDeadline: Duration = .seconds(30)
    /// How long the answer to a cancellation may take before the connection is cut.
    package var cancelGrace: Duration = .seconds(2)

    /// An idle connection is probed when it has been silent this long.
    package var healthCheckInterval: Duration = .seconds(30)
    /// How long the answer to a probe may take.
    package var healthCheckDeadline: Duration = .seconds(3)
    /// Idle connections above the minimum are closed after this time.
    package var idleLimit: Duration = .seconds(300)
    /// A connection is replaced at this age, when it is next idle.
    package var ageLimit: Duration = .seconds(3600)

    /// Statements that one connection keeps prepared; the least recently used is deallocated.
    package var preparedStatementLimit = 512
    /// Off behind PgBouncer in transaction mode, whatever its version: it does not follow DEALLOCATE,
    /// and before 1.21 no named statement at all.
    package var namedPreparedStatements = true

    package init(url: PostgresURL) { self.url = url }

    /// The longest that a call which gives no deadline goes on: it waits for a connection, runs, and
    /// is cancelled. After that its connection is cut.
    package var longestCall: Duration { waitDeadline + statementDeadline + cancelGrace }
}

/// A connection string; its password never prints.
package struct PostgresURL: Sendable, Hashable, CustomStringConvertible,
    CustomDebugStringConvertible,
    CustomReflectable
{
    /// The whole string, password included.
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
