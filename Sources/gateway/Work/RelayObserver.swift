import Kafka
import Metrics
import PaymentCore

/// What telling Kafka of events comes to in metrics. Belongs to its relay's loop.
final class RelayObserver {
    private let sent = Counter(label: "event_relay_confirmed_total")
    private let age = Timer(label: "event_relay_age_seconds")
    private let backlog = Gauge(label: "event_relay_lag_events")
    private let waiting = Gauge(label: "event_relay_lag_seconds")
    private var lags: [TenantID: Int64] = [:]
    private var total: Int64 = 0
    private let clock: any WallClock

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// How many events of a tenant the brokers have not confirmed.
    func lag(of tenant: TenantID, _ events: Int64) {
        total += events - (lags[tenant] ?? 0)
        lags[tenant] = events > 0 ? events : nil
        backlog.record(total)
    }

    /// When the oldest event that is on its way happened.
    func waiting(since oldest: Timestamp) {
        let age: Duration = clock.now - oldest
        waiting.record(Double(age.microseconds) / 1_000_000)
    }

    func confirmed(_ events: [PublishedEvent]) {
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
