import Glibc

/// The request to stop: SIGINT or SIGTERM, as something to wait for.
package struct TerminationSignal: Sendable {
    /// Holds both signals back for this thread and all that it starts; call it first in `main`,
    /// before any thread runs that would die of them.
    package init() {
        var signals = TerminationSignal.set
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Returns when one of them comes. Each call takes one signal: a second call waits for an
    /// impatient second.
    package func wait() async {
        await withCheckedContinuation { continuation in
            startThread(named: "signals") {
                var signals = TerminationSignal.set
                var received: Int32 = 0
                unsafe sigwait(&signals, &received)
                continuation.resume()
            }
        }
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe sigaddset(&signals, SIGTERM)
        return signals
    }
}
