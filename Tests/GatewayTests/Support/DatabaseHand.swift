import Postgres
import Reactor

/// A superuser's hand on a stack's database: sees and holds what no caller of the gateway can.
struct DatabaseHand: Sendable {
    private let pool: PostgresPool
    /// Of the stack's tenant: the newest of the database.
    private let schema: String

    /// Runs `body` on a loop of its own.
    static func on(
        _ stack: TestStack,
        _ body: @escaping @Sendable (DatabaseHand) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "database-hand")
        loop.start()
        let url = PostgresURL(stack.databaseURL)
        let result: Result<Void, any Error> = await {
            do {
                try await loop.submit {
                    let pool = try PostgresPool(
                        loop: loop,
                        blocking: BlockingPool(name: "database-hand", threads: 1),
                        configuration: PostgresConfiguration(url: url)
                    )
                    let newest = try await pool.read(role: nil, [Self.newestSchema()])
                    let hand = DatabaseHand(pool: pool, schema: try newest[0].only.text(0))
                    try await body(hand)
                    await pool.drain(within: .seconds(1))
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }()
        await loop.stop()
        try result.get()
    }

    private static let newestSchema = Statement(
        "hand.schema",
        """
        select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname = 'attempts' order by n.oid desc limit 1
        """
    )

    private var attempts: String { "\"\(schema)\".attempts" }

    /// Movements that were asked for and not answered.
    func asked() async throws -> Int {
        try await count("select count(*) from \(attempts) where state = 'asked'")
    }

    /// Transactions that wait to write attempts.
    func waiting() async throws -> Int {
        try await count(
            """
            select count(*) from pg_locks
            where not granted and relation = '\(attempts)'::regclass
            """
        )
    }

    /// Lets nobody write attempts while `body` runs.
    func holdingAttempts(_ body: () async throws -> Void) async throws {
        try await pool.interactive(role: nil, deadline: .now + .seconds(60)) { transaction in
            let lock = Statement(
                "hand.lock",
                sentOnce: "lock table \(attempts) in exclusive mode"
            )
            try await transaction.run([lock()])
            try await body()
        }
    }

    private func count(_ sql: String) async throws -> Int {
        let rows = try await pool.read(role: nil, [Statement("hand.count", sentOnce: sql)()])
        return try rows[0].only.int(0)
    }
}
