import Logging
import Metrics
import Observability
import PaymentCore
import Storage
import Vendors

/// Turns what the workflows and vendor calls report into metrics and log lines. Every label is a
/// bounded word. The metrics are described in `docs/operations.md`.
final class ServiceObserver: WorkflowObserver, VendorObserver, Sendable {
    private let logger = Logger(label: "gateway")
    private let replays = Counter(label: "payment_replays_total")
    private let oldestJob = LongestGauge(label: "jobs_oldest_age_seconds")
    /// Events that Kafka has not confirmed.
    let relayLag = TenantsGauge(label: "event_relay_lag_events")
    /// How long ago the oldest of those that are on their way happened.
    let relayWait = LongestGauge(label: "event_relay_lag_seconds")
    private let health: HealthBoard
    private let clock: any WallClock
    private let tracer: LoggingTracer?

    /// - Parameters:
    ///   - health: counts every call of every account.
    ///   - tracer: gets a span for each call to a vendor that a traced request makes.
    init(health: HealthBoard, clock: any WallClock, tracer: LoggingTracer?) {
        self.health = health
        self.clock = clock
        self.tracer = tracer
    }

    func answered(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        outcome: String,
        repeated: Bool
    ) {
        Counter(
            label: "payment_answers_total",
            dimensions: [
                ("operation", operation.rawValue), ("vendor", vendor.name), ("outcome", outcome),
                ("repeated", repeated ? "true" : "false"),
            ]
        ).increment()
    }

    func resolved(_ operation: Attempt.Operation, by vendor: VendorID, after age: Duration) {
        Timer(
            label: "payment_unknown_resolution_seconds",
            dimensions: [("operation", operation.rawValue), ("vendor", vendor.name)]
        ).record(duration: age)
    }

    func escalated(_ attempt: AttemptID, of intent: IntentID, in tenant: TenantID) {
        Counter(label: "payment_unknown_escalated_total").increment()
        logger.error(
            "an outcome is unknown for too long: an operator must ask the vendor",
            metadata: [
                "tenant": "\(tenant)", "intent": "\(intent)", "attempt": "\(attempt)",
            ]
        )
    }

    func discrepancy(about aggregate: String, in tenant: TenantID) {
        Counter(label: "payment_discrepancies_total").increment()
        logger.warning(
            "a discrepancy was found",
            metadata: ["tenant": "\(tenant)", "about": "\(aggregate)"]
        )
    }

    func replayed() {
        replays.increment()
    }

    func questionFailed(_ question: String, of vendor: VendorID) {
        Counter(
            label: "vendor_questions_failed_total",
            dimensions: [("vendor", vendor.name), ("question", question)]
        ).increment()
    }

    func called(_ call: VendorCall) {
        Timer(
            label: "vendor_call_seconds",
            dimensions: [
                ("vendor", call.vendor.name), ("operation", call.operation.rawValue),
                ("outcome", call.outcome),
            ]
        ).record(duration: call.duration)
        health.record(
            call.symptom,
            took: call.duration,
            by: call.account,
            at: clock.now
        )
        tracer?.called(
            "\(call.vendor.name) \(call.operation.rawValue)",
            for: call.duration,
            ["account": call.account.description, "outcome": call.outcome]
        )
    }

    /// What is added to this machine's clock, and whether that is news.
    func corrects(clock correction: Duration, isNews: Bool) {
        let seconds = Double(correction.microseconds) / 1_000_000
        Gauge(label: "clock_correction_seconds").record(seconds)
        guard isNews else { return }
        logger.warning(
            "this machine's clock is not the database's, which counts",
            metadata: ["correction_s": "\(seconds)"]
        )
    }

    func began(_ job: JobKind, late: Duration) {
        Timer(label: "job_lateness_seconds", dimensions: [("kind", job.rawValue)])
            .record(duration: late)
    }

    func buried(_ job: JobKind) {
        Counter(label: "jobs_dead_total", dimensions: [("kind", job.rawValue)]).increment()
        logger.error("a job is a dead letter", metadata: ["kind": "\(job.rawValue)"])
    }

    func buried(_ event: InboundEvent, _ reason: InboundEvent.Reason, in tenant: TenantID) {
        Counter(label: "inbound_events_dead_total", dimensions: [("reason", reason.rawValue)])
            .increment()
        logger.error(
            "another service's event is a dead letter",
            metadata: [
                "tenant": "\(tenant)", "event": "\(event.id)", "reason": "\(reason.rawValue)",
            ]
        )
    }

    /// A stored notification became a dead letter: somebody must look at it.
    func buried(_ webhook: Webhook, _ error: String) {
        Counter(label: "webhooks_dead_total", dimensions: [("vendor", webhook.vendor.name)])
            .increment()
        logger.error(
            "a notification is a dead letter",
            metadata: [
                "tenant": "\(webhook.tenant)", "webhook": "\(webhook.id)",
                "vendor": "\(webhook.vendor)", "error": "\(error)",
            ]
        )
    }

    /// How long the oldest job that a loop met since its last report had been due.
    func oldestJob(_ age: Duration, on loop: AnyObject) {
        oldestJob.record(age, on: loop)
    }

    func healthChanged(_ change: HealthTransition) {
        Counter(
            label: "adapter_health_changes_total",
            dimensions: [
                ("vendor", change.vendor.name), ("mode", change.mode.rawValue),
                ("state", change.state.rawValue),
            ]
        ).increment()
        logger.notice(
            "a vendor's health changed",
            metadata: [
                "tenant": "\(change.tenant)", "account": "\(change.account)",
                "vendor": "\(change.vendor)", "state": "\(change.state.rawValue)",
                "reason": "\(change.illness?.rawValue ?? "none")",
            ]
        )
    }

    /// How many accounts this process knows to be left alone or tried.
    func ill(open: Int, halfOpen: Int) {
        Gauge(label: "adapter_breakers", dimensions: [("state", "open")]).record(open)
        Gauge(label: "adapter_breakers", dimensions: [("state", "half_open")]).record(halfOpen)
    }

    /// Transfers were sealed, the oldest so long after it was posted.
    func sealed(_ batch: LedgerSealer.Sealed) {
        Counter(label: "ledger_sealed_transfers_total").increment(by: batch.transfers)
        Timer(label: "ledger_seal_age_seconds").record(duration: batch.age)
    }

    /// A monitored account began or ceased to be overdue.
    func clearing(_ state: ClearingState) {
        Counter(
            label: "ledger_clearing_alerts_total",
            dimensions: [("state", state.isAlerting ? "raised" : "cleared")]
        ).increment()
        guard state.isAlerting else { return }
        logger.warning(
            "an account is not cleared in time",
            metadata: ["account": "\(state.monitor.account)", "overdue": "\(state.overdue)"]
        )
    }

    /// A stored notification was applied, so long after it came in.
    func applied(_ webhook: Webhook, _ result: WebhookResult) {
        let age = clock.now - webhook.receivedAt
        Timer(
            label: "webhook_stored_to_applied_seconds",
            dimensions: [
                ("vendor", webhook.vendor.name), ("result", result == .kept ? "kept" : "applied"),
            ]
        ).record(duration: age)
    }
}
