internal import Reactor

/// The points in time at which a connection's patience ends, one per thing it waits for.
struct Deadlines {
    enum Expired: Equatable {
        /// The client did not send in time.
        case input
        /// The client did not accept in time.
        case output
        /// The handler did not answer in time.
        case answer
    }

    var input = LoopTime.never
    var output = LoopTime.never
    var answer = LoopTime.never

    /// The first of them.
    var next: LoopTime { min(input, min(output, answer)) }

    /// Takes out one that has passed at `now`. A client that does not accept comes first: telling
    /// it anything else would be in vain.
    mutating func takeExpired(at now: LoopTime) -> Expired? {
        if output <= now {
            output = .never
            return .output
        }
        if input <= now {
            input = .never
            return .input
        }
        if answer <= now {
            answer = .never
            return .answer
        }
        return nil
    }
}

/// The timeouts of the configuration, without what is costly to copy along with them.
struct Timeouts {
    let idle: LoopTime.Interval
    let header: LoopTime.Interval
    let body: LoopTime.Interval
    let write: LoopTime.Interval
    let request: LoopTime.Interval
    let linger: LoopTime.Interval

    init(_ configuration: HTTPServerConfiguration) {
        idle = LoopTime.Interval(configuration.idleTimeout)
        header = LoopTime.Interval(configuration.headerTimeout)
        body = LoopTime.Interval(configuration.bodyTimeout)
        write = LoopTime.Interval(configuration.writeTimeout)
        request = LoopTime.Interval(configuration.requestTimeout)
        linger = LoopTime.Interval(configuration.lingerTimeout)
    }
}
