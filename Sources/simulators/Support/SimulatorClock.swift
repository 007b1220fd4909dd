internal import Glibc

/// A simulator's clock: starts with the real one, may run faster, and can be put forward.
struct SimulatorClock: Sendable {
    private let start: SimulatedTime
    private let origin: ContinuousClock.Instant
    private let rate: Int
    private var advance = Duration.zero

    /// - Parameter rate: how many of its seconds pass in a real one.
    init(rate: Int) {
        precondition(rate > 0, "time goes forward")
        self.rate = rate
        start = SimulatedTime(seconds: WallClock.unixTime)
        origin = .now
    }

    var now: SimulatedTime { start + real * rate + advance }

    /// Real time since the start, for what happens outside the simulated world.
    var realNow: SimulatedTime { SimulatedTime(milliseconds: real.milliseconds) }

    mutating func advance(by duration: Duration) {
        precondition(duration >= .zero, "time goes forward")
        advance += duration
    }

    /// How long to wait really until the clock shows `time`.
    func wait(until time: SimulatedTime) -> Duration {
        .milliseconds(max(0, time.milliseconds - now.milliseconds + Int64(rate) - 1) / Int64(rate))
    }

    private var real: Duration { origin.duration(to: .now) }
}

/// The time of day that receivers of webhooks hold signatures against.
enum WallClock {
    /// Unix seconds.
    static var unixTime: Int64 {
        Int64(time(nil))
    }
}
