import Postgres
import Reactor
import TestKit
import Testing

/// One PgBouncer in transaction mode with two server connections, and more clients than those.
@Suite(.enabled(if: PgBouncer.isInstalled, "pgbouncer is not installed"))
struct PgBouncerTests {
    static let who = Statement(
        "who",
        "select current_user::text as name, pg_backend_pid() as pid, $1::bigint as n"
    )

    static func withBouncedPool(
        _ body: @escaping @Sendable (PostgresPool) async throws -> Void
    ) async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let bouncer = try PgBouncer(before: database)
        try await withPool(bouncer.database) { configuration in
            configuration.maximumConnections = 8
            configuration.namedPreparedStatements = false
        } _: { pool in
            try await body(pool)
        }
        withExtendedLifetime(bouncer) {}
    }

    @Test func `transactions of many clients share few backends, each under its own role`()
        async throws
    {
        try await Self.withBouncedPool { pool in
            for name in ["bounced_a", "bounced_b"] {
                try await pool.transaction(
                    role: nil,
                    [
                        Query(Statement("arrange", sentOnce: "create role \(name) nologin")),
                        Query(Statement("arrange", sentOnce: "grant \(name) to current_user")),
                    ]
                )
            }
            var backends: Set<Int> = []
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<300 {
                    group.addTask(executorPreference: pool.loop) {
                        let role = ["bounced_a", "bounced_b", nil][number % 3]
                        let query = Self.who(.int64(Int64(number)))
                        let row =
                            number % 2 == 0
                            ? try await pool.transaction(role: role, [query])[0].only
                            : try await pool.interactive(role: role) {
                                try await $0.run([query])
                                return try await $0.commit([query])[0].only
                            }
                        if let role {
                            #expect(try row.text("name") == role)
                        } else {
                            #expect(try row.text("name").hasPrefix("login_"))
                        }
                        #expect(try row.int("n") == number)
                        return try row.int("pid")
                    }
                }
                for try await backend in group { backends.insert(backend) }
            }
            #expect(backends.count <= 2)
            #expect(pool.snapshot.opened > 2)
        }
    }

    @Test func `errors, deadlines and COPY work through it`() async throws {
        try await Self.withBouncedPool { pool in
            try await pool.transaction(
                role: nil,
                [Statement.test("create table items (id bigint primary key)")()]
            )
            let add = Statement("items.add", "insert into items (id) values ($1)")
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [add(1), add(1)])
            }
            #expect(error.sqlState == .uniqueViolation)
            let slow = try await failure { () async throws(PostgresError) in
                try await pool.transaction(
                    role: nil,
                    [Statement.test("select pg_sleep(30)")()],
                    deadline: pool.loop.now.advanced(by: .milliseconds(500))
                )
            }
            #expect(slow.code == .deadlineExceeded)
            var chunks = [Array("1\n2\n".utf8)]
            try await pool.copyIn(role: nil, Statement.test("copy items from stdin")) {
                chunks.popLast()
            }
            let rows = try await pool.read(
                role: nil,
                [Statement.test("select count(*) as n from items")()]
            )
            #expect(try rows[0].only.int("n") == 2)
        }
    }
}
