import Glibc
import PaymentCore
import Synchronization

/// What has arrived at one place: how much came for the first time, and how old it was then.
final class Arrivals: Sendable {
    private struct State {
        var known: Set<String> = []
        var repeated = 0
        /// Since the last report, in milliseconds.
        var ages: [Double] = []
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - id: the event's; what comes again under it is counted apart.
    ///   - time: when it happened, as it says itself.
    func note(_ id: String, happened time: String) {
        guard let happened = Timestamp(rfc3339: time) else { return }
        let age: Duration = Self.now - happened
        state.withLock { state in
            if state.known.insert(id).inserted {
                state.ages.append(Double(age.microseconds) / 1_000)
            } else {
                state.repeated += 1
            }
        }
    }

    /// `known repeated p50 p99 max`: how many events ever came, how many came again, and the ages in
    /// milliseconds of those that came since the last report.
    func report() -> String {
        let (known, repeated, ages) = state.withLock { state in
            defer { state.ages = [] }
            return (state.known.count, state.repeated, state.ages.sorted())
        }
        func quantile(_ share: Double) -> Int {
            ages.isEmpty ? 0 : Int(ages[Int(Double(ages.count - 1) * share)].rounded())
        }
        return "\(known) \(repeated) \(quantile(0.5)) \(quantile(0.99)) \(quantile(1))\n"
    }
}

extension Arrivals {
    private static var now: Timestamp {
        var time = timespec()
        // Cannot fail: the clock exists and the pointer is ours.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// One place for each name that is asked for.
final class Places: Sendable {
    private let places = Mutex<[String: Arrivals]>([:])

    subscript(name: String) -> Arrivals {
        places.withLock { places in
            if let known = places[name] { return known }
            let made = Arrivals()
            places[name] = made
            return made
        }
    }
}
