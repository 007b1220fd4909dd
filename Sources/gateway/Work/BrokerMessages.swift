import Kafka
import PaymentAPI
import PaymentCore

/// Events as Kafka messages: CloudEvents in binary mode, keyed by aggregate, so that the events of
/// one aggregate stay in order.
struct BrokerMessages: Sendable {
    private let namespace: String
    private let envelope: EventEnvelope
    private let topic: TopicTemplate

    init(namespace: String, topic: TopicTemplate) {
        self.namespace = namespace
        self.topic = topic
        envelope = EventEnvelope(namespace: namespace)
    }

    func message(of published: PublishedEvent, of tenant: TenantID) -> KafkaMessage {
        let event = published.event
        return KafkaMessage(
            topic: topic.topic(of: event.type, in: tenant, namespace: namespace),
            key: Array(event.aggregate.utf8),
            headers: envelope.attributes(of: published, of: tenant).map { name, value in
                // The one attribute that Kafka's binding gives a name of its own.
                KafkaHeader(name == "datacontenttype" ? "content-type" : "ce_\(name)", value)
            },
            value: Array(event.data.utf8),
            timestamp: event.occurredAt.microseconds / 1_000
        )
    }
}
