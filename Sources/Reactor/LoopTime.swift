import Glibc

/// A point in time as the loops count it: nanoseconds of the clock that `ContinuousClock` reads.
///
/// One word, since deadlines are kept and compared for every request; the library's instant is an
/// opaque type that is copied through its witnesses.
package struct LoopTime: Sendable, Hashable, Comparable {
    private let nanoseconds: Int64

    /// Later than every deadline.
    package static let never = LoopTime(nanoseconds: .max)

    /// Now, read from the clock.
    package static var current: LoopTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return LoopTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// `instant` as a loop counts it.
    package init(_ instant: ContinuousClock.Instant) {
        self = LoopTime.epoch.time.advanced(by: LoopTime.epoch.instant.duration(to: instant))
    }

    /// The same point in time for those who do not know the loop.
    package var instant: ContinuousClock.Instant {
        LoopTime.epoch.instant.advanced(by: LoopTime.epoch.time.duration(to: self))
    }

    /// Saturates: what is centuries away is never.
    package func advanced(by duration: Duration) -> LoopTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = nanoseconds.addingReportingOverflow(whole)
        if overflow || carry { return seconds < 0 ? LoopTime(nanoseconds: 0) : .never }
        return LoopTime(nanoseconds: sum &+ attoseconds / 1_000_000_000)
    }

    package func duration(to other: LoopTime) -> Duration {
        .nanoseconds(other.nanoseconds - nanoseconds)
    }

    package static func < (one: LoopTime, other: LoopTime) -> Bool {
        one.nanoseconds < other.nanoseconds
    }

    /// One point in time in both counts.
    private static let epoch = (time: LoopTime.current, instant: ContinuousClock.now)
}
