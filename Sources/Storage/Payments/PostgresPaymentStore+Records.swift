package import PaymentCore
internal import Postgres

/// What surrounds a payment: orders, customers, methods, sessions, rates.
extension PostgresPaymentStore {
    package func order(_ id: OrderID, in tenant: TenantID) async throws(StoreError) -> Order? {
        try await reading(OrderTable.byID(.id(id)), tenant) { rows throws(PostgresError) in
            try rows.first.map(OrderTable.read)
        }
    }

    package func customer(
        _ id: CustomerID,
        in tenant: TenantID
    ) async throws(StoreError) -> Customer? {
        try await reading(CustomerTable.byID(.id(id)), tenant) { rows throws(PostgresError) in
            try rows.first.map(CustomerTable.read)
        }
    }

    package func update(
        _ customer: Customer,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await storing { () async throws(PostgresError) in
            _ = try await pool.transaction(
                role: TenantSchema(tenant).role,
                [CustomerTable.update(customer, as: known)]
            )
        }
    }

    package func method(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        try await method(MethodTable.byID(.id(id)), tenant)
    }

    package func method(
        ofToken token: VendorToken,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        let keys = try await keys.keys(of: tenant, pool)
        let query = MethodTable.byToken(.id(account), .bytes(keys.hash(token.value)))
        return try await method(query, tenant)
    }

    private func method(
        _ query: Query,
        _ tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod? {
        let stored = try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.first.map(StoredMethod.init)
        }
        guard let stored else { return nil }
        return try stored.opened(
            with: await keys.keys(of: tenant, including: stored.keyVersion, pool)
        )
    }

    package func payerAccount(
        of attempt: AttemptID,
        in tenant: TenantID
    ) async throws(StoreError) -> VendorToken? {
        let query = PayerTable.ofAttempt(.id(attempt))
        let stored = try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.first.map(StoredPayer.init)
        }
        guard let stored else { return nil }
        return try stored.opened(
            of: attempt,
            with: await keys.keys(of: tenant, including: stored.keyVersion, pool)
        )
    }

    package func session(
        _ id: MethodSessionID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        try await reading(SessionTable.byID(.id(id)), tenant) { rows throws(PostgresError) in
            try rows.first.map(SessionTable.read)
        }
    }

    package func session(
        ofReference reference: String,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession? {
        let query = SessionTable.byReference(.id(account), .said(reference))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.first.map(SessionTable.read)
        }
    }

    package func customerReference(
        _ customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String? {
        let query = CustomerTable.reference(.id(customer), .id(account))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.first?.text(0)
        }
    }

    package func recordCustomerReference(
        _ reference: String,
        of customer: CustomerID,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> String {
        try await storing { () async throws(PostgresError) in
            // The second statement's snapshot is younger than the first one's wait for a rival.
            let rows = try await pool.transaction(
                role: TenantSchema(tenant).role,
                [
                    CustomerTable.recordReference(.id(customer), .id(account), .said(reference)),
                    CustomerTable.reference(.id(customer), .id(account)),
                ]
            )
            return try rows[1].only.text(0)
        }
    }

    package func rate(
        from base: Currency,
        to quote: Currency,
        notOlderThan age: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> QuotedRate? {
        let query = RateTable.newest(.text(base.code), .text(quote.code), .span(age))
        return try await reading(query, tenant) { rows throws(PostgresError) in
            try rows.first.map(RateTable.read)
        }
    }

    @discardableResult
    package func recordRates(
        _ rates: [QuotedRate],
        in tenant: TenantID
    ) async throws(StoreError) -> Int? {
        guard !rates.isEmpty else { return nil }
        do throws(StoreError) {
            _ = try await pool.change(
                rates.map(RateTable.insert) + [RateTable.requireAlike(rates)],
                role: TenantSchema(tenant).role,
                deciding: rates.indices,
                noting: entry,
                in: tenant
            )
            return nil
        } catch {
            guard error.code == .stale else { throw error }
            let differing = try await reading(RateTable.differing(rates), tenant) {
                rows throws(PostgresError) in try rows.first?.int(0)
            }
            guard let differing else { throw error }
            return differing
        }
    }
}
