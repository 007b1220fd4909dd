/// The tenant's data as the workflows need it. Two implementations answer to one conformance
/// suite: Postgres, and memory for the deterministic simulation.
package protocol PaymentStore: AuditedStore {
    /// Commits one atomic phase.
    func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError)

    /// The payment with all its attempts in order.
    func payment(_ id: IntentID, in tenant: TenantID) async throws(StoreError) -> Payment?

    /// Locks the payment, lets `decide` compute a change from what is stored, and commits it in
    /// the same transaction. `decide` must be pure: it may run again after a lost connection.
    /// Nil when there is no such payment; a refusal commits nothing.
    func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer?

    /// A vendor's records, read without a lock.
    func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord]

    /// As ``revise(_:in:_:)``, with the records of an attempt at an account, read under the lock.
    func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer?

    /// The account that an authorization was paid from, where the vendor gave it.
    func payerAccount(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> VendorToken?

    func idempotency(
        _ key: String,
        in tenant: TenantID
    ) async throws(StoreError) -> IdempotencyRecord?

    /// The payment of an attempt, or of a vendor's payment reference at one account.
    func intent(of attempt: AttemptID, in tenant: TenantID) async throws(StoreError) -> IntentID?
    func intent(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID?

    func order(_ id: OrderID, in tenant: TenantID) async throws(StoreError) -> Order?
    func customer(_ id: CustomerID, in tenant: TenantID) async throws(StoreError) -> Customer?
    func method(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod?
    func method(
        ofToken token: VendorToken,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod?
    func session(
        _ id: MethodSessionID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession?
    func session(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession?

    /// The vendor's own reference of a customer at an account, and its first recording. Recording
    /// answers with the reference that won when two were recorded at once.
    func customerReference(
        _ customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String?
    func recordCustomerReference(
        _ reference: String,
        of customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String

    /// The newest rate, at most `age` old by the database's clock.
    func rate(
        from base: Currency,
        to quote: Currency,
        notOlderThan age: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> QuotedRate?
    /// Records all rates or none. One that is recorded stays as it is: returns the index of the
    /// first whose pair, moment and source are recorded with another rate; nothing is written then.
    @discardableResult
    func recordRates(_ rates: [QuotedRate], in tenant: TenantID) async throws(StoreError) -> Int?

    /// Updates what may change in a customer. Throws ``StoreError/Code/stale`` when there is none,
    /// or somebody changed it since `known`.
    ///
    /// - Parameter known: ``Customer/updatedAt`` as it was read.
    func update(
        _ customer: Customer,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError)
}

/// What `decide` found out under the lock.
package enum Revision<Answer: Sendable>: Sendable {
    case commit(Changeset, Answer)
    /// Commit nothing, answer this.
    case leave(Answer)
}
