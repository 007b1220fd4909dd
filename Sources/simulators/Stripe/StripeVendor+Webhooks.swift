package import HTTP
package import JSON

// Events out (section 5).
extension Stripe.Vendor {
    package func request(
        for delivery: WebhookQueue.Delivery,
        unixTime: Int64
    ) -> HTTPRequest? {
        guard let event = world.events[delivery.event] else { return nil }
        let endpoint = endpoints[delivery.endpoint]
        var writer = JSONWriter(capacity: 2_048)
        world.write(event, to: &writer)
        let secrets = delivery.signature == .bad ? ["whsec_of_somebody_else"] : endpoint.secrets
        let time = delivery.signature == .stale ? unixTime - 3_600 : unixTime
        return HTTPRequest(
            method: .post,
            url: endpoint.url,
            fields: [
                .contentType: "application/json; charset=utf-8",
                .userAgent: "Stripe/1.0",
                "Stripe-Signature": Stripe.Signature.field(
                    secrets: secrets,
                    time: time,
                    body: writer.bytes
                ),
            ],
            body: writer.bytes
        )
    }

    package mutating func queued(_ event: String, for endpoints: [Int]) {
        world.events[event]?.pendingEndpoints = endpoints
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        guard response?.status.isSuccess == true else { return false }
        world.events[delivery.event]?.pendingEndpoints.removeAll { $0 == delivery.endpoint }
        return true
    }

    package mutating func send(_ type: String, _ object: JSONValue) {
        world.emit(type, .text(object.bytes()))
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        try acting { world throws(Stripe.Failure) in
            world.outbox.append(Notice(try world.event(event)))
        }
    }
}

extension Notice {
    init(_ event: Stripe.Event) {
        self.init(
            event: event.id,
            type: event.type,
            parameters: event.object.metadata?.values ?? [:]
        )
    }
}
