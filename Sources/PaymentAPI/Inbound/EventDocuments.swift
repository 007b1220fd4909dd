internal import JSON
internal import Observability
package import PaymentCore

/// The data of other services' events, read; and of the events that reply, written. Members that
/// are not known are passed over: the documents are not ours.
package struct EventDocuments: InboundDocuments {
    package init() {}

    package func fact(in event: CloudEvent) throws(InboundRefusal) -> InboundFact {
        guard let kind = event.kind else { throw InboundRefusal(.unknownType, event.type) }
        guard let data = try? JSONValue.parse(Array(event.data.utf8)),
            case .object(let object) = data
        else { throw InboundRefusal(.malformed, "data is no JSON object") }
        var fields = Fields(object, at: "/data")
        let fact = kind.read(&fields)
        guard let fact, fields.problems.isEmpty else {
            let places = fields.problems.prefix(5).map { "\($0.pointer) \($0.code.rawValue)" }
            throw InboundRefusal(.malformed, places.joined(separator: ", "))
        }
        return fact
    }

    package func masked(_ event: CloudEvent) -> CloudEvent {
        // Its id, source and type say which event it is: hiding a part would make one of two. None
        // of them holds a card number, or it would not have been an event.
        var event = event
        event.subject = event.subject.map(Masking.masked)
        event.tenant = event.tenant.map(Masking.masked)
        event.correlation = event.correlation.map(Masking.masked)
        // A span may be sixteen digits that look like a card's.
        event.traceparent = event.traceparent.map {
            TracingField.isTraceparent($0) ? $0 : Masking.masked($0)
        }
        event.data = Masking.masked(event.data)
        return event
    }

    package func document(of event: CloudEvent) -> String {
        let event = masked(event)
        var writer = JSONWriter()
        writer.object { object in
            object.member("specversion", "1.0")
            object.attributes(of: event)
            if let tenant = event.tenant { object.member("tenant", tenant) }
            object.member("data", raw: Array(event.data.utf8))
        }
        return writer.text
    }

    package func event(in document: String) -> CloudEvent? {
        // Silence is right: what was not an event when it came is not one now.
        try? CloudEventReader.event(structured: Array(document.utf8))
    }

    package func eventData(of end: InboundEnd) -> String {
        var writer = JSONWriter()
        writer.object { data in
            data.member("inbound_event_id", end.event.id.description)
            data.object("event") { $0.attributes(of: end.event.event) }
            data.member("outcome", end.state.rawValue)
            data.member("reason", end.reason?.rawValue)
            data.member("detail", end.detail)
            data.member("intent_id", end.intent?.description)
            if let drawer = end.drawer {
                data.object("drawer") { $0.members(of: drawer) }
            }
        }
        return writer.text
    }
}

extension JSONWriter {
    /// An event's own attributes, without its data.
    mutating func attributes(of event: CloudEvent) {
        member("id", event.id)
        member("source", event.source)
        member("type", event.type)
        if let subject = event.subject { member("subject", subject) }
        if let time = event.time { member("time", time.rfc3339) }
        if let sequence = event.sequence { member("sequence", "\(sequence)") }
        if let correlation = event.correlation { member("correlationid", correlation) }
        if let traceparent = event.traceparent { member("traceparent", traceparent) }
    }

    fileprivate mutating func members(of match: DrawerMatch) {
        member("agrees", match.agrees)
        member("matched", match.matched)
        array("missing") { array in for id in match.missing { array.element(id.description) } }
        array("unknown") { array in for id in match.unknown { array.element(id) } }
        array("differing") { array in for id in match.differing { array.element(id) } }
        member("expected_amount", match.expected)
        member("counted_amount", match.counted)
    }
}
