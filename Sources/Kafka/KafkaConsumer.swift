#if Kafka
internal import CRdkafka
package import Reactor

/// Hands the messages of topics to a closure, as one of a group: those of a partition one after
/// the other in their order, those of different partitions side by side. Whoever dies or leaves
/// has its partitions taken over by the others, from the first message that is not done.
@safe package final class KafkaConsumer: @unchecked Sendable {
    // Safe because: touched only on its loop; librdkafka calls `rebalance` from `serve`.
    private let loop: EventLoop
    private let blocking: BlockingPool
    private let notice: (KafkaNotice) -> Void
    private let handle: (ReceivedMessage) async -> KafkaVerdict
    private let anchor = Anchor()
    private var client: KafkaClient?
    private var lanes: [Lane.Key: Lane] = [:]
    private var running = 0
    private var clock: Timer?

    private static let promises = [
        // An offset is stored once its message is done, and committed from the store.
        "enable.auto.commit": "true",
        "enable.auto.offset.store": "false",
        "log.queue": "false",
        // `rebalance` takes and gives all partitions at once.
        "partition.assignment.strategy": "range,roundrobin",
    ]

    private static let preferences = [
        "client.id": "payment-gateway",
        "auto.offset.reset": "earliest",
        "auto.commit.interval.ms": "1000",
        "queued.max.messages.kbytes": "16384",
        "reconnect.backoff.max.ms": "2000",
    ]

    /// How often librdkafka hears from us whatever comes; its limit is minutes.
    private static let heartbeat = Duration.seconds(1)
    private static let longestPause = Duration.seconds(10)

    /// Joins the group; messages come by themselves.
    ///
    /// - Parameters:
    ///   - blocking: where leaving the group waits.
    ///   - notice: called on the loop with what goes wrong apart from the messages.
    ///   - handle: runs on the loop; after `later` it is called again with the same message.
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: KafkaConfiguration,
        group: String,
        topics: [String],
        notice: @escaping (KafkaNotice) -> Void,
        handle: @escaping (ReceivedMessage) async -> KafkaVerdict
    ) throws(KafkaError) {
        self.loop = loop
        self.blocking = blocking
        self.notice = notice
        self.handle = handle
        let properties = KafkaConfiguration(Self.preferences)
            .with(configuration.properties).with(Self.promises).with(["group.id": group])
        let anchor = anchor
        let client = try unsafe KafkaClient(RD_KAFKA_CONSUMER, properties, on: loop) { settings in
            unsafe rd_kafka_conf_set_log_cb(settings, nil)
            unsafe rd_kafka_conf_set_opaque(settings, Unmanaged.passUnretained(anchor).toOpaque())
            unsafe rd_kafka_conf_set_error_cb(settings) { _, _, reason, anchor in
                unsafe KafkaConsumer.of(anchor)?.heard(reason)
            }
            unsafe rd_kafka_conf_set_rebalance_cb(settings) { handle, kind, partitions, anchor in
                unsafe KafkaConsumer.rebalance(handle, kind, partitions, anchor)
            }
        } waken: {
            anchor.consumer?.serve()
        }
        self.client = client
        anchor.consumer = self
        try subscribe(client, topics)
        tick()
    }

    /// Lets what is being handled end, keeps what is done and leaves the group.
    package func close() async {
        loop.preconditionOnLoop()
        clock?.cancel()
        dropLanes()
        while running > 0 {
            // Silence is right: a closing process looks again a little earlier.
            try? await loop.sleep(for: .milliseconds(10))
        }
        guard let client else { return }
        self.client = nil
        anchor.consumer = nil
        let anchor = anchor
        // Silence is right: without a free thread it ends with the last reference.
        try? await blocking.run {
            // The anchor outlives the client, which may still call back.
            withExtendedLifetime(anchor) { client.destroy() }
        }
    }

    private func subscribe(_ client: KafkaClient, _ topics: [String]) throws(KafkaError) {
        guard let list = unsafe rd_kafka_topic_partition_list_new(Int32(topics.count)) else {
            fatalError("out of memory")
        }
        defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
        for topic in topics { unsafe rd_kafka_topic_partition_list_add(list, topic, -1) }
        let result = unsafe rd_kafka_subscribe(client.handle, list)
        guard result == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.configuration, unsafe String(cString: rd_kafka_err2str(result)))
        }
    }

    private func tick() {
        clock = loop.schedule(after: Self.heartbeat) { [weak self] in
            self?.serve()
            self?.tick()
        }
    }

    // MARK: What librdkafka has

    private func serve() {
        guard let client else { return }
        while let message = unsafe rd_kafka_consumer_poll(client.handle, 0) {
            let result = unsafe message.pointee.err
            if result == RD_KAFKA_RESP_ERR_NO_ERROR {
                unsafe take(ReceivedMessage(message))
            } else {
                let text = unsafe String(cString: rd_kafka_message_errstr(message))
                notice(.trouble(text))
            }
            unsafe rd_kafka_message_destroy(message)
        }
    }

    private func take(_ message: ReceivedMessage) {
        let key = Lane.Key(topic: message.topic, partition: message.partition)
        // Without a lane it is the last of a partition that was given away.
        guard let lane = lanes[key] else { return }
        lane.messages.append(message)
        if lane.messages.count >= Lane.high, !lane.isPaused { pause(lane, true) }
        guard !lane.isRunning else { return }
        lane.isRunning = true
        running += 1
        loop.spawn { [self] in
            await run(lane)
            lane.isRunning = false
            running -= 1
        }
    }

    private func run(_ lane: Lane) async {
        var pause = Duration.milliseconds(100)
        while !lane.isDropped, let message = lane.messages.first {
            switch await handle(message) {
            case .done:
                pause = .milliseconds(100)
                // Given away meanwhile: whoever has it now begins with this message.
                guard !lane.isDropped else { return }
                lane.messages.removeFirst()
                store(message)
                if lane.isPaused, lane.messages.count <= Lane.low { self.pause(lane, false) }
            case .later:
                guard !lane.isDropped else { return }
                // Silence is right: dropping the lane is how the wait ends early.
                let wait = pause
                let sleeper = loop.spawn { [loop] in try? await loop.sleep(for: wait) }
                lane.sleeper = sleeper
                await sleeper.value
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func store(_ message: ReceivedMessage) {
        guard let client, let list = unsafe rd_kafka_topic_partition_list_new(1) else { return }
        unsafe rd_kafka_topic_partition_list_add(list, message.topic, message.partition)
            .pointee.offset = message.offset + 1
        unsafe rd_kafka_offsets_store(client.handle, list)
        unsafe rd_kafka_topic_partition_list_destroy(list)
    }

    private func pause(_ lane: Lane, _ isPaused: Bool) {
        guard let client, let list = unsafe rd_kafka_topic_partition_list_new(1) else { return }
        lane.isPaused = isPaused
        unsafe rd_kafka_topic_partition_list_add(list, lane.key.topic, lane.key.partition)
        if isPaused {
            unsafe rd_kafka_pause_partitions(client.handle, list)
        } else {
            unsafe rd_kafka_resume_partitions(client.handle, list)
        }
        unsafe rd_kafka_topic_partition_list_destroy(list)
    }

    // MARK: Partitions that come and go

    private static func rebalance(
        _ handle: OpaquePointer?,
        _ kind: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        _ anchor: UnsafeMutableRawPointer?
    ) {
        let consumer = unsafe of(anchor)
        consumer?.dropLanes()
        guard kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let list = unsafe partitions else {
            unsafe rd_kafka_assign(handle, nil)
            return
        }
        for index in 0..<Int(unsafe list.pointee.cnt) {
            let element = unsafe list.pointee.elems[index]
            let key = unsafe Lane.Key(
                topic: String(cString: element.topic),
                partition: element.partition
            )
            consumer?.lanes[key] = Lane(key)
        }
        unsafe rd_kafka_assign(handle, list)
    }

    private func heard(_ reason: UnsafePointer<CChar>?) {
        guard let reason = unsafe reason else { return }
        notice(.trouble(unsafe String(cString: reason)))
    }

    /// Leaving the group calls back as well, on a thread that is not the loop's; nobody is there
    /// to be told by then.
    private static func of(_ anchor: UnsafeMutableRawPointer?) -> KafkaConsumer? {
        guard let anchor = unsafe anchor else { return nil }
        return unsafe Unmanaged<Anchor>.fromOpaque(anchor).takeUnretainedValue().consumer
    }

    private func dropLanes() {
        for lane in lanes.values {
            lane.isDropped = true
            lane.sleeper?.cancel()
        }
        lanes = [:]
    }
}

/// The messages of one partition that wait to be handled.
private final class Lane: @unchecked Sendable {
    // Safe because: touched only on its consumer's loop.
    struct Key: Hashable {
        let topic: String
        let partition: Int32
    }

    let key: Key
    var messages: [ReceivedMessage] = []
    var isRunning = false
    var isPaused = false
    /// The partition was given away: nothing more of it is ours.
    var isDropped = false
    var sleeper: Task<Void, Never>?

    /// With so many waiting, no more are fetched, until so few are left.
    static let high = 256
    static let low = 64

    init(_ key: Key) { self.key = key }
}

/// What librdkafka's callback finds the consumer by.
private final class Anchor: @unchecked Sendable {
    // Safe because: written on the loop; read by the callback on the loop, or by the last one on
    // the closing thread, after it was set to nil.
    weak var consumer: KafkaConsumer?
}

extension ReceivedMessage {
    fileprivate init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let content = unsafe message.pointee
        unsafe self.init(
            topic: String(cString: rd_kafka_topic_name(content.rkt)),
            partition: content.partition,
            offset: content.offset,
            key: content.key.map { unsafe Self.bytes($0, content.key_len) },
            headers: Self.headers(of: message),
            value: Self.bytes(content.payload, content.len)
        )
    }

    private static func headers(
        of message: UnsafeMutablePointer<rd_kafka_message_t>
    ) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return [] }
        var found: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        while unsafe rd_kafka_header_get_all(list, found.count, &name, &value, &length)
            == RD_KAFKA_RESP_ERR_NO_ERROR, let name = unsafe name
        {
            let text = unsafe String(decoding: bytes(value, length), as: UTF8.self)
            unsafe found.append(KafkaHeader(String(cString: name), text))
        }
        return found
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8] {
        guard let start = unsafe start else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
#endif
