/// A store whose changes can be recorded in a tenant's audit trail.
package protocol AuditedStore: Sendable {
    /// This store, with an entry that is committed together with its next change. A change that
    /// finds nothing to change leaves no entry.
    func noting(_ entry: AuditEntry) -> Self
}

/// Which entries of the trail are asked for.
package struct AuditFilter: Sendable, Hashable {
    /// An API key, a person or a command's user.
    package var actor: String?
    package var action: String?
    package var resource: String?
    /// Recorded then or later.
    package var from: Timestamp?
    /// Recorded earlier.
    package var before: Timestamp?

    package init(
        actor: String? = nil,
        action: String? = nil,
        resource: String? = nil,
        from: Timestamp? = nil,
        before: Timestamp? = nil
    ) {
        self.actor = actor
        self.action = action
        self.resource = resource
        self.from = from
        self.before = before
    }
}

/// A sealed record with the hash at its place.
package struct AuditPlace: Sendable, Hashable {
    package let sealed: SealedAuditRecord
    package let hash: [UInt8]

    package init(sealed: SealedAuditRecord, hash: [UInt8]) {
        self.sealed = sealed
        self.hash = hash
    }
}

/// A tenant's audit trail, read.
package protocol AuditTrail: Sendable {
    /// Newest first, including what is not sealed yet.
    func records(
        _ filter: AuditFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<AuditRecord>

    /// The chain in its order, after a position.
    func places(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [AuditPlace]

    /// The signed ends of its batches, after a position.
    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead]

    /// The last of them.
    func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead?
}
