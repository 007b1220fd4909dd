internal import Synchronization

/// Wakes whoever waits for a key. One for the process: a ring on one loop wakes waiters on all.
package final class Bell<Key: Hashable & Sendable>: Sendable {
    private struct Room {
        var waiting: [UInt64: AsyncStream<Never>.Continuation] = [:]
    }

    private struct House {
        var lastTicket: UInt64 = 0
        var count = 0
        var rooms: [Key: Room] = [:]
    }

    private let house = Mutex(House())
    private let capacity: Int

    /// - Parameter capacity: how many may wait at once; those beyond it get no ticket.
    package init(capacity: Int) {
        self.capacity = capacity
    }

    package func ring(_ key: Key) {
        let room = house.withLock { house -> Room? in
            let room = house.rooms.removeValue(forKey: key)
            house.count -= room?.waiting.count ?? 0
            return room
        }
        guard let room else { return }
        for continuation in room.waiting.values { continuation.finish() }
    }

    /// A place to wait, to be taken before looking whether there is anything to wait for, so that
    /// a ring in between is not missed; nil when too many wait already.
    package func ticket(for key: Key) -> Ticket? {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        let number = house.withLock { house -> UInt64? in
            guard house.count < capacity else { return nil }
            house.count += 1
            house.lastTicket += 1
            house.rooms[key, default: Room()].waiting[house.lastTicket] = continuation
            return house.lastTicket
        }
        guard let number else { return nil }
        return Ticket(stream: stream) { [self] in leave(key, number) }
    }

    private func leave(_ key: Key, _ number: UInt64) {
        house.withLock { house in
            guard house.rooms[key]?.waiting.removeValue(forKey: number) != nil else { return }
            house.count -= 1
            if house.rooms[key]?.waiting.isEmpty == true { house.rooms[key] = nil }
        }
    }

    /// A place to wait. Use it once, or give it back.
    package struct Ticket: Sendable {
        fileprivate let stream: AsyncStream<Never>
        package let giveBack: @Sendable () -> Void

        /// Returns when the bell rings, after `limit`, or when the task is cancelled.
        package func wait(
            atMost limit: Duration,
            _ sleep: @escaping @Sendable (Duration) async -> Void
        ) async {
            let stream = stream
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in stream {} }
                group.addTask { await sleep(limit) }
                await group.next()
                group.cancelAll()
            }
            giveBack()
        }
    }
}
