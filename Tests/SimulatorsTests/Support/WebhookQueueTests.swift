import Testing

@testable import Simulators

struct WebhookQueueTests {
    private var queue = WebhookQueue(.doubling(from: .seconds(1), tries: 4, parallel: 2))
    private var now = SimulatedTime(seconds: 0)

    private mutating func add(_ event: String, _ faults: WebhookFault...) {
        queue.add(event: event, endpoint: 0, faults, at: now)
    }

    /// The events sent now, all accepted.
    private mutating func sendAll() -> [String] {
        var sent: [String] = []
        while true {
            let due = queue.takeDue(at: now)
            guard !due.isEmpty else { return sent }
            for delivery in due {
                sent.append(delivery.event)
                _ = queue.finished(delivery, isAccepted: true, at: now)
            }
        }
    }

    @Test mutating func `an event goes out at once and once`() {
        add("a")
        #expect(sendAll() == ["a"])
        #expect(queue.isIdle)
    }

    @Test mutating func `a refused event is tried again, each time after twice the wait`() {
        add("a")
        var waits: [Int64] = []
        var verdicts: [WebhookQueue.Verdict] = []
        while let due = queue.nextDue {
            waits.append(due.seconds - now.seconds)
            now = due
            for delivery in queue.takeDue(at: now) {
                verdicts.append(queue.finished(delivery, isAccepted: false, at: now))
            }
        }
        #expect(waits == [0, 1, 2, 4])
        #expect(verdicts == [.triedAgainLater, .triedAgainLater, .triedAgainLater, .givenUp])
        #expect(queue.isIdle)
    }

    @Test mutating func `no more go out at a time than allowed`() {
        for event in ["a", "b", "c"] { add(event) }
        let first = queue.takeDue(at: now)
        #expect(first.map(\.event) == ["a", "b"])
        #expect(queue.takeDue(at: now).isEmpty)
        _ = queue.finished(first[0], isAccepted: true, at: now)
        #expect(queue.takeDue(at: now).map(\.event) == ["c"])
        #expect(!queue.isIdle)
    }

    @Test mutating func `a duplicate goes out twice`() {
        add("a", .duplicate(times: 1))
        #expect(sendAll() == ["a", "a"])
    }

    @Test mutating func `a lost event never goes out`() {
        add("a", .lose)
        #expect(sendAll().isEmpty)
        #expect(queue.isIdle)
    }

    @Test mutating func `a late event waits`() {
        add("a", .delay(.seconds(5)))
        #expect(sendAll().isEmpty)
        now = SimulatedTime(seconds: 5)
        #expect(sendAll() == ["a"])
    }

    @Test mutating func `an overtaken event follows the later ones`() {
        add("a", .reorder(by: 2, within: .seconds(60)))
        add("b")
        add("c")
        #expect(sendAll() == ["b", "c"])
        now = SimulatedTime(milliseconds: 1)
        #expect(sendAll() == ["a"])
    }

    @Test mutating func `an event that nobody overtakes goes out in the end`() {
        add("a", .reorder(by: 1, within: .seconds(5)))
        #expect(sendAll().isEmpty)
        #expect(queue.nextDue == SimulatedTime(seconds: 5))
        now = SimulatedTime(seconds: 5)
        #expect(sendAll() == ["a"])
    }

    @Test mutating func `only the first try is signed wrongly`() {
        add("a", .badSignature)
        let first = queue.takeDue(at: now)
        #expect(first.map(\.signature) == [.bad])
        _ = queue.finished(first[0], isAccepted: false, at: now)
        now = SimulatedTime(seconds: 1)
        #expect(queue.takeDue(at: now).map(\.signature) == [.good])
    }

    @Test mutating func `where one waits, all wait, if the vendor does so`() {
        var policy = WebhookQueue.Policy(waits: [.seconds(9), .seconds(18)], parallel: 1)
        policy.isBlocking = true
        queue = WebhookQueue(policy)
        add("a")
        add("b")
        let first = queue.takeDue(at: now)
        #expect(first.map(\.event) == ["a"])
        _ = queue.finished(first[0], isAccepted: false, at: now)
        #expect(queue.takeDue(at: now).isEmpty)
        #expect(queue.nextDue == SimulatedTime(seconds: 9))
        now = SimulatedTime(seconds: 9)
        #expect(sendAll() == ["b", "a"])
        add("c")
        #expect(sendAll() == ["c"])
        #expect(queue.isIdle)
    }
}
