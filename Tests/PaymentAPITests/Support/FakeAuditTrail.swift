import PaymentCore

/// A trail that nobody left.
struct FakeAuditTrail: AuditTrail {
    func records(
        _ filter: AuditFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<AuditRecord> { Page(elements: [], next: nil) }

    func places(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [AuditPlace] { [] }

    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead] { [] }

    func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead? { nil }
}
