#if Kafka
internal import CRdkafka
internal import Synchronization

/// Reads topics from their beginning, outside any group. A thread of its own: reading blocks.
@safe package final class TopicReader: @unchecked Sendable {
    // Safe because: librdkafka's calls are thread-safe, and what was read is behind a lock.
    package struct Record: Sendable {
        package let topic: String
        package let partition: Int32
        package let offset: Int64
        package let key: String
        package let headers: [String: String]
        package let value: [UInt8]
    }

    private let client: OpaquePointer

    /// - Parameter partitions: how many the topic has; none may be added later.
    package init(_ bootstrap: String, topics: [String], partitions: Int32 = 4) throws {
        guard let settings = unsafe rd_kafka_conf_new() else {
            throw MockCluster.Failure(message: "out of memory")
        }
        for (name, value) in [
            ("bootstrap.servers", bootstrap), ("group.id", "reader"),
            ("auto.offset.reset", "earliest"), ("enable.auto.commit", "false"),
            ("allow.auto.create.topics", "true"), ("reconnect.backoff.max.ms", "500"),
            // The mock cluster answers a fetch that found nothing only when this is over.
            ("fetch.wait.max.ms", "10"),
        ] {
            unsafe rd_kafka_conf_set(settings, name, value, nil, 0)
        }
        unsafe rd_kafka_conf_set_log_cb(settings, nil)
        guard let client = unsafe rd_kafka_new(RD_KAFKA_CONSUMER, settings, nil, 0),
            let list = unsafe rd_kafka_topic_partition_list_new(4)
        else { throw MockCluster.Failure(message: "no client") }
        unsafe self.client = client
        unsafe rd_kafka_poll_set_consumer(client)
        for topic in topics {
            for partition in 0..<partitions {
                unsafe rd_kafka_topic_partition_list_add(list, topic, partition)
                    .pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
            }
        }
        unsafe rd_kafka_assign(client, list)
        unsafe rd_kafka_topic_partition_list_destroy(list)
    }

    deinit {
        unsafe rd_kafka_consumer_close(client)
        unsafe rd_kafka_destroy(client)
    }

    /// What came since the last look, waiting at most so long for the first of it. Blocks.
    package func read(milliseconds: Int32 = 100) -> [Record] {
        var found: [Record] = []
        var patience = milliseconds
        while let message = unsafe rd_kafka_consumer_poll(client, patience) {
            patience = 0
            if unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                unsafe found.append(Self.record(message))
            }
            unsafe rd_kafka_message_destroy(message)
        }
        return found
    }

    private static func record(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Record {
        let content = unsafe message.pointee
        return unsafe Record(
            topic: String(cString: rd_kafka_topic_name(content.rkt)),
            partition: content.partition,
            offset: content.offset,
            key: String(decoding: bytes(content.key, content.key_len), as: UTF8.self),
            headers: headers(of: message),
            value: bytes(content.payload, content.len)
        )
    }

    private static func headers(
        of message: UnsafeMutablePointer<rd_kafka_message_t>
    ) -> [String: String] {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return [:] }
        var found: [String: String] = [:]
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        var index = 0
        while unsafe rd_kafka_header_get_all(list, index, &name, &value, &length)
            == RD_KAFKA_RESP_ERR_NO_ERROR
        {
            if let name = unsafe name {
                found[unsafe String(cString: name)] =
                    unsafe String(decoding: bytes(value, length), as: UTF8.self)
            }
            index += 1
        }
        return found
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8] {
        guard let start = unsafe start else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
#endif
