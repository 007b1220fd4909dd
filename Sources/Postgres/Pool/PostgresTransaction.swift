/// A transaction of several round trips, on a connection that is its own until the end.
///
/// Given by `PostgresPool.interactive`; must not outlive its body. Belongs to one task.
package final class PostgresTransaction {
    init() {}

    /// Runs the queries in one round trip; the first call carries BEGIN and the role with it.
    ///
    /// Throws the first failure, after which only the end of the body is right.
    package func run(_ queries: [Query]) async throws(PostgresError) -> [Rows] {
        preconditionFailure("not yet")
    }

    /// Runs the queries and COMMIT in one round trip: the last call of a body that has a last write.
    package func commit(_ queries: [Query] = []) async throws(PostgresError) -> [Rows] {
        preconditionFailure("not yet")
    }
}
