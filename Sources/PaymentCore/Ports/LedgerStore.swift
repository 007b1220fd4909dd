/// A tenant's books as they are read. They are written with the changes they book, in
/// ``Changeset/posting``.
package protocol LedgerStore: Sendable {
    /// The transfers of a payment in the order they were posted.
    func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer]
}
