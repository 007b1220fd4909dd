extension Stripe {
    /// The first result of each idempotency key (section 1), for 24 hours of the vendor's clock.
    typealias IdempotencyKeys = KeyedResults<Fingerprint, SimulatedReply>

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
