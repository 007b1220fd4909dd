package import HTTP
package import JSON

// Events out (section 5).
extension PayPal.Vendor {
    package func request(
        for delivery: WebhookQueue.Delivery,
        unixTime: Int64
    ) -> HTTPRequest? {
        guard let event = world.events[delivery.event] else { return nil }
        let endpoint = endpoints[delivery.endpoint]
        let age: Int64 = delivery.signature == .stale ? 5 * 86_400 : 0
        let transmission = PayPal.Transmission(
            id: PayPal.Transmission.id(event: event.id, endpoint: delivery.endpoint),
            time: SimulatedTime(seconds: unixTime - age).rfc3339(),
            webhookID: endpoint.webhookID,
            body: event.body
        )
        let message = transmission.message + (delivery.signature == .bad ? "0" : "")
        var fields = transmission.fields(
            signature: PayPal.SigningIdentity.shared.sign(message),
            certificateURL: world.certificateURL
        )
        fields.append(.contentType, "application/json")
        fields.append(.userAgent, "PayPal/AUHD-214.0")
        return HTTPRequest(method: .post, url: endpoint.url, fields: fields, body: event.body)
    }

    package mutating func send(_ type: String, _ object: JSONValue) {
        let resourceType = type.split(separator: ".").dropLast().last.map { $0.lowercased() }
        world.emit(type, resourceType ?? "resource", "As ordered", object.bytes(), [:])
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let known = world.events[event] else { throw ControlRefusal("No such event.") }
        world.outbox.append(Notice(event: event, type: known.type))
    }
}
