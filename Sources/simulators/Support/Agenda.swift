/// What has to happen later, soonest first; equal times keep the order of entry.
///
/// Entries are never withdrawn: whoever takes one checks whether it still applies.
struct Agenda<Task: Sendable>: Sendable {
    private struct Entry {
        let due: SimulatedTime
        let number: UInt64
        let task: Task

        func precedes(_ other: Entry) -> Bool {
            (due, number) < (other.due, other.number)
        }
    }

    private var heap: [Entry] = []
    private var entered: UInt64 = 0

    /// When the soonest task is due, nil when there is none.
    var nextDue: SimulatedTime? { heap.first?.due }

    mutating func enter(_ task: Task, at due: SimulatedTime) {
        entered += 1
        heap.append(Entry(due: due, number: entered, task: task))
        siftUp(from: heap.count - 1)
    }

    /// The soonest task if it is due by `now`, with the time it was due at.
    mutating func take(dueBy now: SimulatedTime) -> (task: Task, due: SimulatedTime)? {
        guard let due = nextDue, due <= now else { return nil }
        return takeFirst().map { ($0, due) }
    }

    /// The soonest task, due or not.
    mutating func takeFirst() -> Task? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(from: 0)
        }
        return first.task
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].precedes(heap[first]) { first = child }
            }
            guard first != parent else { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }
}
