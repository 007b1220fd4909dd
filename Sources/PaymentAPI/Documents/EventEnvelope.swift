internal import JSON
package import PaymentCore

/// A published event as CloudEvents 1.0 (structured mode, JSON format). Extension attributes are
/// lower case without separators, as the specification wants them.
package struct EventEnvelope: Sendable {
    /// The first part of every type and of every source.
    private let namespace: String

    package init(namespace: String) {
        self.namespace = namespace
    }

    /// The full name: `<namespace>.payment.<aggregate>.<fact>.v1`.
    package func name(of type: EventName) -> String { "\(namespace).payment.\(type.rawValue).v1" }

    /// One event as a document of its own, as receivers get it.
    package func document(of published: PublishedEvent, of tenant: TenantID) -> [UInt8] {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { write(published, of: tenant, to: &$0) }
        return writer.bytes
    }

    /// A test event: of no aggregate, in no feed.
    func ping(
        _ id: EventID,
        to subscription: EventSubscriptionID,
        of tenant: TenantID,
        at now: Timestamp
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { event in
            event.member("specversion", "1.0")
            event.member("id", id.description)
            event.member("source", "urn:\(namespace):payments:\(tenant)")
            event.member("type", "\(namespace).payment.subscription.ping.v1")
            event.member("subject", subscription.description)
            event.member("time", now.rfc3339)
            event.member("datacontenttype", "application/json")
            event.member("tenant", tenant.description)
            event.object("data") { $0.member("subscription_id", subscription.description) }
        }
        return writer.bytes
    }

    /// The members of one envelope, into an object that is open.
    func write(_ published: PublishedEvent, of tenant: TenantID, to writer: inout JSONWriter) {
        for (name, value) in attributes(of: published, of: tenant) { writer.member(name, value) }
        writer.member("data", raw: Array(published.event.data.utf8))
    }

    /// What a broker's message says apart from its value, which is the event's data (binary mode).
    /// In the order of the document's members.
    package func attributes(
        of published: PublishedEvent,
        of tenant: TenantID
    ) -> [(name: String, value: String)] {
        let event = published.event
        var attributes = [
            (name: "specversion", value: "1.0"),
            ("id", event.id.description),
            ("source", "urn:\(namespace):payments:\(tenant)"),
            ("type", name(of: event.type)),
            ("subject", event.aggregate),
            ("time", event.occurredAt.rfc3339),
            ("datacontenttype", "application/json"),
            ("tenant", tenant.description),
            // What began elsewhere belongs to its initiator's conversation, everything else to its
            // aggregate; the request, event or job caused this.
            ("correlationid", event.conversation ?? event.aggregate),
        ]
        if let cause = event.correlation { attributes.append(("causationid", cause)) }
        if let traceparent = event.traceparent { attributes.append(("traceparent", traceparent)) }
        // Attributes have no 64-bit numbers, so these two are text.
        attributes.append(("sequence", String(event.sequence)))
        attributes.append(("position", String(published.position)))
        return attributes
    }
}
