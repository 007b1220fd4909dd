import Logging
import Metrics
import PaymentCore
import Vendors

/// Turns what the workflows and vendor calls report into metrics and log lines. Every label is a
/// bounded word. The metrics are described in `docs/operations.md`.
final class ServiceObserver: WorkflowObserver, VendorObserver, Sendable {
    private let logger = Logger(label: "gateway")
    private let replays = Counter(label: "payment_replays_total")

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

    func discrepancy(_ intent: IntentID, in tenant: TenantID) {
        Counter(label: "payment_discrepancies_total").increment()
        logger.warning(
            "a vendor's facts went past what was asked",
            metadata: ["tenant": "\(tenant)", "intent": "\(intent)"]
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
    }

    /// A stored notification was applied, so long after it came in.
    func applied(_ webhook: Webhook, _ result: WebhookResult) {
        let age = SystemClock().now - webhook.receivedAt
        Timer(
            label: "webhook_stored_to_applied_seconds",
            dimensions: [
                ("vendor", webhook.vendor.name), ("result", result == .kept ? "kept" : "applied"),
            ]
        ).record(duration: age)
    }
}
