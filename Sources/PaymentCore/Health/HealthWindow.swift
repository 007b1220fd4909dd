/// The calls of the last while, counted in slices of a twelfth of it, so that what is old falls out
/// without a list of calls. Time is an argument; a clock that steps back changes nothing.
package struct HealthWindow: Sendable, Hashable {
    package struct Counts: Sendable, Hashable {
        package var calls = 0
        package var failed = 0
        package var timedOut = 0
        package var slow = 0
        /// The sum of the calls' durations.
        package var time: Duration = .zero
        package var slowest: Duration = .zero

        package init() {}

        /// The mean duration of a call; zero without calls.
        package var meanTime: Duration { calls == 0 ? .zero : time / calls }

        fileprivate mutating func add(_ other: Counts) {
            calls += other.calls
            failed += other.failed
            timedOut += other.timedOut
            slow += other.slow
            time += other.time
            slowest = max(slowest, other.slowest)
        }
    }

    private struct Slice: Sendable, Hashable {
        var number: Int64
        var counts = Counts()
    }

    private static let slicesPerWindow: Int64 = 12

    private let sliceLength: Int64
    private let slowAfter: Duration
    /// Oldest first, at most ``slicesPerWindow``.
    private var slices: [Slice] = []

    package init(_ settings: HealthSettings) {
        sliceLength = max(1, settings.window.microseconds / Self.slicesPerWindow)
        slowAfter = settings.slowAfter
    }

    package mutating func add(_ symptom: CallSymptom, took time: Duration, at now: Timestamp) {
        let number = max(now.microseconds / sliceLength, slices.last?.number ?? .min)
        if slices.last?.number != number {
            slices.removeAll { $0.number <= number - Self.slicesPerWindow }
            slices.append(Slice(number: number))
        }
        var counts = Counts()
        switch symptom {
        case .silent: return
        case .well: break
        case .failed: counts.failed = 1
        case .timedOut: counts.timedOut = 1
        }
        counts.calls = 1
        counts.slow = time >= slowAfter ? 1 : 0
        counts.time = time
        counts.slowest = time
        slices[slices.count - 1].counts.add(counts)
    }

    /// What the window holds now.
    package func counts(at now: Timestamp) -> Counts {
        let oldest = now.microseconds / sliceLength - Self.slicesPerWindow
        return slices.reduce(into: Counts()) { sum, slice in
            if slice.number > oldest { sum.add(slice.counts) }
        }
    }

    package mutating func clear() {
        slices = []
    }
}

extension HealthWindow.Counts {
    /// Why these calls show a failing vendor; nil when they do not.
    package func illness(by settings: HealthSettings) -> Illness? {
        guard calls >= settings.leastCalls else { return nil }
        if (failed + timedOut) * 100 >= settings.failurePercent * calls {
            return timedOut > failed ? .timeouts : .failures
        }
        return slow * 100 >= settings.slowPercent * calls ? .slowness : nil
    }
}

/// Why a vendor is left alone.
package enum Illness: String, Sendable, CaseIterable {
    case failures
    case timeouts
    case slowness
    /// It was probed, and failed again.
    case probeFailed = "probe_failed"
}
