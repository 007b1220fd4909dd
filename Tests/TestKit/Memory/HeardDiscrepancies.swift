package import PaymentCore
internal import Synchronization

/// Hears of discrepancies alone, and keeps what they were about.
package final class HeardDiscrepancies: WorkflowObserver {
    private let aggregates = Mutex<[String]>([])

    package init() {}

    package var heard: [String] { aggregates.withLock { $0 } }

    package func discrepancy(about aggregate: String, in tenant: TenantID) {
        aggregates.withLock { $0.append(aggregate) }
    }

    package func answered(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        outcome: String,
        repeated: Bool
    ) {}
    package func resolved(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        after age: Duration
    ) {}
    package func escalated(_ attempt: AttemptID, of intent: IntentID, in tenant: TenantID) {}
    package func replayed() {}
    package func healthChanged(_ change: HealthTransition) {}
    package func questionFailed(_ question: String, of vendor: VendorID) {}
}
