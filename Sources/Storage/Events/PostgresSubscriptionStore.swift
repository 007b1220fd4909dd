package import PaymentCore
package import Postgres

/// The event subscriptions of all tenants in Postgres, each under its own role. Belongs to the
/// pool's loop.
package struct PostgresSubscriptionStore: SubscriptionStore, PostgresAuditedStore {
    private let pool: PostgresPool
    private let keys: KeyRing
    private let marks: WorkMarks
    package var entry: AuditEntry?

    package init(pool: PostgresPool, keys: KeyRing, marks: WorkMarks) {
        self.pool = pool
        self.keys = keys
        self.marks = marks
    }

    package func insert(
        _ subscription: EventSubscription,
        secret: VendorToken,
        in tenant: TenantID
    ) async throws(StoreError) {
        let keys = try await keys.keys(of: tenant, pool)
        let sealed = keys.seal(secret.value, as: .subscription(subscription.id))
        let binds =
            SubscriptionTable.values(subscription) + [
                .bytes(sealed), .count(keys.currentVersion), .time(subscription.createdAt),
                .time(subscription.updatedAt),
            ]
        _ = try await writing([Query(SubscriptionTable.insert, binds)], tenant)
    }

    package func update(
        _ subscription: EventSubscription,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        // One that is active again has deliveries to make.
        try await marks.mark(tenant, pool)
        let binds =
            SubscriptionTable.values(subscription) + [.time(subscription.updatedAt), .time(known)]
        return try await changed(Query(SubscriptionTable.update, binds), tenant) > 0
    }

    package func delete(
        _ id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await changed(SubscriptionTable.delete(.id(id)), tenant) > 0
    }

    package func rotate(
        _ id: EventSubscriptionID,
        to secret: VendorToken,
        overlap: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        let keys = try await keys.keys(of: tenant, pool)
        let query = SubscriptionTable.rotate(
            .id(id),
            .bytes(keys.seal(secret.value, as: .subscription(id))),
            .count(keys.currentVersion),
            .span(overlap)
        )
        return try await changed(query, tenant) > 0
    }

    package func subscription(
        _ id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> EventSubscription? {
        try await reading(SubscriptionTable.byID(.id(id)), tenant) { rows throws(PostgresError) in
            guard let row = rows.first else { return nil }
            var reader = ColumnReader(row)
            return try SubscriptionTable.read(&reader)
        }
    }

    package func subscriptions(
        after: EventSubscriptionID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventSubscription] {
        try await reading(SubscriptionTable.page(.id(orNull: after), .count(limit)), tenant) {
            rows throws(PostgresError) in
            var found: [EventSubscription] = []
            for row in rows {
                var reader = ColumnReader(row)
                found.append(try SubscriptionTable.read(&reader))
            }
            return found
        }
    }

    package func secrets(
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorToken] {
        let query = SubscriptionTable.secrets(.id(id))
        let sealed = try await reading(query, tenant) { rows throws(PostgresError) in
            guard let row = rows.first else { return SealedSecrets?.none }
            var reader = ColumnReader(row, from: 1)
            return try SealedSecrets(&reader)
        }
        guard let sealed else { return [] }
        let keys = try await keys.keys(of: tenant, including: sealed.newestKey, pool)
        return sealed.opened(of: id, keys)
    }

    package func deliveries(
        of id: EventSubscriptionID,
        state: EventDelivery.State?,
        before position: Int64?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventDelivery] {
        let query = DeliveryTable.list(
            .id(id),
            .word(orNull: state),
            .int64(orNull: position),
            .count(limit)
        )
        return try await reading(query, tenant) { rows throws(PostgresError) in
            var found: [EventDelivery] = []
            for row in rows { found.append(try DeliveryTable.read(row)) }
            return found
        }
    }

    package func replay(
        _ event: EventID,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await marks.mark(tenant, pool)
        let count = try await changed(DeliveryTable.replay(.id(id), .id(event)), tenant)
        marks.tell(tenant)
        return count > 0
    }

    package func replay(
        after position: Int64,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        try await marks.mark(tenant, pool)
        let count = try await changed(
            DeliveryTable.replayAfter(.id(id), .int64(position)),
            tenant
        )
        marks.tell(tenant)
        return count
    }

    package func take(
        _ turn: DeliveryTurn,
        in tenant: TenantID
    ) async throws(StoreError) -> DeliveryTurn.Outcome {
        // Without any keys nothing is claimed that could not be sent.
        let known = try await keys.keys(of: tenant, pool)
        var queries: [Query] = []
        if !turn.results.isEmpty {
            let gone = turn.results.compactMap { result in
                result.goneURL.map { (id: result.subscription, url: $0) }
            }
            // Whoever deletes a subscription locks it and its deliveries in this order.
            if !gone.isEmpty { queries.append(SubscriptionTable.disable(gone)) }
            queries.append(DeliveryTable.record(turn.results))
        }
        queries += [DeliveryTable.fanOut(.count(turn.events)), DeliveryTable.claim(turn)]
        let rows = try await writing(queries, tenant).suffix(2)
        let (events, claims) = try decoding { () throws(PostgresError) in
            var claims: [SealedClaim] = []
            for row in rows[rows.endIndex - 1] { claims.append(try DeliveryTable.readClaim(row)) }
            return (try rows[rows.startIndex].only.int(0), claims)
        }
        let keys = await newest(of: claims, known, tenant)
        return DeliveryTurn.Outcome(events: events, taken: claims.map { $0.opened(keys) })
    }

    /// The keys that claims need, including any that another process has added. They are claimed:
    /// what cannot be opened must not hold up what can.
    private func newest(
        of claims: [SealedClaim],
        _ known: TenantKeys,
        _ tenant: TenantID
    ) async -> TenantKeys {
        guard let version = claims.map(\.secrets.newestKey).max() else { return known }
        do throws(StoreError) {
            return try await keys.keys(of: tenant, including: version, pool)
        } catch {
            // Silence is right: each delivery that they do not open says so in its log.
            return known
        }
    }

    private func changed(_ query: Query, _ tenant: TenantID) async throws(StoreError) -> Int {
        try await writing([query], tenant)[0].affected
    }

    private func writing(
        _ queries: [Query],
        _ tenant: TenantID
    ) async throws(StoreError) -> [Rows] {
        try await pool.change(
            queries,
            role: TenantSchema(tenant).role,
            noting: entry,
            in: tenant
        )
    }

    private func reading<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema(tenant).role, [query])[0])
        }
    }
}
