import Glibc
package import PaymentCore

/// The wall clock, for requests whose protocol wants a time in them and for rules that go by the
/// day. Everything else has its time from what it is asked.
package enum VendorClock {
    /// Tests bind a time of their own.
    @TaskLocal package static var now: @Sendable () -> Timestamp = { system }

    private static var system: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        )
    }
}
