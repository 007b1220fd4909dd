import CoreMetrics
import Observability
import PaymentAPI

/// The process's metrics, described once so that the exposition explains itself.
struct ServiceMetrics: Sendable {
    private let registry: MetricsRegistry

    /// Makes the registry the process's backend; once, before the first metric.
    static func bootstrap() -> ServiceMetrics {
        let registry = MetricsRegistry()
        registry.describe(descriptions + APIMetrics.all)
        ProcessMetrics.register(in: registry)
        MetricsSystem.bootstrap(registry)
        return ServiceMetrics(registry: registry)
    }

    /// Prometheus' text format.
    func exposition() -> [UInt8] { registry.exposition() }

    static let descriptions = [
        MetricDescription(
            "payment_answers_total",
            help: "What vendors answered, by operation, vendor and outcome."
        ),
        MetricDescription(
            "payment_unknown_resolution_seconds",
            help: "How long an unknown outcome took to become known.",
            buckets: [1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 86_400]
        ),
        MetricDescription(
            "payment_unknown_escalated_total",
            help: "Outcomes unknown for so long that an operator must ask."
        ),
        MetricDescription(
            "clock_correction_seconds",
            help: "What is added to this machine's clock to meet the database's."
        ),
        MetricDescription(
            "job_lateness_seconds",
            help: "How long after it was due a background job began.",
            buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600]
        ),
        MetricDescription(
            "jobs_oldest_age_seconds",
            help: "How overdue the oldest job was that this process met since its last poll."
        ),
        MetricDescription(
            "jobs_dead_total",
            help: "Jobs that became dead letters, by kind."
        ),
        MetricDescription(
            "webhooks_dead_total",
            help: "Vendors' notifications that became dead letters."
        ),
        MetricDescription(
            "inbound_events_dead_total",
            help: "Other services' events that became dead letters, by reason."
        ),
        MetricDescription(
            "event_intake_total",
            help: "Messages read from Kafka's inbound topics by what became of them."
        ),
        MetricDescription(
            "payment_discrepancies_total",
            help: "Facts that disagree with ours: each is an event, too."
        ),
        MetricDescription(
            "payment_replays_total",
            help: "Answers given again under their idempotency key."
        ),
        MetricDescription(
            "vendor_questions_failed_total",
            help: "Vendors' questions that we could not answer; they are asked again."
        ),
        MetricDescription(
            "adapter_health_changes_total",
            help: "Breakers that opened, were tried or closed, by vendor and mode."
        ),
        MetricDescription(
            "adapter_breakers",
            help: "Merchant accounts whose breaker is open or half-open."
        ),
        MetricDescription(
            "event_deliveries_total",
            help: "Deliveries to event subscriptions by what became of them."
        ),
        MetricDescription(
            "event_relay_confirmed_total",
            help: "Events that Kafka has confirmed."
        ),
        MetricDescription(
            "event_relay_failures_total",
            help: "Batches of events that Kafka did not take, by reason; they are sent again."
        ),
        MetricDescription(
            "event_relay_lag_events",
            help: "Published events that Kafka has not confirmed, of the tenants seen here."
        ),
        MetricDescription(
            "event_relay_lag_seconds",
            help: "Age of the oldest event that is on its way to Kafka."
        ),
        MetricDescription(
            "event_relay_age_seconds",
            help: "From an event to its confirmation by Kafka.",
            buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600]
        ),
        MetricDescription(
            "ledger_sealed_transfers_total",
            help: "Transfers that were given their place in the books."
        ),
        MetricDescription(
            "ledger_clearing_alerts_total",
            help: "Accounts that began or ceased to hold what should have been cleared."
        ),
        MetricDescription(
            "ledger_seal_age_seconds",
            help: "How long the oldest transfer of a batch had waited to be sealed.",
            buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600]
        ),
        MetricDescription("vendor_call_seconds", help: "Time and result of calls to vendors."),
        MetricDescription(
            "webhook_stored_to_applied_seconds",
            help: "From storing a notification to applying it."
        ),
    ]
}
