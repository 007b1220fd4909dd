import Glibc
import Synchronization
import Testing

@testable import Reactor

/// Runs `body` as a task on a loop of its own.
func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    let loop = try EventLoop(name: "test")
    loop.start()
    let result = try await Result { () async throws in
        try await loop.submit { try await body(loop) }
    }
    await loop.stop()
    return try result.get()
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async throws {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

@Suite struct EventLoopTests {
    @Test func `a task stays on its loop across suspensions that others end`() async throws {
        let pool = BlockingPool()
        let places = try await onLoop { loop in
            var places = [loop.isCurrent]
            await Task.yield()
            places.append(loop.isCurrent)
            _ = try await pool.run { getpid() }
            places.append(loop.isCurrent)
            try await loop.sleep(for: .milliseconds(1))
            places.append(loop.isCurrent && EventLoop.current === loop)
            return places
        }
        #expect(places == [true, true, true, true])
        #expect(EventLoop.current == nil)
    }

    @Test func `work from many threads arrives exactly once`() async throws {
        let count = try await onLoop { loop in
            let count = Counter()
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask(executorPreference: globalConcurrentExecutor) {
                        for _ in 0..<1000 {
                            loop.execute { count.add(1) }
                        }
                    }
                }
            }
            // Everything was handed over before the group ended; one more turn admits it.
            await Task.yield()
            try await loop.sleep(for: .zero)
            return count.value
        }
        #expect(count == 8000)
    }

    @Test func `timers fire in the order of their deadlines and not after a cancel`() async throws {
        let order = try await onLoop { loop in
            let order = Mutex<[Int]>([])
            for delay in [5, 1, 4, 2, 3] {
                loop.schedule(after: .milliseconds(delay)) { order.withLock { $0.append(delay) } }
            }
            let cancelled = loop.schedule(after: .milliseconds(2)) {
                order.withLock { $0.append(99) }
            }
            cancelled.cancel()
            #expect(!cancelled.isPending)
            try await loop.sleep(for: .milliseconds(8))
            return order.withLock { $0 }
        }
        #expect(order == [1, 2, 3, 4, 5])
    }

    @Test func `an event finds the time of its own turn, not of the one before`() async throws {
        let pool = BlockingPool()
        try await onLoop { loop in
            var ends: [Int32] = [0, 0]
            #expect(unsafe pipe(&ends) == 0)
            let (input, output) = (ends[0], ends[1])
            let (times, heard) = AsyncStream.makeStream(of: LoopTime.self)
            let watch = try loop.watch(input, .readable, edgeTriggered: true) { _ in
                heard.yield(loop.time)
            }
            let sent = try await pool.run {
                let now = LoopTime.current
                #expect(unsafe write(output, "x", 1) == 1)
                return now
            }
            let seen = await times.first { _ in true }
            #expect(try #require(seen) >= sent)
            watch.cancel()
            close(input)
            close(output)
        }
    }

    @Test func `who waits for the next turn comes after what the descriptors have`() async throws {
        let order = try await onLoop { loop in
            var ends: [Int32] = [0, 0]
            #expect(unsafe pipe(&ends) == 0)
            let (input, output) = (ends[0], ends[1])
            let order = Mutex<[String]>([])
            let watch = try loop.watch(input, .readable, edgeTriggered: true) { _ in
                loop.execute { order.withLock { $0.append("event") } }
            }
            #expect(unsafe write(output, "x", 1) == 1)
            await Task.yield()
            order.withLock { $0.append("yield") }
            await loop.nextTurn()
            order.withLock { $0.append("turn") }
            watch.cancel()
            close(input)
            close(output)
            return order.withLock { $0 }
        }
        #expect(order == ["yield", "event", "turn"])
    }

    @Test func `a moved timer fires at its last deadline only`() async throws {
        let fired = try await onLoop { loop in
            let fired = Mutex(0)
            let timer = loop.makeTimer { fired.withLock { $0 += 1 } }
            timer.schedule(at: loop.now.advanced(by: .seconds(100)))
            timer.schedule(at: loop.now.advanced(by: .milliseconds(1)))
            try await loop.sleep(for: .milliseconds(5))
            return fired.withLock { $0 }
        }
        #expect(fired == 1)
    }

    @Test func `a cancelled sleep ends at once and throws`() async throws {
        let loop = try EventLoop(name: "test")
        loop.start()
        let sleeping = Task(executorPreference: loop) {
            do {
                try await loop.sleep(for: .seconds(3600))
                return false
            } catch {
                return true
            }
        }
        sleeping.cancel()
        #expect(await sleeping.value)
        await loop.stop()
    }

    @Test func `cancelling a submission cancels its body`() async throws {
        let loop = try EventLoop(name: "test")
        loop.start()
        let outer = Task { try await loop.submit { try await loop.sleep(for: .seconds(3600)) } }
        outer.cancel()
        await #expect(throws: CancellationError.self) { try await outer.value }
        await loop.stop()
    }

    @Test func `end-of-turn actions run once, after the ready jobs`() async throws {
        let log = try await onLoop { loop in
            let log = Mutex<[String]>([])
            loop.endOfTurn { log.withLock { $0.append("end") } }
            loop.execute { log.withLock { $0.append("job") } }
            loop.execute { log.withLock { $0.append("job") } }
            try await loop.sleep(for: .milliseconds(2))
            return log.withLock { $0 }
        }
        #expect(log == ["job", "job", "end"])
    }

    @Test func `a busy loop still serves descriptors and timers`() async throws {
        let turns = try await onLoop { loop in
            let isDone = Mutex(false)
            loop.schedule(after: .milliseconds(2)) { isDone.withLock { $0 = true } }
            var turns = 0
            while !isDone.withLock({ $0 }) {
                turns += 1
                await Task.yield()
            }
            return turns
        }
        #expect(turns > 0)
    }
}

@Suite struct WatchTests {
    /// Two connected sockets.
    private struct Pair: ~Copyable {
        let here: Descriptor
        let there: Descriptor

        init() {
            var numbers: [Int32] = [0, 0]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            #expect(unsafe socketpair(AF_UNIX, type, 0, &numbers) == 0)
            here = Descriptor(adopting: numbers[0])
            there = Descriptor(adopting: numbers[1])
        }
    }

    @Test func `readiness is reported, updated and ended`() async throws {
        try await onLoop { loop in
            let pair = Pair()
            let reports = Mutex<[Readiness]>([])
            let watch = try loop.watch(pair.here.number, []) { readiness in
                reports.withLock { $0.append(readiness) }
            }
            _ = unsafe write(pair.there.number, "x", 1)
            try await loop.sleep(for: .milliseconds(2))
            #expect(reports.withLock { $0 } == [])
            try watch.update(.readable)
            try await loop.sleep(for: .milliseconds(2))
            #expect(reports.withLock { $0.first } == .readable)
            try watch.update(.writable)
            reports.withLock { $0 = [] }
            try await loop.sleep(for: .milliseconds(2))
            #expect(reports.withLock { $0.first } == .writable)
            watch.cancel()
            reports.withLock { $0 = [] }
            try await loop.sleep(for: .milliseconds(2))
            #expect(reports.withLock { $0 } == [])
        }
    }

    @Test func `a stale event of a reused descriptor is dropped`() async throws {
        try await onLoop { loop in
            let first = Pair()
            let second = Pair()
            // Both are ready in one turn; whoever is called first replaces the other's registration.
            let rivals = Rivals()
            let (a, b) = (first.here.number, second.here.number)
            rivals.watches[a] = try loop.watch(a, .readable, edgeTriggered: true) { _ in
                rivals.replace(b, on: loop)
            }
            rivals.watches[b] = try loop.watch(b, .readable, edgeTriggered: true) { _ in
                rivals.replace(a, on: loop)
            }
            _ = unsafe write(first.there.number, "x", 1)
            _ = unsafe write(second.there.number, "x", 1)
            try await loop.sleep(for: .milliseconds(2))
            #expect(rivals.staleReports == 0)
            _ = consume first
            _ = consume second
        }
    }
}

/// Two watches that end each other.
private final class Rivals: @unchecked Sendable {
    // Safe because: touched only on its loop.
    var watches: [Int32: Watch] = [:]
    var staleReports = 0

    func replace(_ descriptor: Int32, on loop: EventLoop) {
        guard let rival = watches.removeValue(forKey: descriptor) else {
            staleReports += 1
            return
        }
        rival.cancel()
        // A new registration of the same number, deaf to what is readable already.
        _ = try? loop.watch(descriptor, [], edgeTriggered: true) { _ in self.staleReports += 1 }
    }
}

/// A number that many threads count up.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    private let highest = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    var peak: Int { highest.load(ordering: .relaxed) }

    func add(_ difference: Int) {
        let now = count.add(difference, ordering: .relaxed).newValue
        _ = highest.max(now, ordering: .relaxed)
    }
}
