import Glibc
internal import Synchronization

/// One thread that waits in epoll and runs Swift tasks: descriptors, timers and jobs in turns.
///
/// Enter it with `spawn` or `submit`; a task started there runs from start to end on this thread,
/// also after suspensions that another thread ended. `Task {}` and `Task.detached` leave it.
///
/// A turn is: wait for events, call the watches, fire due timers, resume whoever waited for the
/// turn, run ready jobs up to a budget, run the end-of-turn actions. Objects that belong to a loop
/// are touched on it alone.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Safe because: everything below is touched on the loop's thread alone, except `incoming`,
    // `owner`, `phase` and the alarm of `poller`, which are made for other threads.

    package let name: String
    let poller: Poller
    let incoming = Mutex(Incoming())
    var ready = RingBuffer<Work>(capacity: 1024)
    var timers = TimerHeap()

    /// The thread as a number; zero until it runs. Atomic, since `enqueue` reads it from anywhere.
    private let owner = Atomic<UInt>(0)
    private var watches: [Watch?] = []
    private var lastGeneration: UInt32 = 0
    private var endings: [Ending] = []
    private var endingsInTurn: [Ending] = []
    private var yielded: [TurnWaiter] = []
    private var yieldedBefore: [TurnWaiter] = []
    private var isStopping = false
    private var afterwards: [() -> Void] = []
    /// When this turn began: the time for deadlines, without a system call.
    package private(set) var time = LoopTime.current

    /// The most jobs run between two looks at the descriptors.
    private static let jobsPerTurn = 4096

    /// A loop that does nothing until `start`.
    package init(name: String) throws(SystemError) {
        self.name = name
        poller = try Poller()
    }

    /// Starts the thread; call it once.
    package func start() {
        startThread(named: name) { [self] in
            owner.store(EventLoop.threadNumber, ordering: .releasing)
            LocalLoop.current = self
            run()
            LocalLoop.current = nil
        }
    }

    /// Ends the thread after the work that is ready; returns when it has ended.
    ///
    /// Tasks that still wait for an event are never resumed: drain their owners first. Must not be
    /// called on the loop itself.
    package func stop() async {
        precondition(!isCurrent, "a loop cannot wait for its own end")
        await withCheckedContinuation { continuation in
            execute { [self] in
                isStopping = true
                afterwards.append { continuation.resume() }
            }
        }
    }

    // MARK: Where am I

    /// The loop whose thread this is.
    package static var current: EventLoop? { LocalLoop.current }

    /// Whether the caller runs on this loop's thread.
    package var isCurrent: Bool {
        owner.load(ordering: .relaxed) == EventLoop.threadNumber
    }

    /// Stops the process unless the caller runs on this loop.
    @inline(__always)
    package func preconditionOnLoop() {
        precondition(isCurrent, "loop-bound state was touched from another thread")
    }

    /// When this turn began.
    package var now: ContinuousClock.Instant { time.instant }

    private static var threadNumber: UInt { UInt(pthread_self()) }

    // MARK: Turns

    /// Runs `action` once, when the jobs of this turn have run and before the next wait.
    package func endOfTurn(_ action: @escaping () -> Void) {
        preconditionOnLoop()
        endings.append(Ending(run: action))
    }

    /// Suspends the task, which runs on this loop, until the loop has looked at its descriptors and
    /// timers: whoever they make ready runs first.
    ///
    /// For work that has no end by itself. `Task.yield` gives way only to what is ready already.
    package func nextTurn() async {
        preconditionOnLoop()
        unsafe await withUnsafeContinuation { continuation in
            unsafe yielded.append(TurnWaiter(continuation: continuation))
        }
    }

    private func run() {
        while !isStopping || !ready.isEmpty || !yielded.isEmpty { turn() }
        for action in afterwards { action() }
    }

    private func turn() {
        let count = poller.wait(milliseconds: patience)
        // Before the watches are called: they set deadlines, and the wait may have been long.
        time = .current
        let woken = poller.dispatch(count) { descriptor, generation, mask in
            let index = Int(descriptor)
            guard index < watches.count, let watch = watches[index],
                watch.generation == generation
            else { return }  // A stale event: its watch was cancelled in this very turn.
            watch.ready(Readiness(epollMask: mask))
        }
        if woken { admitIncoming() }
        while let timer = timers.popDue(at: time) { timer.action() }
        resumeYielded()
        runReady()
        runEndings()
    }

    /// How long to wait for events, in milliseconds; -1 without limit.
    private var patience: Int32 {
        if !ready.isEmpty || !endings.isEmpty || !yielded.isEmpty || isStopping { return 0 }
        guard let next = timers.next else { return -1 }
        let left = LoopTime.current.duration(to: next)
        guard left > .zero else { return 0 }
        // Rounded up: waking early would only mean another turn.
        let (seconds, attoseconds) = left.components
        guard seconds < 3600 else { return 3_600_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    private func runReady() {
        var budget = EventLoop.jobsPerTurn
        let executor = unsafe asUnownedTaskExecutor()
        while budget > 0, let work = ready.popFirst() {
            budget -= 1
            switch work {
            case .job(let job): unsafe job.runSynchronously(on: executor)
            case .action(let action): action()
            }
        }
    }

    private func resumeYielded() {
        guard !yielded.isEmpty else { return }
        // Two arrays that change places keep their storage.
        swap(&yielded, &yieldedBefore)
        for waiter in yieldedBefore { unsafe waiter.continuation.resume() }
        yieldedBefore.removeAll(keepingCapacity: true)
    }

    private func runEndings() {
        guard !endings.isEmpty else { return }
        // Two arrays that change places keep their storage. What an action adds is for the next turn.
        swap(&endings, &endingsInTurn)
        for ending in endingsInTurn { ending.run() }
        endingsInTurn.removeAll(keepingCapacity: true)
    }

    // MARK: Descriptors

    /// Calls `ready` on the loop whenever `descriptor` becomes ready, until the watch is cancelled.
    ///
    /// - Parameter edgeTriggered: report changes only (the reader drains until it would block), or
    ///   the state in every turn. libpq and libcurl need the latter: they hide would-block.
    package func watch(
        _ descriptor: Int32,
        _ interest: Interest,
        edgeTriggered: Bool = false,
        _ ready: @escaping (Readiness) -> Void
    ) throws(SystemError) -> Watch {
        preconditionOnLoop()
        lastGeneration &+= 1
        let watch = Watch(
            loop: self,
            descriptor: descriptor,
            interest: interest,
            edgeTriggered: edgeTriggered,
            generation: lastGeneration,
            ready: ready
        )
        try poller.add(
            descriptor,
            mask: interest.epollMask(edgeTriggered: edgeTriggered),
            generation: lastGeneration
        )
        let index = Int(descriptor)
        while watches.count <= index { watches.append(nil) }
        watches[index] = watch
        return watch
    }

    func forget(_ watch: Watch) {
        let index = Int(watch.descriptor)
        guard index < watches.count, watches[index] === watch else { return }
        watches[index] = nil
        poller.remove(watch.descriptor)
    }
}

/// An end-of-turn action. In a struct, since a bare closure would be wrapped again, on the heap,
/// each time it enters an array.
private struct Ending {
    let run: () -> Void
}

/// A task that waits for the next turn.
@safe private struct TurnWaiter {
    // Safe because: it is resumed once, when it is taken out.
    let continuation: UnsafeContinuation<Void, Never>
}
