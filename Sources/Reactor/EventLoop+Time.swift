extension EventLoop {
    /// Runs `action` on the loop at `deadline`, unless cancelled. Call it on the loop.
    @discardableResult
    package func schedule(
        at deadline: ContinuousClock.Instant,
        _ action: @escaping () -> Void
    ) -> Timer {
        schedule(at: LoopTime(deadline), action)
    }

    private func schedule(at deadline: LoopTime, _ action: @escaping () -> Void) -> Timer {
        preconditionOnLoop()
        let timer = Timer(loop: self, due: deadline, action: action)
        timers.insert(timer)
        return timer
    }

    /// Runs `action` on the loop when `delay` has passed since this turn began.
    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> Timer {
        schedule(at: time.advanced(by: delay), action)
    }

    /// A timer that is not pending yet; arm it with `Timer.schedule(at:)`.
    package func makeTimer(_ action: @escaping () -> Void) -> Timer {
        Timer(loop: self, due: time, action: action)
    }

    /// Suspends the task, which runs on this loop, for `duration`.
    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: now.advanced(by: duration))
    }

    /// Suspends the task, which runs on this loop, until `deadline`; throws when it is cancelled.
    package func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        preconditionOnLoop()
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await sleeper.sleep(on: self, until: deadline)
        } onCancel: {
            execute { sleeper.wake() }
        }
        if Task.isCancelled { throw CancellationError() }
    }
}

/// One suspended task and its timer: whichever comes first, timer or cancellation, resumes it.
private final class Sleeper: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private var waiter = Waiter()
    private var timer: Timer?

    func sleep(on loop: EventLoop, until deadline: ContinuousClock.Instant) async {
        // A cancellation that came before is seen here; a later one arrives on the loop after this.
        guard !Task.isCancelled else { return }
        unsafe await withUnsafeContinuation { continuation in
            unsafe waiter.park(continuation)
            timer = loop.schedule(at: deadline) { self.wake() }
        }
    }

    func wake() {
        timer?.cancel()
        timer = nil
        waiter.resume()
    }
}
