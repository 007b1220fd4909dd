import Postgres
import Reactor
import TestKit
import Testing

@Suite struct LostConnectionTests {
    static let make = Statement.test("create table items (id bigint primary key)")
    static let add = Statement("items.add", "insert into items (id) values ($1)")
    static let count = Statement("items.count", "select count(*) as n from items")
    static let sleep = Statement("sleep", "select pg_sleep($1::text::double precision)")
    static let whoAmI = Statement("backend", "select pg_backend_pid() as pid")
    /// Ends the backends of the test's database that run a statement like the given one.
    static let kill = Statement(
        "kill",
        """
        select count(pg_terminate_backend(pid)) as n from pg_stat_activity
        where datname = $1 and state = 'active' and query ilike $2 and pid <> pg_backend_pid()
        """
    )

    /// Kills as the superuser until it met one.
    static func killBackend(
        of database: TestDatabase,
        running query: String
    ) async throws {
        try await withPool(database, superuser: true) { pool in
            while try await pool.transaction(
                role: nil,
                [kill(.text(database.name), .text(query))]
            )[0].only.int("n") == 0 {
                try await pool.loop.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test func `a transaction whose connection dies in a query before COMMIT was sent is lost`()
        async throws
    {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) { pool in
            try await pool.transaction(role: nil, [Self.make()])
            async let killed: Void = Self.killBackend(of: database, running: "%pg_sleep%")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([Self.add(1), Self.sleep("30")])
                }
            }
            try await killed
            #expect(error?.code == .connectionLost)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 0)
        }
    }

    @Test func `a transaction that was idle when its backend died is lost at its next step`()
        async throws
    {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let error = await #expect(throws: PostgresError.self) {
                try await pool.interactive(role: nil) { transaction in
                    let pid = try await transaction.run([Self.whoAmI()])[0].only.int64("pid")
                    try await withPool(database, superuser: true) { admin in
                        try await admin.transaction(
                            role: nil,
                            [Statement.test("select pg_terminate_backend($1::int)")(.int64(pid))]
                        )
                    }
                    try await transaction.commit([Self.add(1)])
                }
            }
            // Whether the end was seen before the commit was written decides which it is.
            #expect(error?.code == .connectionLost || error?.code == .commitUnknown)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 0)
        }
    }

    @Test func `a backend killed inside COMMIT leaves the commit unknown`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) { pool in
            try await pool.transaction(role: nil, [Self.make()])
            // A deferred constraint makes COMMIT last.
            try await pool.transaction(
                role: nil,
                [
                    Statement.test(
                        """
                        create function slow() returns trigger language plpgsql
                        as $$ begin perform pg_sleep(30); return null; end $$
                        """
                    )(),
                    Statement.test(
                        """
                        create constraint trigger slow after insert on items
                        deferrable initially deferred for each row execute function slow()
                        """
                    )(),
                ]
            )
            async let killed: Void = Self.killBackend(of: database, running: "commit")
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [Self.add(1)])
            }
            try await killed
            #expect(error.code == .commitUnknown)
            // The row that would have been written tells, on a new connection.
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 0)
        }
    }

    @Test func `a COMMIT whose answer is lost is unknown, and its row tells that it happened`()
        async throws
    {
        let cluster = try await PostgresCluster.shared()
        let database = try await cluster.freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        try await withPool(database.through(proxy)) { pool in
            try await pool.transaction(role: nil, [Self.make()])
            proxy.set(.cutAtCommitAnswer)
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [Self.add(1)])
            }
            #expect(error.code == .commitUnknown)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 1)
        }
    }

    @Test func `a read whose connection dies is repeated on another`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        try await withPool(database.through(proxy)) { pool in
            proxy.set(.cutAtCommitAnswer)
            let rows = try await pool.read(role: nil, [Statement.test("select 1 as n")()])
            #expect(try rows[0].only.int64("n") == 1)
            #expect(pool.snapshot.opened == 2)
        }
    }

    @Test func `who falls silent in a transaction loses it, and its locks are free`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) { pool in
            try await pool.transaction(role: nil, [Self.make()])
            try await pool.transaction(role: nil, [Self.add(1)])
            // What a prepared database has as a minute.
            let limit = """
                alter database \(database.name) set idle_in_transaction_session_timeout to '300ms'
                """
            try await pool.transaction(role: nil, [Query(Statement("limit", sentOnce: limit))])
        }
        let lock = Statement.test("select id from items for update")
        try await withPool(database) { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([lock()])
                    try await withPool(database) { other in
                        try await other.transaction(role: nil, [lock()])
                    }
                    try await transaction.commit([Self.add(2)])
                }
            }
            #expect(error?.code == .connectionLost || error?.code == .commitUnknown)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int("n") == 1)
        }
    }

    @Test func `a server that falls silent is given up at the deadline`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        try await withPool(database.through(proxy)) { configuration in
            configuration.cancelGrace = .milliseconds(50)
            // An attempt that meets the silence gives up soon, and who waits outlives it.
            configuration.connectTimeout = .milliseconds(500)
            configuration.waitDeadline = .seconds(60)
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            proxy.set(.silence)
            let read = try await failure { () async throws(PostgresError) in
                try await pool.read(
                    role: nil,
                    [Self.count()],
                    deadline: pool.loop.now.advanced(by: .milliseconds(200))
                )
            }
            #expect(read.code == .deadlineExceeded)
            proxy.set(.pass)
            try await pool.warmUp()
            proxy.set(.silence)
            let write = try await failure { () async throws(PostgresError) in
                try await pool.transaction(
                    role: nil,
                    [Self.add(1)],
                    deadline: pool.loop.now.advanced(by: .milliseconds(200))
                )
            }
            #expect(write.code == .commitUnknown)
            proxy.set(.pass)
            // The server may still be at it.
            while try await pool.read(role: nil, [Self.count()])[0].only.int64("n") == 0 {}
        }
    }
}
