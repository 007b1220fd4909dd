import Cryptography
import Glibc
import PaymentCore

/// The machine's clock.
struct SystemClock: WallClock {
    var now: Timestamp {
        var time = timespec()
        // Cannot fail: the clock exists and the pointer is ours.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        )
    }
}

/// Identifiers of time and the system's randomness.
struct SystemIdentifiers: IdentifierSource {
    var clock: any WallClock = SystemClock()

    func next() -> UUID7 {
        let random = BufferedRandom()
        return UUID7(
            milliseconds: UInt64(clamping: clock.now.milliseconds),
            randomHigh: random.next(),
            randomLow: random.next()
        )
    }
}
