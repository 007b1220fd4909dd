import Kafka
import Logging
import PaymentAPI
import PaymentCore
import Reactor
import Storage

/// Relays the tenants' events to Kafka: each tenant's in the feed's order, by one process at a
/// time, at least once. The position moves when the brokers have confirmed, so whoever takes over
/// from a dead process sends again what it may have sent, under the same identifiers.
///
/// While the brokers are away everything waits, a batch of each tenant in memory, the rest in the
/// outbox. An event that Kafka refuses holds up its tenant alone: what precedes it is confirmed, and
/// what follows it waits. A lease that cannot be kept ends the producer with everything it has not
/// delivered, so that nothing of it comes after what the next holder sends.
final class EventRelay: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private struct Turn {
        let id: RelayTurnID
        /// Until when it is ours, counted from before the lease was asked for.
        var until: ContinuousClock.Instant
        /// When its first event of the batch that is on its way happened.
        var oldest: Timestamp
    }

    private let loop: EventLoop
    private let store: PostgresRelayStore
    private let messages: BrokerMessages
    private let logger: Logger
    private let observer: RelayObserver
    private let clock: ServiceClock
    private let identifiers: SystemIdentifiers
    private let told: (TenantID) -> Void
    private let producer: RelayProducer
    private var turns: [TenantID: Turn] = [:]
    /// Tenants whose next event Kafka has refused.
    private var refusals = RelayRefusals()
    private var isStopping = false

    /// Tenants whose events are relayed at once.
    private static let places = 32
    /// Events of one tenant that are on their way are at most twice as many.
    private static let half = 500
    private static let lease = Duration.seconds(15)
    private static let renewal = Duration.seconds(4)

    /// - Parameter told: called with a tenant when a turn has ended.
    /// - Throws: `configuration` for settings that librdkafka does not take.
    init(
        services: Services,
        settings: KafkaSettings,
        logger: Logger,
        told: @escaping (TenantID) -> Void
    ) throws(KafkaError) {
        let loop = services.loop
        self.loop = loop
        self.logger = logger
        self.told = told
        store = PostgresRelayStore(pool: services.pool)
        clock = services.shared.clock
        let observer = RelayObserver(of: services.observer, on: loop, clock: clock)
        self.observer = observer
        identifiers = SystemIdentifiers(clock: clock)
        messages = BrokerMessages(
            namespace: services.shared.configuration.eventNamespace,
            topic: settings.topic
        )
        producer = try RelayProducer(
            services: services,
            settings: settings,
            observer: observer,
            logger: logger
        )
    }

    /// Begins to relay what was published, unless that is under way. True when the brokers have
    /// confirmed all of it.
    ///
    /// - Parameter waiting: how many events they have not confirmed, as far as is known.
    func visit(_ tenant: TenantID, waiting: Int64) async throws(StoreError) -> Bool {
        guard waiting > 0 else {
            observer.lag(of: tenant, 0)
            return true
        }
        guard !isStopping, turns[tenant] == nil, turns.count < Self.places,
            refusals.allows(tenant, at: loop.now), producer.isReady()
        else { return false }
        let turn = RelayTurnID(identifiers.next())
        turns[tenant] = Turn(id: turn, until: loop.now + Self.lease, oldest: clock.now)
        if turns.count == 1 { watchTurns() }
        let taken: RelayBatch
        do throws(StoreError) {
            taken = try await store.take(
                turn,
                limit: 2 * Self.half,
                lease: Self.lease,
                in: tenant
            )
        } catch {
            turns[tenant] = nil
            throw error
        }
        observer.lag(of: tenant, taken.lag)
        guard !taken.events.isEmpty else {
            turns[tenant] = nil
            return taken.lag == 0
        }
        loop.spawn(priority: .utility) { [self] in await tell(taken, turn, tenant) }
        return false
    }

    /// Takes no more turns, gives the brokers `limit` to confirm what is on its way, and ends.
    func stop(within limit: Duration) async {
        isStopping = true
        let deadline = loop.now + limit
        while !turns.isEmpty, loop.now < deadline {
            // Silence is right: a stopping process looks again a little earlier.
            try? await loop.sleep(for: .milliseconds(20))
        }
        await producer.replace()
        while !turns.isEmpty, loop.now < deadline + .seconds(2) {
            try? await loop.sleep(for: .milliseconds(20))
        }
    }

    // MARK: One turn

    /// What the brokers were sent and have not confirmed.
    private struct Sent {
        let events: [PublishedEvent]
        let producer: KafkaProducer
        let batch: KafkaProducer.Batch
        let last: Int64

        var hasFailed: Bool { batch.hasFailed }

        func confirm() async -> KafkaReceipt { await producer.confirm(batch) }
    }

    /// Two halves take turns: while the brokers confirm one, the next is read and handed over.
    /// Nothing is handed over after one that is known to have failed: it would overtake that.
    private func tell(_ first: RelayBatch, _ turn: RelayTurnID, _ tenant: TenantID) async {
        var sent: [Sent] = []
        do throws(KafkaError) {
            for half in [first.events.prefix(Self.half), first.events.dropFirst(Self.half)]
            where !sent.contains(where: \.hasFailed) {
                if let next = try await hand(Array(half), tenant) { sent.append(next) }
            }
            while !sent.isEmpty {
                let oldest = sent.removeFirst()
                turns[tenant]?.oldest = oldest.events[0].event.occurredAt
                let receipt = await oldest.confirm()
                let confirmed = oldest.events.prefix(receipt.confirmed)
                observer.confirmed(confirmed)
                let end = sent.last?.last ?? oldest.last
                if let error = receipt.error {
                    if let last = confirmed.last {
                        // What Kafka has is not sent again with what it has not.
                        _ = await advance(turn, to: last.position, sent: end, limit: 0, tenant)
                    }
                    throw error
                }
                refusals.end(of: tenant)
                guard let more = await advance(turn, to: oldest.last, sent: end, tenant)
                else { break }
                if !isStopping, !sent.contains(where: \.hasFailed),
                    let next = try await hand(more.events, tenant)
                {
                    sent.append(next)
                }
            }
            await settle(sent)
            if isStopping { await release(turn, tenant) }
        } catch {
            await settle(sent)
            await failed(error, turn, tenant)
        }
        turns[tenant] = nil
        told(tenant)
    }

    /// Nothing of a turn may be on its way when it ends: it would follow what the next holder sends.
    private func settle(_ sent: [Sent]) async {
        for batch in sent {
            // Silence is right: what was not confirmed is sent again.
            _ = await batch.confirm()
        }
    }

    /// Nil for nothing.
    private func hand(
        _ events: [PublishedEvent],
        _ tenant: TenantID
    ) async throws(KafkaError) -> Sent? {
        guard let last = events.last else { return nil }
        guard let producer = producer.current else {
            throw KafkaError(.closed, "the producer is being replaced")
        }
        let batch = await producer.hand(events.map { messages.message(of: $0, of: tenant) })
        return Sent(events: events, producer: producer, batch: batch, last: last.position)
    }

    private func advance(
        _ turn: RelayTurnID,
        to position: Int64,
        sent: Int64,
        limit: Int = half,
        _ tenant: TenantID
    ) async -> RelayBatch? {
        let asked = loop.now
        do throws(StoreError) {
            let next = try await store.advance(
                turn,
                to: position,
                sent: sent,
                limit: limit,
                lease: Self.lease,
                in: tenant
            )
            guard let next else { return nil }
            turns[tenant]?.until = asked + Self.lease
            observer.lag(of: tenant, next.lag)
            return next
        } catch {
            // The turn runs out; what was sent is sent again.
            note(error, tenant)
            return nil
        }
    }

    private func failed(
        _ error: KafkaError,
        _ turn: RelayTurnID,
        _ tenant: TenantID
    ) async {
        observer.failed(error)
        if error.code != .closed {
            logger.error(
                "events wait: Kafka did not take them",
                metadata: ["tenant": "\(tenant)", "error": "\(error)"]
            )
        }
        if error.code == .refused { refusals.begin(of: tenant, at: loop.now) }
        // A broker's refusal ends it, too.
        await producer.replaceIfFailed()
        await release(turn, tenant)
    }

    private func release(_ turn: RelayTurnID, _ tenant: TenantID) async {
        do throws(StoreError) {
            try await store.release(turn, in: tenant)
        } catch {
            // The turn runs out by itself.
            note(error, tenant)
        }
    }

    // MARK: Keeping turns

    /// Looks after the leases for as long as there are turns.
    private func watchTurns() {
        loop.schedule(after: Self.renewal) { [self] in
            var oldest = clock.now
            for (tenant, turn) in turns {
                oldest = min(oldest, turn.oldest)
                // One that was restarted lately can wait for the next look.
                guard turn.until - loop.now < Self.lease - Self.renewal / 2 else { continue }
                loop.spawn(priority: .utility) { [self] in await renew(turn, tenant) }
            }
            observer.waiting(since: oldest)
            if !turns.isEmpty { watchTurns() }
        }
    }

    private func renew(_ turn: Turn, _ tenant: TenantID) async {
        let asked = loop.now
        do throws(StoreError) {
            let isOurs = try await store.renew(turn.id, lease: Self.lease, in: tenant)
            guard turns[tenant]?.id == turn.id else { return }
            if isOurs {
                turns[tenant]?.until = asked + Self.lease
            } else {
                await producer.replace()
            }
        } catch {
            note(error, tenant)
            // The next look would be too late.
            guard turns[tenant]?.id == turn.id, turn.until - loop.now < Self.renewal * 3 / 2
            else { return }
            await producer.replace()
        }
    }

    private func note(_ error: StoreError, _ tenant: TenantID) {
        logger.warning(
            "telling Kafka of a tenant's events was put off",
            metadata: [
                "error": "\(error.code.rawValue)", "message": "\(error.message)",
                "tenant": "\(tenant)",
            ]
        )
    }
}
