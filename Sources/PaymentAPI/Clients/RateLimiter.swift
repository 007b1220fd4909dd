internal import PaymentCore
internal import Synchronization

/// Limits requests per API key and per client address. One for the process, in bounded memory.
package final class RateLimiter: Sendable {
    package struct Limits: Sendable, Hashable {
        /// Requests per second of one key, unless the key has a rate of its own.
        package var keyPerSecond: Int
        /// Requests per second of one address, counted before authentication.
        package var addressPerSecond: Int
        /// A burst holds this many seconds' worth of requests.
        package var burstSeconds: Int
        /// Buckets kept at once; full ones are forgotten first.
        package var maximumBuckets: Int

        package init(
            keyPerSecond: Int = 1_000,
            addressPerSecond: Int = 2_000,
            burstSeconds: Int = 2,
            maximumBuckets: Int = 65_536
        ) {
            self.keyPerSecond = keyPerSecond
            self.addressPerSecond = addressPerSecond
            self.burstSeconds = burstSeconds
            self.maximumBuckets = maximumBuckets
        }
    }

    private enum Subject: Hashable {
        case key(APIKeyID)
        case address(high: UInt64, low: UInt64)
    }

    private let limits: Limits
    private let buckets = Mutex<[Subject: TokenBucket]>([:])

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Seconds to wait when a request of this key must be refused, else nil.
    func refusal(of key: APIKey, at now: ContinuousClock.Instant) -> Int? {
        take(.key(key.id), rate(key.rateLimit ?? limits.keyPerSecond), now)
    }

    /// Seconds to wait when a request from this address must be refused, else nil. IPv6 clients
    /// own a /64, so that is what is counted.
    func refusal(of address: IPAddress, at now: ContinuousClock.Instant) -> Int? {
        let low = address.isIPv4 ? address.low : 0
        return take(
            .address(high: address.high, low: low),
            rate(limits.addressPerSecond),
            now
        )
    }

    private func rate(_ perSecond: Int) -> TokenBucket.Rate {
        TokenBucket.Rate(perSecond: perSecond, burst: perSecond * limits.burstSeconds)
    }

    private func take(
        _ subject: Subject,
        _ rate: TokenBucket.Rate,
        _ now: ContinuousClock.Instant
    ) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= limits.maximumBuckets, buckets[subject] == nil {
                makeRoom(in: &buckets, at: now)
            }
            switch buckets[subject, default: TokenBucket(full: now)].take(at: now, rate) {
            case .admitted: return nil
            case .refused(let seconds): return max(seconds, 1)
            }
        }
    }

    /// Full buckets are as good as none. When a flood of addresses leaves none full, all go: for a
    /// moment the limit is laxer, and memory stays bounded.
    private func makeRoom(
        in buckets: inout [Subject: TokenBucket],
        at now: ContinuousClock.Instant
    ) {
        buckets = buckets.filter { !$0.value.isFull(at: now) }
        if buckets.count >= limits.maximumBuckets { buckets.removeAll(keepingCapacity: true) }
    }
}
