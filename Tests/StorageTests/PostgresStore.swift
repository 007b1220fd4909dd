import PaymentCore
import Storage

// Forwarding alone: the suite sees one store.

extension PostgresStore {
    func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError) {
        try await payments.commit(changes, in: tenant)
    }

    func payment(_ id: IntentID, in tenant: TenantID) async throws(StoreError) -> Payment? {
        try await payments.payment(id, in: tenant)
    }

    func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await payments.revise(id, in: tenant, decide)
    }

    func payerAccount(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> VendorToken? {
        try await payments.payerAccount(of: attempt, in: tenant)
    }

    func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord] {
        try await payments.vendorRecords(search, at: account, in: tenant)
    }

    func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await payments.revise(id, recordsOf: attempt, at: account, in: tenant, decide)
    }

    func idempotency(
        _ key: String,
        in tenant: TenantID
    ) async throws(StoreError) -> IdempotencyRecord? {
        try await payments.idempotency(key, in: tenant)
    }

    func intent(of attempt: AttemptID, in tenant: TenantID) async throws(StoreError) -> IntentID? {
        try await payments.intent(of: attempt, in: tenant)
    }

    func intent(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        try await payments.intent(ofReference: reference, at: account, in: tenant)
    }

    func order(_ id: OrderID, in tenant: TenantID) async throws(StoreError) -> Order? {
        try await payments.order(id, in: tenant)
    }

    func customer(_ id: CustomerID, in tenant: TenantID) async throws(StoreError) -> Customer? {
        try await payments.customer(id, in: tenant)
    }

    func method(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        try await payments.method(id, in: tenant)
    }

    func method(
        ofToken token: VendorToken,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        try await payments.method(ofToken: token, at: account, in: tenant)
    }

    func session(
        _ id: MethodSessionID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        try await payments.session(id, in: tenant)
    }

    func session(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        try await payments.session(ofReference: reference, at: account, in: tenant)
    }

    func customerReference(
        _ customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String? {
        try await payments.customerReference(customer, at: account, in: tenant)
    }

    func recordCustomerReference(
        _ reference: String,
        of customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String {
        try await payments.recordCustomerReference(reference, of: customer, at: account, in: tenant)
    }

    func rate(
        from base: Currency,
        to quote: Currency,
        notOlderThan age: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> QuotedRate? {
        try await payments.rate(from: base, to: quote, notOlderThan: age, in: tenant)
    }

    @discardableResult
    func recordRates(_ rates: [QuotedRate], in tenant: TenantID) async throws(StoreError) -> Int? {
        try await payments.recordRates(rates, in: tenant)
    }

    func update(
        _ customer: Customer,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await payments.update(customer, as: known, in: tenant)
    }
}

extension PostgresStore {
    func claim(
        _ kinds: Set<JobKind>,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> [Job] {
        try await jobs.claim(kinds, limit: limit, lease: lease, in: tenant)
    }

    func finish(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        try await jobs.finish(job, in: tenant)
    }

    func postpone(
        _ job: Job,
        by delay: Duration,
        run: RunCount,
        error: String,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await jobs.postpone(job, by: delay, run: run, error: error, in: tenant)
    }

    func jobs(
        state: JobListing.State?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [JobListing] {
        try await jobs.jobs(state: state, limit: limit, in: tenant)
    }

    func retry(
        _ kind: JobKind,
        subject: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await jobs.retry(kind, subject: subject, in: tenant)
    }

    func publishEvents(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int {
        try await jobs.publishEvents(limit: limit, in: tenant)
    }

    func events(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [PublishedEvent] {
        try await jobs.events(after: position, limit: limit, in: tenant)
    }

    func purge(limit: Int, in tenant: TenantID) async throws(StoreError) -> Int {
        try await jobs.purge(limit: limit, in: tenant)
    }

    func backlog(in tenant: TenantID) async throws(StoreError) -> Backlog {
        try await jobs.backlog(in: tenant)
    }
}

extension PostgresStore {
    func transfers(
        of intent: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> [Transfer] {
        try await ledger.transfers(of: intent, in: tenant)
    }
}
