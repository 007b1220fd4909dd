package import PaymentCore
import Synchronization

/// A clock that moves only when told.
package final class ManualClock: WallClock, Sendable {
    private let moment: Mutex<Timestamp>

    package init(_ start: Timestamp = Timestamp(seconds: 1_760_000_000)) {
        moment = Mutex(start)
    }

    package var now: Timestamp { moment.withLock { $0 } }

    package func advance(by duration: Duration) {
        moment.withLock { $0 = $0 + duration }
    }
}

/// Identifiers in sequence, so that a run repeats exactly.
package final class SequentialIdentifiers: IdentifierSource, Sendable {
    private let counter = Mutex<UInt64>(1)

    package init() {}

    package func next() -> UUID7 {
        let number = counter.withLock { number in
            defer { number += 1 }
            return number
        }
        return UUID7(
            milliseconds: 1_760_000_000_000 + number,
            randomHigh: 0,
            randomLow: number << 8
        )
    }
}
