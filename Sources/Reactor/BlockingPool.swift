import Glibc
internal import Synchronization

/// A few threads for calls that block: name look-ups, files, `PQcancel`.
///
/// Threads start when there is work for them and end with the pool.
package final class BlockingPool: Sendable {
    /// More work was waiting than the pool may hold; nothing ran.
    package struct Saturated: Error {}

    /// Nobody waited any more when a thread came to the call; nothing ran.
    package struct Abandoned: Error {}

    /// Whether a call is still wanted. Whoever gives it up says so here, and a call that waits for a
    /// thread then never begins; one that has begun goes on.
    package final class Interest: Sendable {
        private let isLost = Atomic(false)

        package init() {}

        /// From any thread; for good.
        package func end() { isLost.store(true, ordering: .relaxed) }

        fileprivate var hasEnded: Bool { isLost.load(ordering: .relaxed) }
    }

    private let lobby: Lobby

    /// - Parameters:
    ///   - threads: the most threads at a time.
    ///   - queueLimit: the most calls that wait for a thread.
    package init(name: String = "blocking", threads: Int = 4, queueLimit: Int = 1024) {
        precondition(threads > 0 && queueLimit > 0)
        lobby = Lobby(name: name, threadLimit: threads, queueLimit: queueLimit)
    }

    deinit { lobby.close() }

    /// Runs `body` on a thread of the pool; the caller resumes on its own executor. Not cancellable:
    /// a blocking call cannot be taken back.
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let admitted = lobby.admit { continuation.resume(with: Result(catching: body)) }
            if !admitted { continuation.resume(throwing: Saturated()) }
        }
    }

    /// Runs `body` unless nobody wants it any more when a thread is free; then throws ``Abandoned``.
    package func run<Value: Sendable>(
        while interest: Interest,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await run {
            guard !interest.hasEnded else { throw Abandoned() }
            return try body()
        }
    }
}

/// Where calls wait for threads and threads for calls. Outlives the pool until its threads ended.
private final class Lobby: Sendable {
    private struct State {
        var queue = RingBuffer<@Sendable () -> Void>()
        var threads = 0
        var idle = 0
    }

    private let name: String
    private let threadLimit: Int
    private let queueLimit: Int
    private let state = Mutex(State())
    private let bell = Bell()

    init(name: String, threadLimit: Int, queueLimit: Int) {
        self.name = name
        self.threadLimit = threadLimit
        self.queueLimit = queueLimit
    }

    func admit(_ call: @escaping @Sendable () -> Void) -> Bool {
        enum Action {
            case refuse
            case ring
            case startThread
        }
        let action: Action = state.withLock { state in
            guard state.queue.count < queueLimit else { return .refuse }
            state.queue.append(call)
            guard state.idle < state.queue.count, state.threads < threadLimit else { return .ring }
            state.threads += 1
            return .startThread
        }
        switch action {
        case .refuse: return false
        case .ring: break
        case .startThread: startThread(named: name) { [self] in serve() }
        }
        bell.ring()
        return true
    }

    func close() {
        let threads = state.withLock { $0.threads }
        for _ in 0..<threads { bell.ring() }
    }

    private func serve() {
        while true {
            state.withLock { $0.idle += 1 }
            bell.wait()
            let call = state.withLock { state in
                state.idle -= 1
                return state.queue.popFirst()
            }
            // A ring without a call is the closing one: the queue is served before it.
            guard let call else { return }
            call()
        }
    }
}

/// A counting semaphore.
@safe private final class Bell: @unchecked Sendable {
    // Safe because: POSIX semaphores are made for use from several threads.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func ring() { unsafe sem_post(semaphore) }

    func wait() {
        _ = attempt { unsafe Int(sem_wait(semaphore)) }
    }
}
