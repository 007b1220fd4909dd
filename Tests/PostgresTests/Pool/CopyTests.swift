import Postgres
import Reactor
import TestKit
import Testing

@Suite struct CopyTests {
    static let make = Statement.test(
        "create table items (id bigint primary key, name text, data bytea)"
    )
    static let copyIn = Statement("items.copy_in", "copy items (id, name, data) from stdin")
    static let copyOut = Statement(
        "items.copy_out",
        "copy (select id, name, data from items order by id) to stdout"
    )

    @Test func `a hundred thousand rows go in and come out as they were`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let count = 100_000
            var sent: [UInt8] = []
            var next = 0
            let taken = try await pool.copyIn(role: nil, Self.copyIn) {
                var lines = CopyLines()
                while next < count, lines.bytes.count < 50_000 {
                    try lines.append([
                        .int64(Int64(next)), next % 7 == 0 ? nil : .text("name\t\(next)\n\\"),
                        .bytes([0, UInt8(next % 256), 10]),
                    ])
                    next += 1
                }
                sent += lines.bytes
                return lines.bytes.isEmpty ? nil : lines.take()
            }
            #expect(taken == count)
            var received: [UInt8] = []
            var largest = 0
            let given = try await pool.copyOut(role: nil, Self.copyOut) { chunk in
                largest = max(largest, chunk.count)
                received += chunk
            }
            #expect(given == count)
            #expect(received == sent)
            #expect(largest < 131_072)
            // The connection is back in pipeline mode, and the same.
            let rows = try await pool.read(
                role: nil,
                [Statement.test("select name, data from items where id = 8")()]
            )
            #expect(try rows[0].only.text("name") == "name\t8\n\\")
            #expect(try rows[0].only.bytes("data") == [0, 8, 10])
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `a refused line undoes the COPY and the connection lives on`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            var lines = CopyLines()
            try lines.append([1, "one", nil])
            try lines.append([1, "again", nil])
            var chunks = [lines.bytes]
            let error = await #expect(throws: PostgresError.self) {
                try await pool.copyIn(role: nil, Self.copyIn) { chunks.popLast() }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.statement == "items.copy_in")
            let rows = try await pool.read(
                role: nil,
                [Statement.test("select count(*) as n from items")()]
            )
            #expect(try rows[0].only.int("n") == 0)
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `a source that fails undoes the COPY`() async throws {
        struct Dry: Error {}
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            await #expect(throws: Dry.self) {
                try await pool.copyIn(role: nil, Self.copyIn) { throw Dry() }
            }
            let rows = try await pool.read(
                role: nil,
                [Statement.test("select count(*) as n from items")()]
            )
            #expect(try rows[0].only.int("n") == 0)
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `a receiver that fails, or a statement that is no COPY, costs only its connection`()
        async throws
    {
        struct Full: Error {}
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            let series = Statement.test("copy (select generate_series(1, 1000000)) to stdout")
            await #expect(throws: Full.self) {
                try await pool.copyOut(role: nil, series) { _ in throw Full() }
            }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.copyOut(role: nil, Statement.test("select 1")) { _ in }
            }
            #expect(error?.code == .misuse)
            let wrong = await #expect(throws: PostgresError.self) {
                try await pool.copyOut(role: nil, Statement.test("copy nowhere to stdout")) { _ in }
            }
            #expect(wrong?.sqlState == .undefinedTable)
            let rows = try await pool.read(role: nil, [Statement.test("select 1 as n")()])
            #expect(try rows[0].only.int("n") == 1)
        }
    }

    @Test func `a COPY ends at its deadline`() async throws {
        try await withPool { pool in
            let slow = Statement.test(
                "copy (select pg_sleep(1) from generate_series(1, 100)) to stdout"
            )
            let error = await #expect(throws: PostgresError.self) {
                try await pool.copyOut(
                    role: nil,
                    slow,
                    deadline: pool.loop.now.advanced(by: .milliseconds(100))
                ) { _ in }
            }
            #expect(error?.code == .deadlineExceeded)
        }
    }
}
