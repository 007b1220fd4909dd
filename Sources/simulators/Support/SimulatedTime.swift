/// A point on a simulator's own clock: milliseconds since the Unix epoch.
package struct SimulatedTime: Comparable, Hashable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        milliseconds = seconds * 1_000
    }

    /// Whole seconds since the Unix epoch, as vendors print them.
    package var seconds: Int64 { milliseconds / 1_000 }

    package static func < (earlier: SimulatedTime, later: SimulatedTime) -> Bool {
        earlier.milliseconds < later.milliseconds
    }

    package static func + (time: SimulatedTime, wait: Duration) -> SimulatedTime {
        SimulatedTime(milliseconds: time.milliseconds + wait.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
