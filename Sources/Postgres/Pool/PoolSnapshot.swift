/// The figures of a pool at one moment, and its sums since the start.
package struct PoolSnapshot: Sendable, Hashable {
    package internal(set) var inUse = 0
    package internal(set) var idle = 0
    package internal(set) var opening = 0
    /// Callers that wait for a connection now.
    package internal(set) var waiting = 0

    /// Callers that were served at once.
    package internal(set) var servedAtOnce = 0
    /// Callers that were served after waiting, and their time together.
    package internal(set) var servedLater = 0
    package internal(set) var waitTime = Duration.zero
    /// Callers that gave up at their deadline.
    package internal(set) var timedOut = 0
    /// Callers refused because the queue was full.
    package internal(set) var refused = 0

    package internal(set) var opened = 0
    package internal(set) var closed = 0
    package internal(set) var failedToOpen = 0
    /// Idle connections that did not answer their probe.
    package internal(set) var failedProbes = 0
}
