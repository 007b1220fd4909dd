import Postgres
import Reactor
import TestKit
import Testing

/// Reads that share a transaction: each gets its own rows, its own error, and nobody else's.
@Suite
struct SharedReadTests {
    private static let echo = Statement("test.shared.echo", "select $1::bigint, current_user::text")
    private static let divide = Statement("test.shared.divide", "select 10 / $1::bigint")

    @Test
    func `a crowd of reads is answered one by one, over few transactions`() async throws {
        try await withConnections(2) { pool in
            let answers = await withTaskGroup(of: (Int64, Int64?).self) { group in
                for number in Int64(0)..<100 {
                    group.addTask(executorPreference: pool.loop) {
                        let rows = try? await pool.read(
                            role: nil,
                            shared: Self.echo(.int64(number))
                        )
                        return (number, try? rows?[0].int64(0))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 100)
            #expect(answers.allSatisfy { $0.0 == $0.1 })
            let leases = pool.snapshot.servedAtOnce + pool.snapshot.servedLater
            #expect(leases < 50, "\(leases) transactions for 100 reads")
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test
    func `one that the server refuses fails alone`() async throws {
        try await withConnections(1) { pool in
            let answers = await withTaskGroup(of: (Int64, Int64?, SQLState?).self) { group in
                for number in Int64(0)..<8 {
                    group.addTask(executorPreference: pool.loop) {
                        do {
                            let rows = try await pool.read(
                                role: nil,
                                shared: Self.divide(.int64(number))
                            )
                            return (number, try rows[0].int64(0), nil)
                        } catch {
                            return (number, nil, (error as? PostgresError)?.sqlState)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (number, value, state) in answers {
                #expect(value == (number == 0 ? nil : 10 / number))
                #expect((state != nil) == (number == 0))
            }
        }
    }

    @Test
    func `a slow read holds up those that travel with it, and nobody after them`() async throws {
        try await withConnections(2) { pool in
            let slow = Statement("test.shared.slow", "select pg_sleep(2)::text")
            let order = await withTaskGroup(of: String.self) { group in
                group.addTask(executorPreference: pool.loop) {
                    _ = try? await pool.read(role: nil, shared: slow())
                    return "slow"
                }
                while pool.snapshot.inUse == 0 { await Task.yield() }
                group.addTask(executorPreference: pool.loop) {
                    let rows = try? await pool.read(role: nil, shared: Self.echo(.int64(7)))
                    return (try? rows?[0].int64(0)) == 7 ? "quick" : "nothing"
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(order == ["quick", "slow"])
        }
    }

    @Test
    func `a read whose task is cancelled while it waits ends at once and takes nothing`()
        async throws
    {
        try await withConnections(1) { pool in
            let held = Statement("test.shared.hold", "select pg_sleep(0.3)::text")
            let holder = Task(executorPreference: pool.loop) {
                _ = try? await pool.transaction(role: nil, [Query(held)])
            }
            let waiting = Task(executorPreference: pool.loop) {
                try await pool.read(role: nil, shared: Self.echo(.int64(1)))
            }
            waiting.cancel()
            await #expect(throws: PostgresError.self) { try await waiting.value }
            await holder.value
            let rows = try await pool.read(role: nil, shared: Self.echo(.int64(2)))
            #expect(try rows[0].int64(0) == 2)
        }
    }
}

/// A pool of at most so many connections.
private func withConnections(
    _ count: Int,
    _ body: @escaping @Sendable (PostgresPool) async throws -> Void
) async throws {
    let adjust: @Sendable (inout PostgresConfiguration) -> Void = { $0.maximumConnections = count }
    try await withPool(nil, adjust, body)
}
