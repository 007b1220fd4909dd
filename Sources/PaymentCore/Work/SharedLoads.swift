internal import Synchronization

/// Loads that several ask for at once: the first one goes, the others wait and share how it ended.
package final class SharedLoads<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable
{
    private typealias Outcome = Result<Value, Failure>

    /// By what is being loaded, who waits for it.
    private let waiting = Mutex<[Key: [CheckedContinuation<Outcome?, Never>]]>([:])

    package init() {}

    /// - Parameter load: called once for all that ask before it ends, which it must within a bounded
    ///   time. It first looks whether one that ended just before brought what is asked for.
    package func value(
        of key: Key,
        _ load: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        while !begin(key) {
            if let outcome = await outcome(of: key) { return try outcome.get() }
        }
        let outcome: Outcome
        do throws(Failure) {
            outcome = .success(try await load())
        } catch {
            outcome = .failure(error)
        }
        // How it ended for a task that was cancelled meanwhile is no news for the others: they look
        // for themselves.
        end(key, Task.isCancelled ? nil : outcome)
        return try outcome.get()
    }

    private func begin(_ key: Key) -> Bool {
        waiting.withLock { waiting in
            guard waiting[key] == nil else { return false }
            waiting[key] = []
            return true
        }
    }

    /// How the load under way ends; nil when that tells nothing, or there is none.
    private func outcome(of key: Key) async -> Outcome? {
        await withCheckedContinuation { continuation in
            let isUnderWay = waiting.withLock { $0[key]?.append(continuation) != nil }
            if !isUnderWay { continuation.resume(returning: nil) }
        }
    }

    private func end(_ key: Key, _ outcome: Outcome?) {
        let others = waiting.withLock { $0.removeValue(forKey: key) } ?? []
        for other in others { other.resume(returning: outcome) }
    }
}
