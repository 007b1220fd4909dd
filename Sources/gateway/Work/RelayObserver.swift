import Kafka
import Metrics
import PaymentCore
import Reactor

/// The metrics of relaying events to Kafka. Belongs to its relay's loop.
final class RelayObserver {
    private let sent = Counter(label: "event_relay_confirmed_total")
    private let age = Timer(label: "event_relay_age_seconds")
    private let process: ServiceObserver
    private let loop: EventLoop
    private let clock: any WallClock

    /// - Parameter process: what the relays of all loops report together goes through it.
    init(of process: ServiceObserver, on loop: EventLoop, clock: any WallClock) {
        self.process = process
        self.loop = loop
        self.clock = clock
    }

    /// How many events of a tenant the brokers have not confirmed.
    func lag(of tenant: TenantID, _ events: Int64) {
        process.relayLag.record(events, of: tenant)
    }

    /// When the oldest event that is on its way happened.
    func waiting(since oldest: Timestamp) {
        process.relayWait.record(clock.now - oldest, on: loop)
    }

    func confirmed(_ events: some Collection<PublishedEvent>) {
        let now = clock.now
        sent.increment(by: events.count)
        for event in events { age.record(duration: now - event.event.occurredAt) }
    }

    func failed(_ error: KafkaError) {
        Counter(
            label: "event_relay_failures_total",
            dimensions: [("reason", error.code.rawValue)]
        ).increment()
    }
}
