internal import HTTP

// Events out: which endpoint gets what, and how it went.
extension SimulatorMachine {
    /// A request to an endpoint, ready to send.
    struct Posting: Sendable {
        let delivery: WebhookQueue.Delivery
        let request: HTTPRequest
    }

    /// Queues the events that calls and time have caused since the last time.
    ///
    /// - Parameter now: the real clock, in milliseconds from any start.
    mutating func queueEvents(at now: SimulatedTime) {
        let notices = vendor.outbox
        guard !notices.isEmpty else { return }
        vendor.outbox = []
        for notice in notices {
            let endpoints = vendor.endpoints
            let receivers = endpoints.indices.filter { endpoints[$0].takes(notice.type) }
            guard !receivers.isEmpty else { continue }
            vendor.queued(notice.event, for: receivers)
            let faults = webhookFaults.strike(notice.type) { notice.parameters[$0] }
            for endpoint in receivers {
                webhooks.add(event: notice.event, endpoint: endpoint, faults, at: now)
            }
        }
    }

    /// What to send now; each posting must be reported by `finished`.
    ///
    /// - Parameter unixTime: seconds; the signature's time, which receivers hold against their own.
    mutating func takePostings(at now: SimulatedTime, unixTime: Int64) -> [Posting] {
        webhooks.takeDue(at: now).compactMap { delivery in
            guard vendor.endpoints.indices.contains(delivery.endpoint),
                let request = vendor.request(for: delivery, unixTime: unixTime)
            else {
                _ = webhooks.finished(delivery, isAccepted: true, at: now)
                return nil
            }
            return Posting(delivery: delivery, request: request)
        }
    }

    /// - Parameter response: nil when none came.
    mutating func finished(_ posting: Posting, with response: HTTPResponse?, at now: SimulatedTime)
    {
        let answer = posting.delivery.losesAnswer ? nil : response
        let isAccepted = vendor.finished(posting.delivery, with: answer)
        _ = webhooks.finished(posting.delivery, isAccepted: isAccepted, at: now)
    }
}
