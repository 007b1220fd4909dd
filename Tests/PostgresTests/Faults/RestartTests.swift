import Postgres
import Reactor
import TestKit
import Testing

/// On a cluster of its own, since it stops it.
@Suite struct RestartTests {
    /// May be repeated: it may have been done although its answer was lost.
    static let make = Statement.test("create table if not exists items (id bigint primary key)")
    static let add = Statement("items.add", "insert into items (id) values ($1)")
    static let has = Statement("items.has", "select count(*) as n from items where id = $1")

    @Test(arguments: [false, true])
    func `work under load survives a restart, and every answer was true`(
        immediate: Bool
    ) async throws {
        let cluster = try await PostgresCluster()
        let database = try await cluster.freshDatabase()
        try await withPool(database) { configuration in
            configuration.maximumConnections = 4
            configuration.shortestBackOff = .milliseconds(10)
            configuration.longestBackOff = .milliseconds(100)
            configuration.waitDeadline = .seconds(20)
        } _: { pool in
            try await pool.transaction(role: nil, [Self.make()])
            let book = Book()
            let workers = (0..<8).map { worker in
                Task(executorPreference: pool.loop) {
                    var number = Int64(worker) * 1_000_000
                    while !book.isOver {
                        number += 1
                        do {
                            try await pool.transaction(role: nil, [Self.add(.int64(number))])
                            book.committed.append(number)
                        } catch let error as PostgresError {
                            switch error.code {
                            case .commitUnknown: book.unknown.append(number)
                            case .connectionLost, .unavailable, .statement:
                                book.refused.append(number)
                            default: Issue.record("\(error)")
                            }
                        }
                    }
                }
            }
            try await book.wait(for: 200, on: pool)
            for _ in 0..<3 {
                try await cluster.restart(immediate: immediate)
                try await book.wait(for: book.committed.count + 200, on: pool)
            }
            book.isOver = true
            for worker in workers { try await worker.value }
            for number in book.committed {
                let rows = try await pool.read(role: nil, [Self.has(.int64(number))])
                #expect(try rows[0].only.int("n") == 1)
            }
            for number in book.refused {
                let rows = try await pool.read(role: nil, [Self.has(.int64(number))])
                #expect(try rows[0].only.int("n") == 0)
            }
            #expect(pool.snapshot.opened > 4)
        }
    }

    @Test func `callers are told when the server stays away, and served when it is back`()
        async throws
    {
        let cluster = try await PostgresCluster()
        let database = try await cluster.freshDatabase()
        try await withPool(database) { configuration in
            configuration.waitDeadline = .seconds(2)
            configuration.shortestBackOff = .milliseconds(10)
            configuration.longestBackOff = .milliseconds(50)
        } _: { pool in
            try await cluster.stop()
            let error = try await failure { () async throws(PostgresError) in
                // The first may still meet the connection that is just ending.
                _ = try? await pool.read(role: nil, [Self.has(1)])
                return try await pool.read(role: nil, [Self.has(1)])
            }
            #expect(error.code == .unavailable)
            try await cluster.start()
            while (try? await pool.transaction(role: nil, [Self.make()])) == nil {
                try await pool.loop.sleep(for: .milliseconds(20))
            }
        }
    }

    /// What the workers learnt; touched on the pool's loop alone.
    final class Book: @unchecked Sendable {
        // Safe because: its users run on one loop.
        var committed: [Int64] = []
        var unknown: [Int64] = []
        var refused: [Int64] = []
        var isOver = false

        func wait(for count: Int, on pool: PostgresPool) async throws {
            while committed.count < count { try await pool.loop.sleep(for: .milliseconds(2)) }
        }
    }
}
