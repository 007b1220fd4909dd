import Postgres
import TestKit
import Testing

@Suite struct TransactionTests {
    static let make = Statement.test(
        "create table items (id bigint primary key, name text not null check (name <> ''))"
    )
    static let add = Statement("items.add", "insert into items (id, name) values ($1, $2)")
    static let count = Statement("items.count", "select count(*) as n from items")

    @Test func `the queries of a transaction commit together and answer in order`() async throws {
        try await withPool { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let rows = try await pool.transaction(
                role: nil,
                [Self.add(1, "one"), Self.add(2, "two"), Self.count()]
            )
            #expect(rows.map(\.affected) == [1, 1, 1])
            #expect(try rows[2].only.int64("n") == 2)
            let later = try await pool.read(role: nil, [Self.count()])
            #expect(try later[0].only.int64("n") == 2)
        }
    }

    @Test func `a refused query undoes the whole transaction and the connection lives on`()
        async throws
    {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(
                    role: nil,
                    [Self.add(1, "one"), Self.add(1, "again"), Self.add(3, "three")]
                )
            }
            #expect(error.code == .statement)
            #expect(error.sqlState == .uniqueViolation)
            #expect(error.constraint == "items_pkey")
            #expect(error.table == "items")
            #expect(error.statement == "items.add")
            let rows = try await pool.transaction(role: nil, [Self.add(1, "one"), Self.count()])
            #expect(try rows[1].only.int64("n") == 1)
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `a read cannot write`() async throws {
        try await withPool { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let error = try await failure { () async throws(PostgresError) in
                try await pool.read(role: nil, [Self.add(1, "one")])
            }
            #expect(error.sqlState == .readOnlyTransaction)
        }
    }

    @Test func `an interactive transaction decides between its round trips`() async throws {
        try await withPool { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let seen = try await pool.interactive(role: nil) { transaction in
                try await transaction.run([Self.add(1, "one")])
                let rows = try await transaction.run([Self.count()])
                let count = try rows[0].only.int64("n")
                try await transaction.commit([Self.add(.int64(count + 1), "two")])
                return count
            }
            #expect(seen == 1)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 2)
        }
    }

    @Test func `an interactive transaction rolls back when its body throws`() async throws {
        struct Changed: Error {}
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            await #expect(throws: Changed.self) {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([Self.add(1, "one")])
                    throw Changed()
                }
            }
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 0)
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `a body that swallows a failure does not commit`() async throws {
        try await withPool { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let error = await #expect(throws: PostgresError.self) {
                try await pool.interactive(role: nil) { transaction in
                    try await transaction.run([Self.add(1, "one")])
                    _ = try? await transaction.run([Self.add(1, "again")])
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            let rows = try await pool.read(role: nil, [Self.count()])
            #expect(try rows[0].only.int64("n") == 0)
        }
    }

    @Test func `a transaction runs under the role it names and leaves it behind`() async throws {
        let who = Statement("who", "select current_user::text as name")
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(
                role: nil,
                [
                    Statement.test("create role tenant_a nologin")(),
                    Statement.test("grant tenant_a to current_user")(),
                ]
            )
            let inside = try await pool.transaction(role: "tenant_a", [who()])
            #expect(try inside[0].only.text("name") == "tenant_a")
            let outside = try await pool.read(role: nil, [who()])
            #expect(try outside[0].only.text("name").hasPrefix("login_"))
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: "nobody_knows", [who()])
            }
            #expect(error.sqlState == .invalidParameterValue)
        }
    }
}
