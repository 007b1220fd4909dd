import Glibc
import Reactor
import Synchronization
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

    @Test func `a call that was given up before a thread came to it is passed over`() async throws {
        let pool = BlockingPool(threads: 1)
        let door = Door()
        let busy = Task { try await pool.run { door.wait() } }
        while !door.isWaitedFor { await Task.yield() }
        let interest = BlockingPool.Interest()
        let ran = Counter()
        let call = Task { try await pool.run(while: interest) { ran.add(1) } }
        interest.end()
        door.open()
        try await busy.value
        await #expect(throws: BlockingPool.Abandoned.self) { try await call.value }
        #expect(ran.peak == 0)
        try await pool.run(while: BlockingPool.Interest()) { ran.add(1) }
        #expect(ran.peak == 1)
    }
}

/// A door that a thread waits at.
private final class Door: Sendable {
    private let isOpen = Atomic(false)
    private let isWaited = Atomic(false)

    var isWaitedFor: Bool { isWaited.load(ordering: .acquiring) }

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        isWaited.store(true, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
    }
}
