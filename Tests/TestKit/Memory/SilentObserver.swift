package import PaymentCore

/// Hears everything and says nothing.
package struct SilentObserver: WorkflowObserver {
    package init() {}

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
    package func discrepancy(about aggregate: String, in tenant: TenantID) {}
    package func replayed() {}
    package func healthChanged(_ change: HealthTransition) {}
    package func questionFailed(_ question: String, of vendor: VendorID) {}
}
