import Kafka
import Logging
import Reactor

/// The producer of a relay, which all its turns share: one that is done is replaced after a pause.
/// Belongs to its relay's loop.
final class RelayProducer {
    private let loop: EventLoop
    private let logger: Logger
    private let observer: RelayObserver
    private let make: () throws(KafkaError) -> KafkaProducer
    /// Nil while it is being replaced.
    private(set) var current: KafkaProducer?
    private var retryAt: ContinuousClock.Instant

    /// How long Kafka is left alone after a producer was done.
    private static let pause = Duration.seconds(2)

    /// - Throws: `configuration` for settings that librdkafka does not take.
    init(
        services: Services,
        settings: KafkaSettings,
        observer: RelayObserver,
        logger: Logger
    ) throws(KafkaError) {
        let loop = services.loop
        let blocking = services.shared.blocking
        self.loop = loop
        self.logger = logger
        self.observer = observer
        make = { () throws(KafkaError) in
            try KafkaProducer(
                loop: loop,
                blocking: blocking,
                configuration: settings.configuration,
                notice: { logger.note($0) }
            )
        }
        current = try make()
        retryAt = .now
    }

    /// Whether there is one to give events to, made if need be.
    func isReady() -> Bool {
        guard loop.now >= retryAt else { return false }
        guard current == nil else { return true }
        do throws(KafkaError) {
            current = try make()
            return true
        } catch {
            // The same settings made one before: the system is short of something.
            observer.failed(error)
            logger.error("no Kafka producer", metadata: ["error": "\(error)"])
            retryAt = loop.now + Self.pause
            return false
        }
    }

    /// Ends it with everything that it has not delivered; the turns that wait for it end.
    func replace() async {
        guard let old = current else { return }
        current = nil
        retryAt = loop.now + Self.pause
        await old.close()
    }

    /// Ends it when it is done, once its last reports are in: they say whose event was its end.
    func replaceIfFailed() async {
        guard let failed = current, failed.hasFailed else { return }
        retryAt = loop.now + Self.pause
        await failed.settle()
        if current === failed { await replace() }
    }
}

extension Logger {
    /// What librdkafka has to say.
    func note(_ notice: KafkaNotice) {
        switch notice {
        case .trouble(let text): warning("Kafka: trouble", metadata: ["message": "\(text)"])
        case .log(let text): debug("Kafka: log", metadata: ["message": "\(text)"])
        }
    }
}
