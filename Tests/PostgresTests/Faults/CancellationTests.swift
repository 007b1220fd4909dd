import Postgres
import Reactor
import Synchronization
import TestKit
import Testing

@Suite struct CancellationTests {
    static let sleep = Statement("sleep", "select pg_sleep($1::text::double precision)")

    @Test func `a statement is cancelled on the server at its deadline`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withPool(database) { pool in
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(
                    role: nil,
                    [Self.sleep("30")],
                    deadline: pool.loop.now.advanced(by: .milliseconds(500))
                )
            }
            #expect(error.code == .deadlineExceeded)
            #expect(error.statement == "sleep")
            // Nothing is left running, and the pool goes on with another connection.
            let running = Statement(
                "running",
                """
                select count(*) as n from pg_stat_activity
                where datname = current_database() and state = 'active' and query like '%pg_sleep%'
                    and pid <> pg_backend_pid()
                """
            )
            #expect(try await pool.read(role: nil, [running()])[0].only.int("n") == 0)
        }
    }

    @Test func `a cancelled task cancels its statement`() async throws {
        try await withPool { pool in
            let task = Task(executorPreference: pool.loop) {
                try await pool.transaction(role: nil, [Self.sleep("30")])
            }
            while pool.snapshot.inUse == 0 { try await pool.loop.sleep(for: .milliseconds(1)) }
            try await pool.loop.sleep(for: .milliseconds(20))
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `a task cancelled beforehand sends nothing`() async throws {
        try await withPool { pool in
            let task = Task(executorPreference: pool.loop) {
                try await pool.loop.sleep(for: .seconds(30))
            }
            task.cancel()
            let call = Task(executorPreference: pool.loop) {
                _ = try? await task.value
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await pool.transaction(role: nil, [Self.sleep("30")])
            }
            let error = await #expect(throws: PostgresError.self) { try await call.value }
            #expect(error?.code == .cancelled)
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test func `a cancellation hits only its own statement`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 4
        } _: { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask(executorPreference: pool.loop) {
                        let isShort = number % 4 == 0
                        do {
                            try await pool.transaction(
                                role: nil,
                                [Self.sleep(isShort ? "1" : "0.001")],
                                deadline: isShort
                                    ? pool.loop.now.advanced(by: .milliseconds(10)) : nil
                            )
                            #expect(!isShort)
                        } catch let error as PostgresError {
                            #expect(isShort, "\(error)")
                            #expect(
                                error.code == .deadlineExceeded || error.code == .poolTimeout
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
