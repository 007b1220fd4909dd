#if !Kafka
package import Reactor

// What stands in for the clients in a program without librdkafka: they cannot be made.

package final class KafkaProducer: Sendable {
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: KafkaConfiguration,
        notice: @escaping (KafkaNotice) -> Void
    ) throws(KafkaError) {
        throw KafkaError(.notBuilt, "this program was built without Kafka")
    }

    package final class Batch: Sendable {
        package var hasFailed: Bool { false }
    }

    package func send(_ messages: [KafkaMessage]) async throws(KafkaError) {}
    package func hand(_ messages: [KafkaMessage]) async -> Batch { Batch() }
    package func confirm(_ batch: Batch) async -> KafkaReceipt {
        KafkaReceipt(confirmed: 0, error: nil)
    }
    package var hasFailed: Bool { false }
    package func settle() async {}
    package func close() async {}
}

package final class KafkaConsumer: Sendable {
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: KafkaConfiguration,
        group: String,
        topics: [String],
        notice: @escaping (KafkaNotice) -> Void,
        handle: @escaping (ReceivedMessage) async -> KafkaVerdict
    ) throws(KafkaError) {
        throw KafkaError(.notBuilt, "this program was built without Kafka")
    }

    package func close() async {}
}
#endif
