extension Stripe {
    /// The first result of each idempotency key (section 1), for 24 hours of the vendor's clock.
    struct IdempotencyKeys: Sendable {
        enum Claim: Sendable {
            /// Nobody has used the key: run, then `keep` the result or `free` the key.
            case first
            case replay(SimulatedReply)
            case refused(Failure)
        }

        private struct Use: Sendable {
            let fingerprint: Fingerprint
            let since: SimulatedTime
            /// Nil while the first call runs.
            var result: SimulatedReply?
        }

        private static let lifetime = Duration.seconds(24 * 3_600)

        private var uses: [String: Use] = [:]
        private var oldestFirst = Fifo<(key: String, since: SimulatedTime)>()
        private let limit: Int

        /// - Parameter limit: keys kept at most; nil keeps all of their 24 hours.
        init(limit: Int?) {
            self.limit = limit ?? .max
        }

        mutating func claim(
            _ key: String,
            _ fingerprint: Fingerprint,
            at now: SimulatedTime
        ) -> Claim {
            forgetOld(at: now)
            guard let use = uses[key] else {
                uses[key] = Use(fingerprint: fingerprint, since: now)
                oldestFirst.append((key: key, since: now))
                return .first
            }
            guard use.fingerprint == fingerprint else { return .refused(.otherParameters) }
            guard let result = use.result else { return .refused(.keyInUse) }
            return .replay(result)
        }

        mutating func keep(_ reply: SimulatedReply, for key: String) {
            uses[key]?.result = reply
        }

        /// Nothing ran: the key may be used anew.
        mutating func free(_ key: String) {
            uses[key] = nil
        }

        private mutating func forgetOld(at now: SimulatedTime) {
            while let (key, since) = oldestFirst.first,
                since + Self.lifetime <= now || oldestFirst.count > limit
            {
                _ = oldestFirst.popFirst()
                // A freed and reused key has a later entry of its own.
                if let use = uses[key], use.since == since, use.result != nil { uses[key] = nil }
            }
        }
    }

    /// What a call asked for, whatever the order of its parameters.
    struct Fingerprint: Hashable, Sendable {
        private let path: String
        private let count: Int
        /// Sums do not depend on the order; two, so that no chance makes two calls one.
        private let sums: [Int]

        init(_ call: SimulatedCall, _ pairs: [(name: String, value: String)]) {
            path = call.path
            count = pairs.count
            var sums = [0, 0]
            for pair in pairs {
                for index in sums.indices {
                    var hasher = Hasher()
                    hasher.combine(index)
                    hasher.combine(pair.name)
                    hasher.combine(pair.value)
                    sums[index] &+= hasher.finalize()
                }
            }
            self.sums = sums
        }
    }
}
