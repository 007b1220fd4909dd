/// A message on its way to a topic.
package struct KafkaMessage: Sendable {
    package let topic: String
    /// Messages of one key go to one partition, in the order in which they are sent.
    package let key: [UInt8]
    package let headers: [KafkaHeader]
    package let value: [UInt8]
    /// Milliseconds since 1970.
    package let timestamp: Int64

    package init(
        topic: String,
        key: [UInt8],
        headers: [KafkaHeader],
        value: [UInt8],
        timestamp: Int64
    ) {
        self.topic = topic
        self.key = key
        self.headers = headers
        self.value = value
        self.timestamp = timestamp
    }
}

package struct KafkaHeader: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A message as it came from a topic.
package struct ReceivedMessage: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    package let key: [UInt8]?
    /// A header without a value is left out; bytes that are not UTF-8 are replaced.
    package let headers: [KafkaHeader]
    package let value: [UInt8]

    package init(
        topic: String,
        partition: Int32,
        offset: Int64,
        key: [UInt8]?,
        headers: [KafkaHeader],
        value: [UInt8]
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.headers = headers
        self.value = value
    }

    /// The first header of this name, whatever the case of its letters.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}

/// What became of a received message.
package enum KafkaVerdict: Sendable {
    /// It is never handed over again.
    case done
    /// It is handed over again after a while, and its partition waits for it.
    case later
}

/// What a client reports of itself apart from its results.
package enum KafkaNotice: Sendable {
    /// Something that librdkafka goes on from by itself, such as a broker that is away.
    case trouble(String)
    case log(String)
}
