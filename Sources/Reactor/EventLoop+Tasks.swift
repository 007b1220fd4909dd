internal import Synchronization

/// Something for a loop to run: a piece of a Swift task, or a plain closure.
enum Work {
    case job(UnownedJob)
    case action(@Sendable () -> Void)
}

/// Work that came from other threads and waits for the loop to wake.
struct Incoming {
    var queue: [Work] = []
}

extension EventLoop {
    /// Starts a task on the loop, from any thread.
    ///
    /// - Parameter priority: by default that of the task that starts it. The loop runs tasks in their
    ///   order whatever their priority is; the database's pool looks at it.
    @discardableResult
    package func spawn(
        priority: TaskPriority? = nil,
        _ body: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        Task(executorPreference: self, priority: priority) { await body() }
    }

    /// Runs `body` as a task on the loop and waits for it, from outside (tests, `main`). Cancelling
    /// the caller cancels it.
    package func submit<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task(executorPreference: self) { try await body() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Runs a closure on the loop in its own time, from any thread.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        admit(.action(body))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        admit(.job(UnownedJob(job)))
    }

    @inline(__always)
    private func admit(_ work: Work) {
        if isCurrent {
            ready.append(work)
        } else {
            // Only the first of a batch pays for the system call: the loop takes all at once.
            let isFirst = incoming.withLock { incoming in
                incoming.queue.append(work)
                return incoming.queue.count == 1
            }
            if isFirst { poller.wake() }
        }
    }

    func admitIncoming() {
        var batch: [Work] = []
        incoming.withLock { swap(&$0.queue, &batch) }
        for work in batch { ready.append(work) }
    }
}
