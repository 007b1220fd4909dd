internal import JSON

// Events and their receivers.
extension Stripe.Control {
    static func webhooks(
        _ call: Call,
        _ simulator: StripeSimulator
    ) throws(Misuse) -> Reply {
        switch (call.method, call.path[0], call.path.count) {
        case ("GET", "webhooks", 1):
            let isIdle = simulator.areWebhooksIdle
            return Reply { $0.member("idle", isIdle) }
        case ("GET", "webhook_endpoints", 1): return endpoints(simulator)
        case ("PUT", "webhook_endpoints", 1):
            let endpoints = try read(call) { fields throws(JSONFieldErrors) in
                let endpoints = fields.required("endpoints", .array(.endpoint, count: 0...100))
                return try fields.finish(endpoints)
            }
            simulator.setWebhookEndpoints(endpoints)
            return self.endpoints(simulator)
        case ("POST", "events", 1):
            let (type, object) = try read(call) { fields throws(JSONFieldErrors) in
                let type = fields.required("type", .string(bytes: 1...100))
                let object = fields.required("object", .any)
                return try fields.finish(type, object)
            }
            simulator.sendEvent(type, object: object.bytes())
            return Reply(status: 201) { _ in }
        case ("POST", "events", 3) where call.path[2] == "resend":
            try refusing { () throws(StripeSimulator.Refusal) in
                try simulator.resendEvent(call.path[1])
            }
            return Reply { _ in }
        default: throw .unknown
        }
    }

    /// Secrets are not shown again.
    private static func endpoints(_ simulator: StripeSimulator) -> Reply {
        let endpoints = simulator.webhookEndpoints
        return Reply { reply in
            reply.array("endpoints") { list in
                for endpoint in endpoints {
                    list.object { object in
                        object.member("url", endpoint.url)
                        object.member("secrets", endpoint.secrets.count)
                        object.array("types") { types in
                            for type in endpoint.types.sorted() { types.element(type) }
                        }
                    }
                }
            }
        }
    }
}

extension JSONReader<StripeSimulator.WebhookEndpoint> {
    fileprivate static var endpoint: Self {
        .object { fields throws(JSONFieldErrors) in
            let url = fields.required("url", .string(bytes: 1...2_000))
            let secrets = fields.required("secrets", .array(.string(bytes: 1...200), count: 1...5))
            let types = fields.optional("types", .array(.string(bytes: 1...100)))
            let required = try fields.finish(url, secrets)
            return StripeSimulator.WebhookEndpoint(
                url: required.0,
                secrets: required.1,
                types: Set(types ?? [])
            )
        }
    }
}
