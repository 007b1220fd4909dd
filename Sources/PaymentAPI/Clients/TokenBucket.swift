/// The right to a steady rate of requests with bursts. A pure machine: time is an argument.
struct TokenBucket: Sendable, Hashable {
    /// Requests per second in the long run, and the largest burst.
    struct Rate: Sendable, Hashable {
        let perSecond: Int
        let burst: Int
    }

    enum Verdict: Sendable, Hashable {
        case admitted
        /// Whole seconds until a request would be admitted.
        case refused(retryAfter: Int)
    }

    // The moment at which the bucket will be full again says everything: it moves one interval
    // further with each request, and must not lead the present by more than the burst.
    private var fullAt: ContinuousClock.Instant

    init(full now: ContinuousClock.Instant) {
        fullAt = now
    }

    mutating func take(at now: ContinuousClock.Instant, _ rate: Rate) -> Verdict {
        let interval = Duration.nanoseconds(1_000_000_000 / Int64(max(rate.perSecond, 1)))
        let next = max(fullAt, now) + interval
        let lead = now.duration(to: next)
        let allowed = interval * max(rate.burst, 1)
        guard lead <= allowed else {
            let wait = (lead - allowed).components
            return .refused(retryAfter: Int(wait.seconds) + (wait.attoseconds > 0 ? 1 : 0))
        }
        fullAt = next
        return .admitted
    }

    /// Whether it equals a fresh one, so that nothing is lost by forgetting it.
    func isFull(at now: ContinuousClock.Instant) -> Bool { fullAt <= now }
}
