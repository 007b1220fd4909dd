import Glibc
import Reactor

/// What an operator says to a running process.
enum Signals {
    enum Signal: Sendable {
        /// SIGTERM or SIGINT: drain and stop; the second one stops at once.
        case stop
        /// SIGHUP: read certificates again.
        case reload
    }

    /// The process's signals, from now on.
    static func stream() -> AsyncStream<Signal> {
        ProcessSignals.stream([SIGTERM: .stop, SIGINT: .stop, SIGHUP: .reload])
    }
}
