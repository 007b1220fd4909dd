package import PaymentCore

/// A store in Postgres whose changes can be recorded in the audit trail.
package protocol PostgresAuditedStore: AuditedStore {
    /// What the next change is committed together with.
    var entry: AuditEntry? { get set }
}

extension PostgresAuditedStore {
    package func noting(_ entry: AuditEntry) -> Self {
        var store = self
        store.entry = entry
        return store
    }
}
