/// Events on their way to their receivers: at least once, in no particular order, with back-off.
///
/// Pure: the caller sends what is due and reports how it went. Its clock is the real one, since the
/// receivers live in real time.
package struct WebhookQueue: Sendable {
    /// How hard the vendor tries.
    package struct Policy: Sendable {
        /// The waits before the second, third, … try; none follows the last.
        package var waits: [Duration]
        /// Sent at the same time to one endpoint.
        package var parallel: Int
        /// While an event waits for its next try, all others to its endpoint wait with it.
        package var isBlocking = false

        package init(waits: [Duration], parallel: Int = 32) {
            self.waits = waits
            self.parallel = parallel
        }

        /// Each wait is twice the one before.
        ///
        /// - Parameter tries: in all, the first included.
        package static func doubling(
            from first: Duration,
            tries: Int,
            parallel: Int = 32
        ) -> Policy {
            Policy(waits: (1..<tries).map { first * (1 << min($0 - 1, 20)) }, parallel: parallel)
        }
    }

    package enum Signature: Sendable {
        case good
        case bad
        case stale
    }

    /// One sending of one event to one endpoint.
    package struct Delivery: Sendable {
        package let event: String
        package let endpoint: Int
        /// Tries so far, this one included once it is due.
        package fileprivate(set) var tries = 0
        package fileprivate(set) var signature = Signature.good
        /// What comes back gets lost on its way.
        fileprivate(set) var losesAnswer = false
    }

    /// What a finished try means for its event.
    enum Verdict: Sendable {
        case delivered
        case triedAgainLater
        case givenUp
    }

    private struct Parked {
        let delivery: Delivery
        var laterEvents: Int
        let due: SimulatedTime
    }

    private let policy: Policy
    private var waiting = Agenda<Delivery>()
    private var ready: [Int: Fifo<Delivery>] = [:]
    private var inFlight: [Int: Int] = [:]
    private var parked: [Parked] = []
    /// Endpoints that do not work, and when they are tried again.
    private var blocked: [Int: SimulatedTime] = [:]

    init(_ policy: Policy) {
        self.policy = policy
    }

    /// When to look again; nil when nothing waits for time to pass.
    var nextDue: SimulatedTime? {
        var next = waiting.nextDue
        for entry in parked { next = min(next ?? entry.due, entry.due) }
        for (endpoint, due) in blocked where ready[endpoint]?.isEmpty == false {
            next = min(next ?? due, due)
        }
        return next
    }

    /// Nothing is waiting and nothing is being sent.
    var isIdle: Bool {
        nextDue == nil && ready.values.allSatisfy { $0.isEmpty }
            && inFlight.values.allSatisfy { $0 == 0 }
    }

    mutating func add(
        event: String,
        endpoint: Int,
        _ faults: [WebhookFault],
        at now: SimulatedTime
    ) {
        release(endpoint: endpoint, at: now)
        var delivery = Delivery(event: event, endpoint: endpoint)
        var due = now
        var copies = 1
        var park: Parked?
        for fault in faults {
            switch fault {
            case .lose: return
            case .duplicate(let times): copies += times
            case .delay(let delay): due = due + delay
            case .badSignature: delivery.signature = .bad
            case .staleSignature: delivery.signature = .stale
            case .loseAnswer: delivery.losesAnswer = true
            case .reorder(let count, let patience):
                park = Parked(delivery: delivery, laterEvents: count, due: now + patience)
            }
        }
        if let park {
            parked.append(
                Parked(delivery: delivery, laterEvents: park.laterEvents, due: park.due)
            )
            copies -= 1
        }
        for _ in 0..<copies { waiting.enter(delivery, at: due) }
    }

    /// The deliveries to send now; each must be reported by `finished`.
    mutating func takeDue(at now: SimulatedTime) -> [Delivery] {
        for entry in parked where entry.due <= now { waiting.enter(entry.delivery, at: now) }
        parked.removeAll { $0.due <= now }
        while let (delivery, _) = waiting.take(dueBy: now) {
            ready[delivery.endpoint, default: Fifo()].append(delivery)
        }
        var deliveries: [Delivery] = []
        for endpoint in ready.keys.sorted() {
            if let end = blocked[endpoint], now < end { continue }
            while inFlight[endpoint, default: 0] < policy.parallel,
                var delivery = ready[endpoint]?.popFirst()
            {
                delivery.tries += 1
                inFlight[endpoint, default: 0] += 1
                deliveries.append(delivery)
            }
        }
        return deliveries
    }

    mutating func finished(
        _ delivery: Delivery,
        isAccepted: Bool,
        at now: SimulatedTime
    ) -> Verdict {
        inFlight[delivery.endpoint, default: 0] -= 1
        blocked[delivery.endpoint] = nil
        if isAccepted { return .delivered }
        guard delivery.tries <= policy.waits.count else { return .givenUp }
        var next = delivery
        next.signature = .good
        next.losesAnswer = false
        let due = now + policy.waits[delivery.tries - 1]
        waiting.enter(next, at: due)
        if policy.isBlocking { blocked[delivery.endpoint] = due }
        return .triedAgainLater
    }

    /// One more event has gone past those that wait to be overtaken.
    private mutating func release(endpoint: Int, at now: SimulatedTime) {
        guard !parked.isEmpty else { return }
        for index in parked.indices where parked[index].delivery.endpoint == endpoint {
            parked[index].laterEvents -= 1
            if parked[index].laterEvents <= 0 {
                // One millisecond behind the event that overtakes it.
                waiting.enter(parked[index].delivery, at: now + .milliseconds(1))
            }
        }
        parked.removeAll { $0.laterEvents <= 0 }
    }
}
