internal import Synchronization

/// Values that may be a few seconds old, in bounded memory. One for the process.
///
/// What is not known is loaded once, however many ask for it at once: a crowd that comes to a cold
/// process needs one connection to the database, not all of them.
package final class ExpiringCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let expiresAt: ContinuousClock.Instant
    }

    private enum Entrance {
        /// Load it, and tell the others.
        case first
        /// Somebody loads it already. No ticket: too many wait for that.
        case wait(Bell<Key>.Ticket?)
    }

    private let lifetime: Duration
    private let capacity: Int
    private let entries = Mutex<[Key: Entry]>([:])
    private let loading = Mutex<Set<Key>>([])
    private let loaded: Bell<Key>

    package init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
        loaded = Bell(capacity: capacity)
    }

    /// What is known, or what `load` finds; nil, which is not kept, when that finds nothing.
    ///
    /// - Parameters:
    ///   - now: what is loaded counts as this old.
    ///   - sleep: suspends whoever waits for another's load.
    package func value<Failure>(
        of key: Key,
        at now: ContinuousClock.Instant,
        waiting sleep: @escaping @Sendable (Duration) async -> Void,
        _ load: () async throws(Failure) -> Value?
    ) async throws(Failure) -> Value? {
        if let known = value(of: key, at: now) { return known }
        switch enter(key) {
        case .first:
            defer { leave(key) }
            let value = try await load()
            if let value { keep(value, for: key, at: now) }
            return value
        case .wait(let ticket):
            await ticket?.wait(atMost: Self.patience, sleep)
            if let known = value(of: key, at: now) { return known }
            return try await load()
        }
    }

    package func value(of key: Key, at now: ContinuousClock.Instant) -> Value? {
        entries.withLock { entries in
            guard let entry = entries[key], entry.expiresAt > now else { return nil }
            return entry.value
        }
    }

    /// Keeps a value for the cache's lifetime. A full cache forgets what has expired, or all.
    package func keep(_ value: Value, for key: Key, at now: ContinuousClock.Instant) {
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { $0.value.expiresAt > now }
                if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            }
            entries[key] = Entry(value: value, expiresAt: now + lifetime)
        }
    }

    package func forget(_ key: Key) {
        entries.withLock { $0[key] = nil }
    }

    package func forgetAll() {
        entries.withLock { $0.removeAll(keepingCapacity: true) }
    }

    private func enter(_ key: Key) -> Entrance {
        loading.withLock { loading in
            loading.insert(key).inserted ? .first : .wait(loaded.ticket(for: key))
        }
    }

    private func leave(_ key: Key) {
        loading.withLock { _ = $0.remove(key) }
        loaded.ring(key)
    }

    // The loader has a deadline of its own at the database.
    private static var patience: Duration { .seconds(5) }
}
