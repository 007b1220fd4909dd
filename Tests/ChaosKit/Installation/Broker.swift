internal import KafkaKit
internal import Reactor
internal import Synchronization

/// An event as one of its consumers got it.
struct Told: Sendable, Hashable {
    let id: String
    let subject: String
    /// Its place among those about the same subject.
    let sequence: Int64
}

/// A Kafka-speaking broker in this process, and somebody who reads the tenant's topic as it grows.
/// Without the trait `Kafka` there is none, and nothing is checked of it.
final class Broker: Sendable {
    private let heard = Mutex<[Told]>([])
    private let blocking = BlockingPool(name: "topic", threads: 1)

    /// Everything that was read, in the order of its partition.
    var told: [Told] { heard.withLock { $0 } }

    #if Kafka
    private let cluster: MockCluster

    init() throws { cluster = try MockCluster() }

    var settings: [String: String] {
        [
            "GATEWAY_KAFKA_BROKERS": cluster.bootstrap,
            "GATEWAY_KAFKA_TOPIC": "{namespace}.{tenant}",
        ]
    }

    func takeDown() { cluster.takeDown() }
    func bringUp() { cluster.bringUp() }

    /// Reads until cancelled.
    func read(tenant: String) async throws {
        let reader = try TopicReader(cluster.bootstrap, topics: ["melmastoon.\(tenant)"])
        while !Task.isCancelled {
            let records = try await blocking.run { reader.read(milliseconds: 200) }
            let told = records.map { record in
                Told(
                    id: record.headers["ce_id"] ?? "",
                    subject: record.key,
                    sequence: record.headers["ce_sequence"].flatMap { Int64($0) } ?? 0
                )
            }
            heard.withLock { $0 += told }
        }
    }
    #else
    init() throws {}
    var settings: [String: String] { [:] }
    func takeDown() {}
    func bringUp() {}
    func read(tenant: String) async throws {}
    #endif
}
