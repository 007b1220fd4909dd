import Glibc
import PaymentCore

/// The machine's clock, for protocols whose requests say when they were signed. A dialect takes it
/// as a closure, so that tests can fix it.
enum SystemTime {
    @Sendable static func now() -> Timestamp {
        var time = timespec()
        // Cannot fail: the clock exists and the pointer is ours.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec))
    }
}
