@unsafe @preconcurrency import Dispatch
import Glibc

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
        AsyncStream { continuation in
            let sources = [(SIGTERM, Signal.stop), (SIGINT, .stop), (SIGHUP, .reload)].map {
                (number, meaning) in
                // The default action must not run beside ours.
                _ = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { continuation.yield(meaning) }
                source.resume()
                return source
            }
            continuation.onTermination = { _ in for source in sources { source.cancel() } }
        }
    }
}
