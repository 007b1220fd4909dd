import Testing

@testable import Reactor

@Suite struct TimerHeapTests {
    @Test func `timers come out sorted, whatever was removed in between`() throws {
        let loop = try EventLoop(name: "unstarted")
        let start = LoopTime.current
        var heap = TimerHeap()
        var random = SeededNumbers(seed: 7)
        var timers: [Timer] = []
        for _ in 0..<500 {
            let deadline = start.advanced(by: .milliseconds(Int64(random.next() % 1000)))
            let timer = Timer(loop: loop, due: deadline) {}
            heap.insert(timer)
            timers.append(timer)
        }
        for (index, timer) in timers.enumerated() where index % 3 == 0 { heap.remove(timer) }
        var deadlines: [LoopTime] = []
        let end = start.advanced(by: .seconds(2))
        while let timer = heap.popDue(at: end) { deadlines.append(timer.due) }
        let kept = timers.enumerated().filter { $0.offset % 3 != 0 }.map { $0.element.due }
        #expect(deadlines == kept.sorted())
        #expect(heap.next == nil)
    }

    @Test func `only due timers come out`() throws {
        let loop = try EventLoop(name: "unstarted")
        let start = LoopTime.current
        var heap = TimerHeap()
        heap.insert(Timer(loop: loop, due: start.advanced(by: .seconds(1))) {})
        #expect(heap.popDue(at: start) == nil)
        #expect(heap.popDue(at: start.advanced(by: .seconds(1))) != nil)
    }
}

@Suite struct RingBufferTests {
    @Test func `order survives wrapping and growing`() {
        var ring = RingBuffer<Int>(capacity: 4)
        var taken: [Int] = []
        for value in 0..<100 {
            ring.append(value)
            if value % 3 == 0, let first = ring.popFirst() { taken.append(first) }
        }
        while let value = ring.popFirst() { taken.append(value) }
        #expect(taken == Array(0..<100))
    }
}

/// SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
