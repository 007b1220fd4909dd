internal import TestKit

/// Runs jobs when told, one at a time, in an order that a seed chooses. Tasks that prefer it, and
/// all that they start, run nowhere else.
final class CrankedExecutor: TaskExecutor, @unchecked Sendable {
    // Safe because one thread cranks: jobs are enqueued by what runs on it, and by its cranker.
    private var ready: [UnownedJob] = []

    var readyCount: Int { ready.count }

    func enqueue(_ job: consuming ExecutorJob) {
        ready.append(UnownedJob(job))
    }

    func spawn(_ body: @escaping @Sendable () async -> Void) {
        Task(executorPreference: self) { await body() }
    }

    /// Runs one of the jobs that are ready until its next suspension.
    func run(_ place: Int) {
        let job = ready.remove(at: place)
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
}

extension SeededGenerator {
    /// A number from 0 up to and without `limit`.
    mutating func below(_ limit: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(limit))
    }
}
