#if Kafka
internal import CRdkafka
package import Reactor

/// Sends messages so that those of one key arrive in order and none twice, as long as it lives
/// (idempotent, without gaps). While the brokers are away everything waits; nothing is given up.
@safe package final class KafkaProducer: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let loop: EventLoop
    private let blocking: BlockingPool
    private let notice: (KafkaNotice) -> Void
    private var client: KafkaClient?
    private var batches: [UInt: Batch] = [:]
    private var lastBatch: UInt = 0
    private var failure: KafkaError?

    /// Messages that belong together: their sender waits for the last report.
    package final class Batch: @unchecked Sendable {
        // Safe because: touched only on its producer's loop.
        fileprivate let number: UInt
        fileprivate var left: Int
        fileprivate var failure: KafkaError?
        /// The sender, waiting for reports or for room.
        fileprivate var waiter = Waiter()

        fileprivate init(_ number: UInt, of count: Int) {
            self.number = number
            left = count
        }
    }

    /// What the promises above rest on; no configuration changes it.
    private static let promises = [
        "enable.idempotence": "true",
        "enable.gapless.guarantee": "true",
        // A message that expired would let later ones of its key pass it.
        "message.timeout.ms": "0",
        "log.queue": "true",
    ]

    private static let preferences = [
        "client.id": "payment-gateway",
        "linger.ms": "2",
        // What clients of other languages choose by default: one key, one partition for all.
        "partitioner": "murmur2_random",
        "queue.buffering.max.messages": "50000",
        "queue.buffering.max.kbytes": "65536",
        "reconnect.backoff.max.ms": "2000",
    ]

    /// A producer for tasks of `loop`; it connects by itself.
    ///
    /// - Parameters:
    ///   - blocking: ends the client's threads.
    ///   - notice: hears on the loop what goes wrong beside the results.
    package init(
        loop: EventLoop,
        blocking: BlockingPool,
        configuration: KafkaConfiguration,
        notice: @escaping (KafkaNotice) -> Void
    ) throws(KafkaError) {
        self.loop = loop
        self.blocking = blocking
        self.notice = notice
        let properties = KafkaConfiguration(Self.preferences)
            .with(configuration.properties).with(Self.promises)
        let box = Box()
        client = try unsafe KafkaClient(RD_KAFKA_PRODUCER, properties, on: loop) { settings in
            unsafe rd_kafka_conf_set_events(
                settings,
                RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG
            )
        } waken: {
            box.producer?.serve()
        }
        box.producer = self
        if let client { unsafe rd_kafka_set_log_queue(client.handle, nil) }
    }

    /// Sends the messages in their order and returns when the brokers have confirmed each.
    ///
    /// After an error some may have arrived. With `fatal` and `closed` this producer is done.
    package func send(_ messages: [KafkaMessage]) async throws(KafkaError) {
        try await confirm(await hand(messages))
    }

    /// Takes the messages in their order and returns when there was room for all. What is handed
    /// over after that comes behind them. Each batch must be given to ``confirm(_:)``.
    package func hand(_ messages: [KafkaMessage]) async -> Batch {
        loop.preconditionOnLoop()
        lastBatch &+= 1
        let batch = Batch(lastBatch, of: messages.count)
        batches[batch.number] = batch
        for (index, message) in messages.enumerated() {
            while batch.failure == nil, enqueue(message, batch) == .isFull {
                await park(batch)
            }
            if batch.failure != nil {
                // Never asked for, so never reported.
                batch.left -= min(batch.left, messages.count - index)
                break
            }
        }
        return batch
    }

    /// Returns when the brokers have confirmed each message of the batch; errors are as of
    /// ``send(_:)``.
    package func confirm(_ batch: Batch) async throws(KafkaError) {
        while batch.left > 0 { await park(batch) }
        batches[batch.number] = nil
        if let failure = batch.failure { throw failure }
    }

    /// Forgets what is not confirmed and ends; who waits is told `closed`.
    package func close() async {
        loop.preconditionOnLoop()
        fail(KafkaError(.closed, "the producer was closed"))
        guard let client else { return }
        self.client = nil
        // Silence is right: without a free thread it ends with the last reference.
        try? await blocking.run {
            unsafe rd_kafka_purge(
                client.handle,
                RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT
            )
            client.destroy()
        }
    }

    private enum Room {
        case isTaken
        case isFull
    }

    private func enqueue(_ message: KafkaMessage, _ batch: Batch) -> Room {
        guard failure == nil, let client else {
            batch.failure = failure ?? KafkaError(.closed, "the producer was closed")
            return .isTaken
        }
        let headers = unsafe rd_kafka_headers_new(message.headers.count)
        for header in message.headers {
            unsafe rd_kafka_header_add(
                headers,
                header.name,
                -1,
                header.value,
                header.value.utf8.count
            )
        }
        let result = unsafe message.key.withUnsafeBytes { key in
            unsafe message.value.withUnsafeBytes { value in
                unsafe kafka_produce(
                    client.handle,
                    message.topic,
                    key.baseAddress,
                    key.count,
                    value.baseAddress,
                    value.count,
                    message.timestamp,
                    headers,
                    batch.number
                )
            }
        }
        guard result != RD_KAFKA_RESP_ERR_NO_ERROR else { return .isTaken }
        unsafe rd_kafka_headers_destroy(headers)
        if result == RD_KAFKA_RESP_ERR__QUEUE_FULL { return .isFull }
        batch.failure = Self.error(result)
        return .isTaken
    }

    /// Waits for the next reports.
    private func park(_ batch: Batch) async {
        unsafe await withUnsafeContinuation { unsafe batch.waiter.park($0) }
    }

    // MARK: What librdkafka reports

    private func serve() {
        guard let client else { return }
        var hasReports = false
        while let event = unsafe rd_kafka_queue_poll(client.queue, 0) {
            switch unsafe rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR:
                hasReports = true
                unsafe take(reports: event)
            case RD_KAFKA_EVENT_ERROR: unsafe take(error: event)
            case RD_KAFKA_EVENT_LOG: unsafe notice(.log(Self.line(of: event)))
            default: break
            }
            unsafe rd_kafka_event_destroy(event)
        }
        guard hasReports else { return }
        // Also those who wait for room look again.
        for batch in batches.values { batch.waiter.resume() }
    }

    private func take(reports event: OpaquePointer) {
        while let message = unsafe rd_kafka_event_message_next(event) {
            let number = unsafe UInt(bitPattern: message.pointee._private)
            guard let batch = batches[number], batch.left > 0 else { continue }
            batch.left -= 1
            let result = unsafe message.pointee.err
            if result != RD_KAFKA_RESP_ERR_NO_ERROR, batch.failure == nil {
                batch.failure = Self.error(result)
            }
        }
    }

    private func take(error event: OpaquePointer) {
        let text = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
        guard unsafe rd_kafka_event_error_is_fatal(event) != 0 else {
            return notice(.trouble(text ?? "unknown"))
        }
        fail(KafkaError(.fatal, text ?? "unknown"))
    }

    /// Nothing more comes of what is on its way.
    private func fail(_ error: KafkaError) {
        failure = failure ?? error
        for batch in batches.values {
            batch.failure = batch.failure ?? error
            batch.left = 0
            batch.waiter.resume()
        }
    }

    private static func line(of event: OpaquePointer) -> String {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard unsafe rd_kafka_event_log(event, &facility, &text, &level) == 0,
            let text = unsafe text
        else { return "" }
        return unsafe String(cString: text)
    }

    private static func error(_ result: rd_kafka_resp_err_t) -> KafkaError {
        let text = unsafe rd_kafka_err2str(result).map { unsafe String(cString: $0) } ?? ""
        switch result {
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE:
            return KafkaError(.fatal, text)
        default: return KafkaError(.refused, text)
        }
    }
}

/// Lets the client's bell find its producer, which is made after it.
private final class Box: @unchecked Sendable {
    // Safe because: written before the first event and read on the loop.
    weak var producer: KafkaProducer?
}
#endif
