/// An action due at an instant, on the loop that made it.
///
/// Reusable: `schedule(at:)` moves it without allocating, whether it is pending, fired or cancelled.
/// Held by the loop while pending, so a fire-and-forget timer needs no owner.
package final class Timer {
    /// When it is due; meaningful while it is pending.
    package fileprivate(set) var due: LoopTime
    fileprivate var position = Timer.absent
    let action: () -> Void
    private unowned let loop: EventLoop

    fileprivate static let absent = -1

    init(loop: EventLoop, due: LoopTime, action: @escaping () -> Void) {
        self.loop = loop
        self.due = due
        self.action = action
    }

    /// `due` for those who do not count as the loop does.
    package var deadline: ContinuousClock.Instant { due.instant }

    /// Whether it will still fire.
    package var isPending: Bool { position != Timer.absent }

    /// Makes it due at `deadline`, instead of any earlier setting.
    package func schedule(at deadline: LoopTime) {
        loop.preconditionOnLoop()
        loop.timers.remove(self)
        due = deadline
        loop.timers.insert(self)
    }

    package func schedule(at deadline: ContinuousClock.Instant) {
        schedule(at: LoopTime(deadline))
    }

    /// Prevents it from firing; without effect when it is not pending.
    package func cancel() {
        loop.preconditionOnLoop()
        loop.timers.remove(self)
    }
}

/// A binary heap of pending timers, the earliest on top.
///
/// Each timer knows its position, so that removal costs O(log n) and leaves nothing behind.
struct TimerHeap {
    private var timers: [Timer] = []

    /// When the next timer is due; `nil` without timers.
    var next: LoopTime? { timers.first?.due }

    mutating func insert(_ timer: Timer) {
        timer.position = timers.count
        timers.append(timer)
        siftUp(from: timer.position)
    }

    mutating func remove(_ timer: Timer) {
        let position = timer.position
        guard position != Timer.absent else { return }
        timer.position = Timer.absent
        let last = timers.removeLast()
        guard position < timers.count else { return }
        place(last, at: position)
        siftUp(from: position)
        siftDown(from: last.position)
    }

    /// Takes out the earliest timer if it is due at `now`.
    mutating func popDue(at now: LoopTime) -> Timer? {
        guard let first = timers.first, first.due <= now else { return nil }
        remove(first)
        return first
    }

    private mutating func place(_ timer: Timer, at position: Int) {
        timers[position] = timer
        timer.position = position
    }

    private mutating func siftUp(from start: Int) {
        let timer = timers[start]
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard timer.due < timers[parent].due else { break }
            place(timers[parent], at: position)
            position = parent
        }
        place(timer, at: position)
    }

    private mutating func siftDown(from start: Int) {
        let timer = timers[start]
        var position = start
        while true {
            var child = 2 * position + 1
            guard child < timers.count else { break }
            if child + 1 < timers.count, timers[child + 1].due < timers[child].due {
                child += 1
            }
            guard timers[child].due < timer.due else { break }
            place(timers[child], at: position)
            position = child
        }
        place(timer, at: position)
    }
}
