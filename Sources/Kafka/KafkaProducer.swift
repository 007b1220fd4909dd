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

    /// How long the reports of what was on its way are waited for once the producer is done. They
    /// say which message was its end.
    private static let lastReports = Duration.seconds(1)

    /// A producer for tasks of `loop`; it connects by itself.
    ///
    /// - Parameters:
    ///   - blocking: ends the client's threads.
    ///   - notice: called on the loop with what goes wrong apart from the results.
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
        if let error = await confirm(await hand(messages)).error { throw error }
    }

    /// Whether this producer is done. What a broker refuses ends it too: what follows could be
    /// sent only past a gap.
    package var hasFailed: Bool { failure != nil }

    /// Takes the messages in their order and returns when there was room for all. What is handed
    /// over after that follows them. Each batch must be given to ``confirm(_:)``.
    package func hand(_ messages: [KafkaMessage]) async -> Batch {
        loop.preconditionOnLoop()
        lastBatch &+= 1
        let batch = Batch(lastBatch, of: messages.count)
        batches[batch.number] = batch
        for (index, message) in messages.enumerated() {
            while !batch.hasFailed, enqueue(message, index, batch) == .isFull {
                await park(batch)
            }
            guard !batch.hasFailed else {
                batch.stop(at: index)
                break
            }
        }
        return batch
    }

    /// Returns when it is known what became of each message of the batch; errors are as of
    /// ``send(_:)``.
    package func confirm(_ batch: Batch) async -> KafkaReceipt {
        while batch.left > 0 { await park(batch) }
        batches[batch.number] = nil
        return batch.receipt
    }

    /// Returns when it is known what became of all that was handed over, or never will be.
    package func settle() async {
        while batches.values.contains(where: { $0.left > 0 }) {
            // Silence is right: a cancelled caller does not wait.
            guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    /// Forgets what is not confirmed and ends; whoever waits gets `closed`.
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

    private func enqueue(_ message: KafkaMessage, _ index: Int, _ batch: Batch) -> Room {
        guard failure == nil, let client else {
            batch.fail(failure ?? KafkaError(.closed, "the producer was closed"), at: index)
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
                    Self.mark(index, of: batch)
                )
            }
        }
        guard result != RD_KAFKA_RESP_ERR_NO_ERROR else { return .isTaken }
        unsafe rd_kafka_headers_destroy(headers)
        if result == RD_KAFKA_RESP_ERR__QUEUE_FULL { return .isFull }
        batch.fail(Self.error(result), at: index)
        return .isTaken
    }

    /// What comes back in a message's report: its batch, and its place there.
    private static func mark(_ index: Int, of batch: Batch) -> UInt {
        batch.number << 32 | UInt(index)
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
            let mark = unsafe UInt(bitPattern: message.pointee._private)
            guard let batch = batches[mark >> 32], batch.left > 0 else { continue }
            batch.left -= 1
            let result = unsafe message.pointee.err
            if result != RD_KAFKA_RESP_ERR_NO_ERROR {
                batch.fail(Self.error(result), at: Int(mark & 0xffff_ffff))
            }
        }
    }

    private func take(error event: OpaquePointer) {
        let text = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
        guard unsafe rd_kafka_event_error_is_fatal(event) != 0 else {
            return notice(.trouble(text ?? "unknown"))
        }
        let error = KafkaError(.fatal, text ?? "unknown")
        failure = failure ?? error
        // librdkafka forgets what it has queued and goes on with what is on its way. Whoever waits
        // for room looks again, and finds that there is none.
        for batch in batches.values { batch.waiter.resume() }
        loop.schedule(after: Self.lastReports) { [weak self] in self?.fail(error) }
    }

    /// No more reports come for what is on its way.
    private func fail(_ error: KafkaError) {
        failure = failure ?? error
        for batch in batches.values {
            batch.abandon(error)
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
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE,
            RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
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
