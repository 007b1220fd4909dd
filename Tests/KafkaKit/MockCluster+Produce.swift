#if Kafka
package import Kafka
package import Reactor

extension MockCluster {
    /// Sends the messages through a producer of their own; returns when all are written.
    package func produce(
        _ messages: [KafkaMessage],
        on loop: EventLoop,
        _ blocking: BlockingPool
    ) async throws {
        let bootstrap = bootstrap
        try await loop.submit {
            let producer = try KafkaProducer(
                loop: loop,
                blocking: blocking,
                configuration: KafkaConfiguration(["bootstrap.servers": bootstrap]),
                notice: { _ in }
            )
            try await producer.send(messages)
            await producer.close()
        }
    }
}
#endif
