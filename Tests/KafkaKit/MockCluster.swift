#if Kafka
internal import CRdkafka

/// A Kafka cluster inside this process: librdkafka's own, which speaks the wire protocol to any
/// client over the loopback. Ends with its last reference.
@safe package final class MockCluster: @unchecked Sendable {
    // Safe because: librdkafka's calls are thread-safe.
    private let host: OpaquePointer
    private let cluster: OpaquePointer

    package struct Failure: Error {
        let message: String
    }

    /// - Parameter brokers: how many, numbered from 1. Topics are made when they are first named,
    ///   of four partitions each.
    package init(brokers: Int32 = 1) throws {
        guard let settings = unsafe rd_kafka_conf_new() else {
            throw Failure(message: "out of memory")
        }
        unsafe rd_kafka_conf_set_log_cb(settings, nil)
        guard let host = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, settings, nil, 0) else {
            unsafe rd_kafka_conf_destroy(settings)
            throw Failure(message: "no client")
        }
        guard let cluster = unsafe rd_kafka_mock_cluster_new(host, brokers) else {
            unsafe rd_kafka_destroy(host)
            throw Failure(message: "no cluster")
        }
        unsafe self.host = host
        unsafe self.cluster = cluster
    }

    deinit {
        unsafe rd_kafka_mock_cluster_destroy(cluster)
        unsafe rd_kafka_destroy(host)
    }

    /// `host:port`, separated by commas.
    package var bootstrap: String {
        unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    package func makeTopic(_ name: String, partitions: Int32) {
        unsafe rd_kafka_mock_topic_create(cluster, name, partitions, 1)
    }

    /// Every broker drops its connections and takes no new ones.
    package func takeDown() { unsafe rd_kafka_mock_broker_set_down(cluster, -1) }
    package func bringUp() { unsafe rd_kafka_mock_broker_set_up(cluster, -1) }

    /// The next messages are written, but their sender hears of it so much later.
    package func delayConfirmation(milliseconds: Int32, broker: Int32 = 1) {
        unsafe kafka_mock_push_answer(
            cluster,
            broker,
            Self.produce,
            RD_KAFKA_RESP_ERR_NO_ERROR,
            milliseconds
        )
    }

    /// The next messages are refused in a way that may be repeated, or the connection is lost.
    package func failNextWrites(_ count: Int, losingConnection: Bool, broker: Int32 = 1) {
        let error =
            losingConnection
            ? RD_KAFKA_RESP_ERR__TRANSPORT : RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
        for _ in 0..<count {
            unsafe kafka_mock_push_answer(cluster, broker, Self.produce, error, 0)
        }
    }

    /// The next messages are refused for good, as a topic's limit would.
    package func refuseNextWrite(broker: Int32 = 1) {
        unsafe kafka_mock_push_answer(
            cluster,
            broker,
            Self.produce,
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
            0
        )
    }

    private static let produce: Int16 = 0
}
#endif
