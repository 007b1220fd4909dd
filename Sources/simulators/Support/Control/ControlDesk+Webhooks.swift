internal import JSON

// Events and their receivers.
extension Simulator {
    func webhooks(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        switch (call.method, call.path[0], call.path.count) {
        case ("GET", "webhook_endpoints", 1): return endpoints()
        case ("PUT", "webhook_endpoints", 1):
            let reader = Vendor.Endpoint.reader
            setWebhookEndpoints(try call.read("endpoints", .array(reader, count: 0...100)))
            return endpoints()
        case ("POST", "events", 1):
            let (type, object) = try call.read { fields throws(JSONFieldErrors) in
                let type = fields.required("type", .string(bytes: 1...100))
                let object = fields.required("object", .any)
                return try fields.finish(type, object)
            }
            try sendEvent(type, object: object)
            return ControlReply(status: 201)
        case ("POST", "events", 3) where call.path[2] == "resend":
            try resendEvent(call.path[1])
            return ControlReply()
        default: throw .unknown
        }
    }

    /// Secrets are not shown again.
    private func endpoints() -> ControlReply {
        let endpoints = webhookEndpoints
        return ControlReply { reply in
            reply.array("endpoints") { list in
                for endpoint in endpoints { list.object { endpoint.write(to: &$0) } }
            }
        }
    }
}
