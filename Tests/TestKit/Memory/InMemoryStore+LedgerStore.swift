package import PaymentCore

extension InMemoryStore: LedgerStore {
    package func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer] {
        read(tenant) { rows in
            rows.postings.filter { $0.intent == intent }.flatMap(\.transfers)
        }
    }
}
