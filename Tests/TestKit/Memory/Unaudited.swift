package import PaymentCore

/// Stores in memory keep no audit trail.
extension AuditedStore {
    package func noting(_ entry: AuditEntry) -> Self { self }
}
