/// A simulator without sockets and clocks: calls in, answers and webhooks out.
///
/// A call is `begun`, may have to wait, and is `finished`; between the two others may come.
struct SimulatorMachine<Vendor: SimulatedVendor>: Sendable {
    /// A call on its way through.
    struct Visit: Sendable {
        /// How long to wait before `finish`.
        let delay: Duration
        fileprivate let number: Int
        fileprivate let stage: BegunCall<Vendor.Work>.Stage
        fileprivate let faults: [CallFault]
    }

    let configuration: SimulatorConfiguration<Vendor>
    var vendor: Vendor
    var journal: Journal
    var callFaults: FaultPlan<CallFault>
    var webhookFaults: FaultPlan<WebhookFault>
    var webhooks: WebhookQueue
    private var callsInSecond = 0
    private var currentSecond: Int64 = 0

    init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
        self.configuration = configuration
        vendor = Vendor(configuration, publicURL: publicURL)
        vendor.endpoints = configuration.webhookEndpoints
        journal = Journal(limit: configuration.journalLength)
        callFaults = FaultPlan(seed: configuration.seed &+ 1)
        webhookFaults = FaultPlan(seed: configuration.seed &+ 2)
        webhooks = WebhookQueue(configuration.webhookPolicy)
    }

    /// Takes a call in: the vendor's own checks, limits and faults.
    mutating func begin(_ call: SimulatedCall, at now: SimulatedTime) -> Visit {
        vendor.advance(to: now)
        let begun = vendor.begin(call)
        let number = journal.add { number in
            Journal.Entry(number: number, at: now, call, begun)
        }
        var faults: [CallFault] = []
        var stage = begun.stage
        switch begun.stage {
        case .refused: break
        case .answered, .ready:
            if isOverLimit(at: now) {
                if case .ready(let work) = begun.stage { vendor.abandon(work) }
                stage = .refused(vendor.refuse(.rateLimit))
            } else {
                faults = callFaults.strike(begun.operation ?? "") { name in
                    begun.parameters.first { $0.name == name }?.value
                }
            }
        }
        return Visit(
            delay: configuration.latency + begun.delay + faults.reduce(.zero) { $0 + $1.delay },
            number: number,
            stage: stage,
            faults: faults
        )
    }

    /// Makes the call's effect, unless a fault prevents it.
    mutating func finish(_ visit: Visit, at now: SimulatedTime) -> ReplyDelivery {
        vendor.advance(to: now)
        let reply = reply(to: visit)
        let deliveries = visit.faults.compactMap { $0.delivery(of: reply) }
        // What keeps the answer back goes before what changes it: there may be none.
        let delivery = deliveries.first(where: \.isSilent) ?? deliveries.first
        journal.update(visit.number) { entry in
            entry.status = reply.status
            entry.isReplay = reply.isReplay
            entry.faults = visit.faults
        }
        return delivery ?? .whole(reply)
    }

    private mutating func reply(to visit: Visit) -> SimulatedReply {
        var instead: SimulatedReply?
        var isKept = false
        for fault in visit.faults where instead == nil {
            guard let refusal = fault.refusal else { continue }
            if case .ready(let work) = visit.stage {
                instead = vendor.refuse(refusal.answer, work)
            } else {
                instead = vendor.refuse(refusal.answer)
            }
            isKept = refusal.isKept
        }
        switch visit.stage {
        case .refused(let reply), .answered(let reply):
            return instead ?? reply
        case .ready(let work):
            guard visit.faults.allSatisfy(\.letsEffectHappen) else {
                vendor.abandon(work)
                return instead ?? .nothing
            }
            let reply = vendor.perform(work, answering: isKept ? instead : nil)
            return instead ?? reply
        }
    }

    private mutating func isOverLimit(at now: SimulatedTime) -> Bool {
        guard let limit = configuration.callsPerSecond else { return false }
        if now.seconds != currentSecond {
            currentSecond = now.seconds
            callsInSecond = 0
        }
        callsInSecond += 1
        return callsInSecond > limit
    }
}
