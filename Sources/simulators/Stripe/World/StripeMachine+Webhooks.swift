internal import JSON

// Events out: which endpoint gets what, and how it went.
extension Stripe.Machine {
    /// A request to an endpoint, ready to send.
    struct Posting: Sendable {
        let delivery: WebhookQueue.Delivery
        let url: String
        let body: [UInt8]
        let signature: String
    }

    /// Queues the events that calls and time have caused since the last time.
    ///
    /// - Parameter now: the real clock, in milliseconds from any start.
    mutating func queueEvents(at now: SimulatedTime) {
        for event in world.takeEvents() {
            let receivers = endpoints.indices.filter { endpoints[$0].takes(event.type) }
            guard !receivers.isEmpty else { continue }
            world.events[event.id]?.pendingEndpoints = receivers
            let faults = faults(for: event)
            for endpoint in receivers {
                webhooks.add(event: event.id, endpoint: endpoint, faults, at: now)
            }
        }
    }

    /// What to send now; each posting must be reported by `finished`.
    ///
    /// - Parameter unixTime: seconds; the signature's time, which receivers hold against their own.
    mutating func takePostings(at now: SimulatedTime, unixTime: Int64) -> [Posting] {
        webhooks.takeDue(at: now).compactMap { delivery in
            guard let event = world.events[delivery.event],
                endpoints.indices.contains(delivery.endpoint)
            else {
                _ = webhooks.finished(delivery, isAccepted: true, at: now)
                return nil
            }
            let endpoint = endpoints[delivery.endpoint]
            var writer = JSONWriter(capacity: 2_048)
            world.write(event, to: &writer)
            let secrets = delivery.signature == .bad ? ["whsec_of_somebody_else"] : endpoint.secrets
            let time = delivery.signature == .stale ? unixTime - 3_600 : unixTime
            return Posting(
                delivery: delivery,
                url: endpoint.url,
                body: writer.bytes,
                signature: Stripe.Signature.field(
                    secrets: secrets,
                    time: time,
                    body: writer.bytes
                )
            )
        }
    }

    /// - Parameter isAccepted: the endpoint answered 2xx.
    mutating func finished(_ posting: Posting, isAccepted: Bool, at now: SimulatedTime) {
        let verdict = webhooks.finished(posting.delivery, isAccepted: isAccepted, at: now)
        switch verdict {
        case .triedAgainLater, .givenUp: break
        case .delivered:
            world.events[posting.delivery.event]?.pendingEndpoints.removeAll {
                $0 == posting.delivery.endpoint
            }
        }
    }

    private mutating func faults(for event: Stripe.Event) -> [WebhookFault] {
        guard !webhookFaults.isEmpty else { return [] }
        return webhookFaults.strike(event.type) { event.object.metadata?[$0] }
    }
}
