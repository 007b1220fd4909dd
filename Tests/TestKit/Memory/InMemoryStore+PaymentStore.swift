package import PaymentCore

extension InMemoryStore: PaymentStore {
    package func commit(_ changes: Changeset, in tenant: TenantID) async throws(StoreError) {
        try commit(tenant) { (rows) throws(StoreError) in try rows.apply(changes, at: clock.now) }
    }

    package func payment(
        _ id: IntentID,
        in tenant: TenantID
    ) async throws(StoreError) -> Payment? {
        read(tenant) { $0.payment(id, at: clock.now) }
    }

    package func revise<Answer: Sendable>(
        _ id: IntentID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        await awaitOthers()
        return try commit(tenant) { (rows) throws(StoreError) -> Answer? in
            guard let payment = rows.payment(id, at: clock.now) else { return nil }
            switch decide(payment) {
            case .leave(let answer): return answer
            case .commit(let changes, let answer):
                try rows.apply(changes, at: clock.now)
                return answer
            }
        }
    }

    package func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord] {
        read(tenant) { rows in
            let own = rows.records[account] ?? []
            switch search {
            case .record(let kind, let vendorID):
                return own.filter { $0.kind == kind && $0.vendorID == vendorID }
            case .number(let number): return own.filter { $0.number == number }
            case .time(let kind, let from, let to, let limit):
                return Array(
                    own.filter { $0.kind == kind && (from...to).contains($0.occurredAt) }
                        .sorted { ($0.occurredAt, $0.number) < ($1.occurredAt, $1.number) }
                        .prefix(limit)
                )
            }
        }
    }

    package func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        let now = clock.now
        return try commit(tenant) { (rows) throws(StoreError) -> Answer? in
            guard let payment = rows.payment(id, at: now) else { return nil }
            let records = (rows.records[account] ?? []).filter { $0.attempt == attempt }
                .sorted { ($0.occurredAt, $0.number) < ($1.occurredAt, $1.number) }
            switch decide(payment, VendorRecords(now: now, records: records)) {
            case .leave(let answer): return answer
            case .commit(let changes, let answer):
                try rows.apply(changes, at: now)
                return answer
            }
        }
    }

    package func payerAccount(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> VendorToken? {
        read(tenant) { $0.payers[attempt] }
    }

    package func idempotency(
        _ key: String,
        in tenant: TenantID
    ) async throws(StoreError) -> IdempotencyRecord? {
        read(tenant) { rows in
            guard let row = rows.keys[key] else { return nil }
            var record = row.record
            record.isRunning = row.record.answer == nil && row.runningUntil > clock.now
            return record
        }
    }

    package func intent(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        read(tenant) { rows in
            rows.attempts.first { $0.value.contains { $0.id == attempt } }?.key
        }
    }

    package func intent(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        read(tenant) { rows in
            rows.intents.values.first { $0.reference == reference && $0.account == account }?.id
        }
    }

    package func order(_ id: OrderID, in tenant: TenantID) async throws(StoreError) -> Order? {
        read(tenant) { $0.orders[id] }
    }

    package func customer(
        _ id: CustomerID,
        in tenant: TenantID
    ) async throws(StoreError) -> Customer? {
        read(tenant) { $0.customers[id] }
    }

    package func method(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        read(tenant) { $0.methods[id] }
    }

    package func method(
        ofToken token: VendorToken,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        read(tenant) { rows in
            rows.methods.values.first { $0.token == token && $0.account == account }
        }
    }

    package func session(
        _ id: MethodSessionID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        read(tenant) { $0.sessions[id] }
    }

    package func session(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        read(tenant) { rows in
            rows.sessions.values.first { $0.reference == reference && $0.account == account }
        }
    }

    package func customerReference(
        _ customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String? {
        read(tenant) { $0.customerReferences["\(customer)@\(account)"] }
    }

    package func recordCustomerReference(
        _ reference: String,
        of customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String {
        try write(tenant) { (rows) throws(StoreError) -> String in
            let key = "\(customer)@\(account)"
            if let winner = rows.customerReferences[key] { return winner }
            rows.customerReferences[key] = reference
            return reference
        }
    }

    package func rate(
        from base: Currency,
        to quote: Currency,
        notOlderThan age: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> QuotedRate? {
        read(tenant) { rows in
            rows.rates.filter {
                $0.base == base && $0.quote == quote && clock.now - $0.quotedAt <= age
            }
            .max { $0.quotedAt < $1.quotedAt }
        }
    }

    @discardableResult
    package func recordRates(
        _ rates: [QuotedRate],
        in tenant: TenantID
    ) async throws(StoreError) -> Int? {
        try write(tenant) { (rows) throws(StoreError) -> Int? in
            let differing = rates.firstIndex { rate in
                rows.rates.contains { $0.isOfOnePlace(with: rate) && $0.rate != rate.rate }
            }
            if differing == nil { rows.rates.append(contentsOf: rates) }
            return differing
        }
    }

    package func update(
        _ customer: Customer,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) {
        await awaitOthers()
        try write(tenant) { (rows) throws(StoreError) in
            guard rows.customers[customer.id]?.updatedAt == known else {
                throw StoreError(.stale)
            }
            rows.customers[customer.id] = customer
        }
    }
}

extension QuotedRate {
    fileprivate func isOfOnePlace(with other: QuotedRate) -> Bool {
        base == other.base && quote == other.quote && source == other.source
            && quotedAt == other.quotedAt
    }
}
