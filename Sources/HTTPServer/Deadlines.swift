/// The points in time at which a connection's patience ends, one per thing it waits for.
struct Deadlines {
    typealias Instant = ContinuousClock.Instant

    enum Expired: Equatable {
        /// The client did not send in time.
        case input
        /// The client did not accept in time.
        case output
        /// The handler did not answer in time.
        case answer
    }

    var input: Instant?
    var output: Instant?
    var answer: Instant?

    /// The first of them.
    var next: Instant? {
        var earliest = input
        if let output, earliest.map({ output < $0 }) ?? true { earliest = output }
        if let answer, earliest.map({ answer < $0 }) ?? true { earliest = answer }
        return earliest
    }

    /// Takes out one that has passed at `now`. A client that does not accept comes first: telling
    /// it anything else would be in vain.
    mutating func takeExpired(at now: Instant) -> Expired? {
        if let output, output <= now {
            self.output = nil
            return .output
        }
        if let input, input <= now {
            self.input = nil
            return .input
        }
        if let answer, answer <= now {
            self.answer = nil
            return .answer
        }
        return nil
    }
}
