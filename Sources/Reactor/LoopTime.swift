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

    /// A duration as a loop counts it: the library's has 128 bits, which cost to take apart what a
    /// deadline of every request need not cost.
    package struct Interval: Sendable, Hashable {
        fileprivate let nanoseconds: Int64

        /// Saturates: what is centuries long has no end.
        package init(_ duration: Duration) {
            let (seconds, attoseconds) = duration.components
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
            nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
        }
    }

    /// Saturates: what is centuries away is never.
    package func advanced(by interval: Interval) -> LoopTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(interval.nanoseconds)
        if overflow { return interval.nanoseconds < 0 ? LoopTime(nanoseconds: 0) : .never }
        return LoopTime(nanoseconds: sum)
    }

    package func advanced(by duration: Duration) -> LoopTime { advanced(by: Interval(duration)) }

    package func duration(to other: LoopTime) -> Duration {
        .nanoseconds(other.nanoseconds - nanoseconds)
    }

    package static func < (one: LoopTime, other: LoopTime) -> Bool {
        one.nanoseconds < other.nanoseconds
    }

    /// One point in time in both counts.
    private static let epoch = (time: LoopTime.current, instant: ContinuousClock.now)
}
