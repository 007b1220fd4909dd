#if Kafka
internal import CRdkafka
import Reactor
internal import Synchronization

/// A librdkafka client and its queue. Its threads say on which loop something waits; it is taken on
/// that loop.
@safe final class KafkaClient: @unchecked Sendable {
    // Safe because: librdkafka's calls are thread-safe; `destroy` is called once.
    let handle: OpaquePointer
    let queue: OpaquePointer
    private let isConsumer: Bool
    private let bell: Bell
    private let isDestroyed = Atomic(false)

    /// - Parameters:
    ///   - prepare: sets what is not a property.
    ///   - waken: runs on `loop` when the queue has something after it had nothing.
    init(
        _ type: rd_kafka_type_t,
        _ configuration: KafkaConfiguration,
        on loop: EventLoop,
        prepare: (OpaquePointer) -> Void,
        waken: @escaping @Sendable () -> Void
    ) throws(KafkaError) {
        guard let settings = unsafe rd_kafka_conf_new() else { fatalError("out of memory") }
        do throws(KafkaError) {
            for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) {
                try unsafe Self.set(name, value, in: settings)
            }
        } catch {
            unsafe rd_kafka_conf_destroy(settings)
            throw error
        }
        unsafe prepare(settings)
        var message = Self.emptyMessage
        guard let handle = unsafe rd_kafka_new(type, settings, &message, message.count) else {
            unsafe rd_kafka_conf_destroy(settings)
            throw KafkaError(.configuration, Self.text(message))
        }
        unsafe self.handle = handle
        isConsumer = type == RD_KAFKA_CONSUMER
        // All that a consumer receives then comes by its one queue.
        if isConsumer { unsafe rd_kafka_poll_set_consumer(handle) }
        let queue =
            unsafe isConsumer
            ? rd_kafka_queue_get_consumer(handle) : rd_kafka_queue_get_main(handle)
        guard let queue = unsafe queue else { fatalError("a new client has its queue") }
        unsafe self.queue = queue
        bell = Bell(loop: loop, waken: waken)
        // The bell lives as long as this object, which silences the queue before it goes.
        unsafe rd_kafka_queue_cb_event_enable(
            queue,
            { _, bell in
                guard let bell = unsafe bell else { return }
                unsafe Unmanaged<Bell>.fromOpaque(bell).takeUnretainedValue().ring()
            },
            Unmanaged.passUnretained(bell).toOpaque()
        )
    }

    deinit { destroy() }

    /// Leaves a group, forgets what was not sent and ends the client's threads. Blocks.
    func destroy() {
        guard !isDestroyed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        unsafe rd_kafka_queue_cb_event_enable(queue, nil, nil)
        unsafe rd_kafka_queue_destroy(queue)
        if isConsumer { unsafe rd_kafka_consumer_close(handle) }
        unsafe rd_kafka_destroy(handle)
    }

    private static func set(
        _ name: String,
        _ value: String,
        in settings: OpaquePointer
    ) throws(KafkaError) {
        var message = emptyMessage
        let result = unsafe rd_kafka_conf_set(
            settings,
            name,
            value,
            &message,
            message.count
        )
        // librdkafka's message may repeat the value, so it is not handed on.
        guard result == RD_KAFKA_CONF_OK else {
            let reason = result == RD_KAFKA_CONF_UNKNOWN ? "no such property" : "not its value"
            throw KafkaError(.configuration, "\(name): \(reason)")
        }
    }

    private static let emptyMessage = [CChar](repeating: 0, count: 512)

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Calls a loop from librdkafka's threads, once until the loop has come.
private final class Bell: Sendable {
    private let loop: EventLoop
    private let waken: @Sendable () -> Void
    private let isRung = Atomic(false)

    init(loop: EventLoop, waken: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.waken = waken
    }

    func ring() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        loop.execute { [self] in
            isRung.store(false, ordering: .releasing)
            waken()
        }
    }
}
#endif
