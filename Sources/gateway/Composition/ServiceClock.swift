import PaymentCore
import Storage
import Synchronization

/// The service's clock: this machine's, corrected while it is more than a second away from the
/// database's. So replicas agree on when something was asked and how old it is, whatever their
/// machines believe, and signed messages bear a time that vendors accept. One per process.
final class ServiceClock: WallClock {
    /// Nearer than this a machine keeps its own time: it has fewer jumps.
    static let tolerance = Duration.seconds(1)

    private let machine: any WallClock
    private let correction = Mutex(Duration.zero)

    init(_ machine: any WallClock) {
        self.machine = machine
    }

    var now: Timestamp { machine.now + correction.withLock { $0 } }

    /// Asks for the database's time and goes by it from now on.
    ///
    /// - Returns: what is now added to the machine's clock, and whether that is news.
    func follow(
        _ database: () async throws(StoreError) -> Timestamp
    ) async throws(StoreError) -> (correction: Duration, isNews: Bool) {
        let asked = machine.now
        let there = try await database()
        // The quicker the answer, the better is known when the database looked.
        let doubt = (machine.now - asked) / 2
        let away = there - (asked + doubt)
        let found = away.magnitude > Self.tolerance + doubt.magnitude ? away : .zero
        return correction.withLock { correction in
            let isNews = (found - correction).magnitude > Self.tolerance
            correction = found
            return (found, isNews)
        }
    }
}

extension Duration {
    fileprivate var magnitude: Duration { max(self, .zero - self) }
}

/// A machine's clock as it would be if it were wrong: for tests.
struct WrongClock: WallClock {
    let by: Duration

    var now: Timestamp { SystemClock().now + by }
}

extension Services {
    /// Sets the process's clock by the database's.
    func followClock() async throws(StoreError) {
        let pool = pool
        let (correction, isNews) = try await shared.clock.follow {
            () async throws(StoreError) in try await DatabaseExamination.clock(of: pool)
        }
        observer.corrects(clock: correction, isNews: isNews)
    }
}
