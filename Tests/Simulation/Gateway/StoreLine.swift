internal import PaymentCore
internal import TestKit

/// A process's connection to the database.
struct StoreLine: PaymentStore {
    let life: Life
    let store: InMemoryStore
    let tamper: Tamper

    func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError) {
        do throws(StoreError) {
            try await life.call(isCommit: true) { () async throws(StoreError) in
                guard !tamper.holdsBack(changes) else { return }
                try await storeHeldBack(in: tenant)
                try await store.commit(tamper.changed(changes, in: tenant, store), in: tenant)
            }
        } catch {
            guard error.code == .commitUnknown, tamper.trustsLostCommits else { throw error }
        }
        life.world.note(.commit, "\(life.number): \(changes.summary)")
    }

    func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await life.call(isCommit: true) { () async throws(StoreError) -> Answer? in
            try await storeHeldBack(in: tenant)
            return try await store.revise(id, in: tenant) { payment in
                watched(decide(tamper.read(payment)))
            }
        }
    }

    func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await life.call(isCommit: true) { () async throws(StoreError) -> Answer? in
            try await store.revise(id, recordsOf: attempt, at: account, in: tenant) {
                watched(decide(tamper.read($0), $1))
            }
        }
    }

    private func watched<Answer>(_ revision: Revision<Answer>) -> Revision<Answer> {
        switch revision {
        case .leave: return revision
        case .commit(let changes, let answer):
            life.world.note(.commit, "\(life.number): \(changes.summary)")
            return .commit(tamper.changed(changes), answer)
        }
    }

    private func storeHeldBack(in tenant: TenantID) async throws(StoreError) {
        for changes in tamper.letGo() { try await store.commit(changes, in: tenant) }
    }

    func payment(_ id: IntentID, in tenant: TenantID) async throws(StoreError) -> Payment? {
        try await life.call { () async throws(StoreError) in
            try await store.payment(id, in: tenant).map(tamper.read)
        }
    }

    func idempotency(
        _ key: String,
        in tenant: TenantID
    ) async throws(StoreError) -> IdempotencyRecord? {
        try await life.call { () async throws(StoreError) in
            try await store.idempotency(key, in: tenant)
        }
    }

    func intent(of attempt: AttemptID, in tenant: TenantID) async throws(StoreError) -> IntentID? {
        try await life.call { () async throws(StoreError) in
            try await store.intent(of: attempt, in: tenant)
        }
    }

    func intent(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        try await life.call { () async throws(StoreError) in
            try await store.intent(ofReference: reference, at: account, in: tenant)
        }
    }

    func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord] {
        try await life.call { () async throws(StoreError) in
            try await store.vendorRecords(search, at: account, in: tenant)
        }
    }
}

/// What the histories have none of passes unwatched.
extension StoreLine {
    func payerAccount(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> VendorToken? {
        try await store.payerAccount(of: attempt, in: tenant)
    }

    func order(_ id: OrderID, in tenant: TenantID) async throws(StoreError) -> Order? {
        try await store.order(id, in: tenant)
    }

    func customer(_ id: CustomerID, in tenant: TenantID) async throws(StoreError) -> Customer? {
        try await store.customer(id, in: tenant)
    }

    func method(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        try await store.method(id, in: tenant)
    }

    func method(
        ofToken token: VendorToken,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        try await store.method(ofToken: token, at: account, in: tenant)
    }

    func session(
        _ id: MethodSessionID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        try await store.session(id, in: tenant)
    }

    func session(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        try await store.session(ofReference: reference, at: account, in: tenant)
    }

    func customerReference(
        _ customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String? {
        try await store.customerReference(customer, at: account, in: tenant)
    }

    func recordCustomerReference(
        _ reference: String,
        of customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String {
        try await store.recordCustomerReference(reference, of: customer, at: account, in: tenant)
    }

    func rate(
        from base: Currency,
        to quote: Currency,
        notOlderThan age: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> QuotedRate? {
        try await store.rate(from: base, to: quote, notOlderThan: age, in: tenant)
    }

    @discardableResult
    func recordRates(_ rates: [QuotedRate], in tenant: TenantID) async throws(StoreError) -> Int? {
        try await store.recordRates(rates, in: tenant)
    }

    func update(
        _ customer: Customer,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await store.update(customer, as: known, in: tenant)
    }
}

extension Changeset {
    /// For a trace.
    fileprivate var summary: String {
        let inserted = payment?.inserted.map { "+\($0.operation.rawValue) \($0.state.name)" } ?? []
        let answered = payment?.answered.map { "\($0.operation.rawValue) \($0.state.name)" } ?? []
        let after = payment.map { change in
            let intent = change.after
            return "v\(intent.version) \(intent.state.rawValue) "
                + "\(intent.capturable)/\(intent.captured)/\(intent.refunded)"
        }
        return ([after ?? "no payment"] + inserted + answered).joined(separator: ", ")
    }
}
