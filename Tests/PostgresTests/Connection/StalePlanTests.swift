import Postgres
import TestKit
import Testing

@Suite struct StalePlanTests {
    static let all = Statement("items.all", "select * from items order by 1")
    static let add = Statement("items.add", "insert into items values ($1)")

    static let change = Statement.test("alter table items add column note text default 'new'")

    @Test func `a plan gone stale is prepared anew before any effect`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(
                role: nil,
                [Statement.test("create table items (id bigint primary key)")()]
            )
            _ = try await pool.read(role: nil, [Self.all()])
            try await pool.transaction(role: nil, [Self.add(1), Self.all()])
            try await pool.transaction(role: nil, [Self.change()])
            let rows = try await pool.transaction(role: nil, [Self.add(2), Self.all()])
            #expect(rows[1].count == 2)
            #expect(rows[1].columnNames == ["id", "note"])
            try await pool.transaction(
                role: nil,
                [Statement.test("alter table items drop column note")()]
            )
            let seen = try await pool.interactive(role: nil) { transaction in
                try await transaction.run([Self.all()])[0].columnNames
            }
            #expect(seen == ["id"])
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `in the middle of a transaction a stale plan is an error, and not the next time`()
        async throws
    {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(
                role: nil,
                [Statement.test("create table items (id bigint primary key)")()]
            )
            _ = try await pool.read(role: nil, [Self.all()])
            let error = await #expect(throws: PostgresError.self) {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([Self.add(1), Self.change()])
                    try await transaction.run([Self.all()])
                }
            }
            #expect(error?.sqlState == .featureNotSupported)
            try await pool.transaction(role: nil, [Self.change()])
            #expect(try await pool.read(role: nil, [Self.all()])[0].columnNames == ["id", "note"])
        }
    }

    @Test func `in the middle of a transaction a stale plan is forgotten, too`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(
                role: nil,
                [Statement.test("create table items (id bigint primary key)")()]
            )
            _ = try await pool.read(role: nil, [Self.all()])
            try await pool.transaction(role: nil, [Self.change()])
            let inTheMiddle: @Sendable () async throws -> [String] = {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([])
                    return try await transaction.run([Self.all()])[0].columnNames
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await inTheMiddle() }
            #expect(error?.sqlState == .featureNotSupported)
            #expect(try await inTheMiddle() == ["id", "note"])
        }
    }

    /// As behind a proxy that gives one backend to several clients in turn.
    @Test func `a name that somebody else has prepared is not used`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            // The pool has come to none of these names yet.
            for number in 10...30 {
                let prepare = "prepare s\(number) as select 0 as n"
                try await pool.transaction(
                    role: nil,
                    [Query(Statement("prepare", sentOnce: prepare))]
                )
            }
            for number in 1...20 {
                let statement = Statement(
                    "many",
                    assembledFromConstants: "select \(number) as n"
                )
                #expect(try await pool.read(role: nil, [statement()])[0].only.int("n") == number)
            }
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `statements that the server has lost are prepared anew`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            let one = Statement("one", "select 1 as n")
            _ = try await pool.read(role: nil, [one()])
            try await pool.transaction(
                role: nil,
                [Query(Statement("lose", sentOnce: "deallocate all"))]
            )
            #expect(try await pool.read(role: nil, [one()])[0].only.int("n") == 1)
        }
    }

    @Test func `more statements than the limit work, and the server keeps no more`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 1
            configuration.preparedStatementLimit = 5
        } _: { pool in
            let kept = Statement(
                "kept",
                sentOnce: "select count(*) as n from pg_prepared_statements"
            )
            for round in 0..<3 {
                for number in 0..<12 {
                    let statement = Statement(
                        "many",
                        assembledFromConstants: "select \(number) as n"
                    )
                    let rows = try await pool.read(role: nil, [statement(), Query(kept)])
                    #expect(try rows[0].only.int("n") == number, "round \(round)")
                    #expect(try rows[1].only.int("n") <= 5)
                }
            }
        }
    }

    @Test func `a statement that cannot be prepared leaves nothing behind`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 1
            configuration.preparedStatementLimit = 3
        } _: { pool in
            let bad = Statement("bad", "select * from nowhere")
            let one = Statement("one", "select 1 as n")
            for _ in 0..<4 {
                let error = try await failure { () async throws(PostgresError) in
                    try await pool.transaction(role: nil, [one(), bad(), one()])
                }
                #expect(error.sqlState == .undefinedTable)
                #expect(error.statement == "bad")
                #expect(try await pool.read(role: nil, [one()])[0].only.int("n") == 1)
            }
        }
    }

    @Test func `without named statements nothing is kept on the server`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 1
            configuration.namedPreparedStatements = false
        } _: { pool in
            let kept = Statement("kept", "select count(*) as n from pg_prepared_statements")
            for _ in 0..<3 {
                let rows = try await pool.read(role: nil, [kept()])
                #expect(try rows[0].only.int("n") == 0)
            }
        }
    }
}
