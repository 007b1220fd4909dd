import Glibc
internal import HTTP
internal import Reactor

/// The value of the Date field, remade once a second.
struct DateCache {
    /// Bytes of every date.
    static let length = 29

    private var bytes: [UInt8] = []
    /// When the second ends that `bytes` names.
    private var expiry: LoopTime?

    /// The date of `now`, which counts on the clock of the loop.
    mutating func value(at now: LoopTime) -> [UInt8] {
        if let expiry, now < expiry { return bytes }
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        bytes = HTTPDate.bytes(secondsSince1970: Int64(time.tv_sec))
        expiry = now.advanced(by: .nanoseconds(1_000_000_000 - time.tv_nsec))
        return bytes
    }
}
