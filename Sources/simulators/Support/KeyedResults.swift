/// The first result of each idempotency key, as long as the vendor keeps it.
///
/// - `Mark`: what is known of a call before it has run, such as a fingerprint of what it asked for.
struct KeyedResults<Mark: Sendable, Result: Sendable>: Sendable {
    enum Claim: Sendable {
        /// Nobody has used the key: run, then `keep` the result or `free` the key.
        case first
        /// The first call still runs.
        case running(Mark)
        case known(Mark, Result)
    }

    private struct Use: Sendable {
        let mark: Mark
        let number: Int
        /// Nil while the first call runs.
        var result: Result?
    }

    private var uses: [String: Use] = [:]
    private var ends = Agenda<(key: String, number: Int)>()
    private var claims = 0
    private let limit: Int

    /// - Parameter limit: keys kept at most; nil keeps all as long as the vendor would.
    init(limit: Int?) {
        self.limit = limit ?? .max
    }

    /// - Parameter lifetime: how long the vendor remembers the key, from now on.
    mutating func claim(
        _ key: String,
        _ mark: Mark,
        at now: SimulatedTime,
        lifetime: Duration
    ) -> Claim {
        while uses.count > limit, let oldest = ends.takeFirst() { forget(oldest) }
        while let (old, _) = ends.take(dueBy: now) { forget(old) }
        guard let use = uses[key] else {
            claims += 1
            uses[key] = Use(mark: mark, number: claims)
            ends.enter((key, claims), at: now + lifetime)
            return .first
        }
        guard let result = use.result else { return .running(use.mark) }
        return .known(use.mark, result)
    }

    mutating func keep(_ result: Result, for key: String) {
        uses[key]?.result = result
    }

    /// Nothing ran: the key may be used again.
    mutating func free(_ key: String) {
        uses[key] = nil
    }

    private mutating func forget(_ old: (key: String, number: Int)) {
        // A freed and reused key has a later end of its own; one that still runs stays.
        guard let use = uses[old.key], use.number == old.number, use.result != nil else { return }
        uses[old.key] = nil
    }
}

extension KeyedResults where Mark == Void {
    mutating func claim(_ key: String, at now: SimulatedTime, lifetime: Duration) -> Claim {
        claim(key, (), at: now, lifetime: lifetime)
    }
}
