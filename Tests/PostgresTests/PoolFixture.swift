import Postgres
import Reactor
import TestKit
import Testing

/// Runs `body` on a loop of its own with a pool on a fresh database, whose login role has a schema
/// of its name; drains both afterwards.
func withPool(
    _ database: TestDatabase? = nil,
    superuser: Bool = false,
    observer: (any PostgresObserver)? = nil,
    blocking: BlockingPool = BlockingPool(name: "test", threads: 2),
    _ adjust: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (PostgresPool) async throws -> Void
) async throws {
    let database =
        if let database { database } else { try await PostgresCluster.shared().freshDatabase() }
    let url = superuser ? database.superuserURL : database.url
    try await withBarePool(url, observer: observer, blocking: blocking, adjust) { pool in
        // Named like the role, so that it is first on the search path.
        try await pool.transaction(
            role: nil,
            [Statement.test("create schema if not exists authorization current_user")()]
        )
        try await body(pool)
    }
}

/// Runs `body` on a loop of its own with a pool; drains both afterwards.
func withBarePool(
    _ url: PostgresURL,
    observer: (any PostgresObserver)? = nil,
    blocking: BlockingPool = BlockingPool(name: "test", threads: 2),
    _ adjust: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (PostgresPool) async throws -> Void
) async throws {
    var configuration = PostgresConfiguration(url: url)
    adjust(&configuration)
    let settings = configuration
    let loop = try EventLoop(name: "test")
    loop.start()
    let result: Result<Void, any Error>
    do {
        try await loop.submit {
            let pool = try PostgresPool(
                loop: loop,
                blocking: blocking,
                configuration: settings,
                observer: observer
            )
            do {
                try await body(pool)
                await pool.drain(within: .seconds(5))
            } catch {
                await pool.drain(within: .zero)
                throw error
            }
        }
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await loop.stop()
    try result.get()
}

/// The error of a call that must fail.
func failure<Value>(
    of body: () async throws(PostgresError) -> Value,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PostgresError {
    do {
        _ = try await body()
    } catch {
        return error
    }
    Issue.record("it did not fail", sourceLocation: sourceLocation)
    throw PostgresError(.misuse, "it did not fail")
}

extension Statement {
    /// A statement of a test.
    static func test(_ sql: StaticString) -> Statement { Statement(sql, sql) }
}
