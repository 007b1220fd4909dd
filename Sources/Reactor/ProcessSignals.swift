@unsafe @preconcurrency import Dispatch
import Glibc

/// What an operator says to a running process, as something to wait for.
package enum ProcessSignals {
    /// What the signals that come from now on mean, each by its number; none of them has its default
    /// action any more.
    ///
    /// A mask that holds them back would not do: under an asynchronous `main` the first thread ends
    /// in a wait that lets every signal through.
    package static func stream<Meaning: Sendable>(
        _ meanings: [Int32: Meaning]
    ) -> AsyncStream<Meaning> {
        AsyncStream { continuation in
            let sources = meanings.map { number, meaning in
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
