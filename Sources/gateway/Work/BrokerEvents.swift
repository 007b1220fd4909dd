import Kafka
import PaymentAPI
import PaymentCore

/// Kafka messages as other services' events: CloudEvents 1.0 by its Kafka binding, in binary mode
/// (attributes are headers) and in structured mode (the value is the whole event).
enum BrokerEvents {
    private static let structured = "application/cloudevents"

    static func event(in message: ReceivedMessage) throws(CloudEventError) -> CloudEvent {
        let contentType = message.header("content-type")
        // Section 3: this alone tells the modes apart. There is no batch, and the reader says so.
        if contentType?.lowercased().hasPrefix(structured) == true {
            return try CloudEventReader.event(structured: message.value)
        }
        var attributes = message.headers.compactMap { header -> (name: String, value: String)? in
            let name = header.name.lowercased()
            return name.hasPrefix("ce_") ? (String(name.dropFirst(3)), header.value) : nil
        }
        // Some senders write it both ways; the attribute's own header is the one that counts.
        if let contentType, !attributes.contains(where: { $0.name == "datacontenttype" }) {
            attributes.append(("datacontenttype", contentType))
        }
        return try CloudEventReader.event(attributes: attributes, data: message.value)
    }

    /// Where a message was read; no other of its cluster has this place.
    static func origin(of message: ReceivedMessage) -> String {
        "kafka:\(message.topic)/\(message.partition)/\(message.offset)"
    }

    /// What an operator sees of a message that is not an event: its value's beginning.
    static func excerpt(of message: ReceivedMessage) -> String {
        String(decoding: message.value.prefix(16_384), as: UTF8.self)
    }
}
