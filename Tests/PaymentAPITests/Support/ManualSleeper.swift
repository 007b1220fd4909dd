import Synchronization

/// Sleep that ends only when told, or when its task is cancelled.
final class ManualSleeper: Sendable {
    private let sleepers = Mutex<[AsyncStream<Never>.Continuation]>([])

    func sleep(_ duration: Duration) async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        sleepers.withLock { $0.append(continuation) }
        for await _ in stream {}
    }

    /// Every sleep that has begun ends now.
    func elapse() {
        let sleeping = sleepers.withLock { sleepers in
            defer { sleepers = [] }
            return sleepers
        }
        for sleeper in sleeping { sleeper.finish() }
    }
}

/// A monotonic clock that moves only when told.
final class ManualInstant: Sendable {
    private let moment = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { moment.withLock { $0 } }

    func advance(by duration: Duration) { moment.withLock { $0 += duration } }
}
