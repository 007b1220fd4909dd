internal import Synchronization

/// What clients were promised, how they fared, what was done to the installation, and what broke.
final class Record: Sendable {
    /// What a payment must be in the end, going by the answers that its client got.
    struct Promise: Sendable {
        let intent: String
        let captured: Int64
        let refunded: Int64
        let status: String
    }

    /// One request of a client, however often it was repeated.
    struct Request: Sendable {
        let asked: ContinuousClock.Instant
        /// When it got its first answer, if only that the outcome is not known yet.
        var answered: ContinuousClock.Instant?
        /// When it got the answer that stays.
        var ended: ContinuousClock.Instant?
        var tries = 0
    }

    private struct State {
        var promises: [Promise] = []
        var requests: [Request] = []
        var violations: [String] = []
        var faults: [String: Int] = [:]
        var lastKill: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var promises: [Promise] { state.withLock { $0.promises } }
    var requests: [Request] { state.withLock { $0.requests } }
    var violations: [String] { state.withLock { $0.violations } }
    var faults: [String: Int] { state.withLock { $0.faults } }
    var lastKill: ContinuousClock.Instant? { state.withLock { $0.lastKill } }

    func promise(_ promise: Promise) { state.withLock { $0.promises.append(promise) } }
    func note(_ request: Request) { state.withLock { $0.requests.append(request) } }
    func noteFault(_ name: String) { state.withLock { $0.faults[name, default: 0] += 1 } }

    func noteKill() {
        state.withLock {
            $0.lastKill = .now
            $0.faults["kill -9", default: 0] += 1
        }
    }

    func expect(_ isKept: Bool, _ promise: @autoclosure () -> String) {
        guard !isKept else { return }
        let words = promise()
        state.withLock { $0.violations.append(words) }
    }
}
