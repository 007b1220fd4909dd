import Kafka
import Logging
import Metrics
import PaymentAPI
import PaymentCore
import Reactor

/// Takes other services' events in from Kafka: each message is stored in its tenant's inbox, or
/// with the stray events, before its offset is committed. Whoever takes over from a dead process
/// reads again what that one had not committed; the inbox knows it by source and id.
///
/// A message holds its partition up only while the database is away or waits for its migration: what
/// cannot be read, is for nobody, for a tenant without a schema or is refused by the database goes to
/// an operator instead.
final class EventIntake: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let workflows: PaymentWorkflows
    private let logger: Logger
    /// How often storing was refused, of the messages that are tried again.
    private var refusals: [String: Int] = [:]
    private var consumer: KafkaConsumer?

    /// A refusal this often, over some ten seconds, is the message's own fault.
    private static let mostRefusals = 8

    /// - Throws: `configuration` for settings that librdkafka does not take.
    init(services: Services, settings: KafkaSettings, logger: Logger) throws(KafkaError) {
        workflows = services.workflows
        self.logger = logger
        consumer = try KafkaConsumer(
            loop: services.loop,
            blocking: services.shared.blocking,
            configuration: settings.configuration,
            group: settings.group,
            topics: settings.inboundTopics,
            notice: { logger.note($0) },
            handle: { [weak self] message in await self?.take(message) ?? .later }
        )
    }

    /// Lets what is being stored end, commits what is and leaves the group.
    func stop() async {
        await consumer?.close()
        consumer = nil
    }

    private func take(_ message: ReceivedMessage) async -> KafkaVerdict {
        let origin = BrokerEvents.origin(of: message)
        do throws(StoreError) {
            let receipt = try await store(message, from: origin)
            refusals[origin] = nil
            note(receipt, origin)
            return .done
        } catch {
            if Self.isRefusal(error) { refusals[origin, default: 0] += 1 }
            count("postponed")
            logger.warning(
                "an event waits to be stored",
                metadata: [
                    "origin": "\(origin)", "error": "\(error.code.rawValue)",
                    "message": "\(error.message)",
                ]
            )
            return .later
        }
    }

    /// Whether it is about this message, and not about all of them.
    private static func isRefusal(_ error: StoreError) -> Bool {
        error.code == .fault || error.code == .missingReference
    }

    private func store(
        _ message: ReceivedMessage,
        from origin: String
    ) async throws(StoreError) -> InboundReceipt {
        let event: CloudEvent
        do throws(CloudEventError) {
            event = try BrokerEvents.event(in: message)
        } catch {
            logger.warning(
                "a message is no event",
                metadata: ["origin": "\(origin)", "problems": "\(error.description)"]
            )
            let excerpt = BrokerEvents.excerpt(of: message)
            return try await workflows.receiveUnreadable(excerpt, from: origin)
        }
        guard refusals[origin, default: 0] < Self.mostRefusals else {
            return try await workflows.keepStray(event, because: "not_stored", from: origin)
        }
        return try await workflows.receive(event, from: origin)
    }

    private func note(_ receipt: InboundReceipt, _ origin: String) {
        switch receipt {
        case .kept(_, let isDuplicate): count(isDuplicate ? "duplicate" : "stored")
        case .stray(let reason):
            count("stray")
            logger.warning(
                "an event is for an operator",
                metadata: ["origin": "\(origin)", "reason": "\(reason)"]
            )
        }
    }

    private func count(_ result: String) {
        Counter(label: "event_intake_total", dimensions: [("result", result)]).increment()
    }
}
