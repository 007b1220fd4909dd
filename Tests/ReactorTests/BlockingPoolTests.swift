import Glibc
import Reactor
import Testing

@Suite struct BlockingPoolTests {
    private struct Refusal: Error {}

    @Test func `results and errors come back`() async throws {
        let pool = BlockingPool(threads: 2)
        #expect(try await pool.run { 42 } == 42)
        await #expect(throws: Refusal.self) { try await pool.run { throw Refusal() } }
    }

    @Test func `no more threads run than allowed and all work is done`() async throws {
        let pool = BlockingPool(threads: 3)
        let running = Counter()
        try await withThrowingTaskGroup { group in
            for _ in 0..<30 {
                group.addTask {
                    try await pool.run {
                        running.add(1)
                        usleep(500)
                        running.add(-1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.peak <= 3)
    }

    @Test func `a full queue refuses instead of growing`() async throws {
        let pool = BlockingPool(threads: 1, queueLimit: 1)
        let refused = await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        _ = try await pool.run { usleep(2000) }
                        return 0
                    } catch is BlockingPool.Saturated {
                        return 1
                    } catch {
                        return 100
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(refused > 0 && refused < 50)
    }
}
