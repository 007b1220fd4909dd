internal import JSON
internal import PaymentCore

extension JSONWriter {
    /// What became of another service's event, without its data.
    mutating func members(of inbound: InboundEvent) {
        member("id", inbound.id.description)
        member("object", "inbound_event")
        object("event") { $0.attributes(of: inbound.event) }
        member("aggregate", inbound.aggregate)
        member("status", inbound.state.rawValue)
        member("reason", inbound.reason?.rawValue)
        member("detail", inbound.detail)
        member("intent_id", inbound.intent?.description)
        member("replays", inbound.replays)
        member("received_at", inbound.receivedAt.rfc3339)
    }
}
