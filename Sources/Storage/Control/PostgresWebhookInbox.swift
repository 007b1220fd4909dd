package import PaymentCore
package import Postgres

/// The central inbox in the control schema. Deliveries are sealed under their tenants' data keys.
/// Belongs to the pool's loop.
package struct PostgresWebhookInbox: WebhookInbox, PostgresAuditedStore {
    private let pool: PostgresPool
    private let keys: KeyRing
    package var entry: AuditEntry?

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - keys: the process's data keys.
    package init(pool: PostgresPool, keys: KeyRing) {
        self.pool = pool
        self.keys = keys
    }

    package func receive(
        _ webhooks: [Webhook],
        delivery: WebhookDelivery
    ) async throws(StoreError) -> [WebhookID] {
        guard !webhooks.isEmpty else { return [] }
        let stored = delivery.storedForm
        var queries: [Query] = []
        for webhook in webhooks {
            let keys = try await keys.keys(of: webhook.tenant, pool)
            queries.append(
                WebhookTable.receive(
                    .id(webhook.id),
                    .id(webhook.tenant),
                    .id(webhook.account),
                    .text(webhook.vendor.name),
                    .said(webhook.eventKey),
                    .said(webhook.eventType),
                    .bytes(keys.seal(stored, as: .delivery(webhook.id))),
                    .count(keys.currentVersion)
                )
            )
        }
        return try await writing(queries) { answers throws(PostgresError) in
            var new: [WebhookID] = []
            for (webhook, answer) in zip(webhooks, answers) {
                var reader = ColumnReader(try answer.only)
                if try reader.id() == webhook.id { new.append(webhook.id) }
            }
            return new
        }
    }

    package func claim(
        limit: Int,
        lease: Duration,
        busy: Set<VendorID> = []
    ) async throws(StoreError) -> [ClaimedWebhook] {
        let query = WebhookTable.claim(
            .count(limit),
            .span(lease),
            .textArray(busy.map(\.name))
        )
        return try await writing([query]) { answers throws(PostgresError) in
            var claimed: [ClaimedWebhook] = []
            for row in answers[0] {
                var reader = ColumnReader(row)
                let webhook = try WebhookTable.read(&reader)
                let sealed = try reader.bytesOrNil()
                let version = try reader.intOrNil()
                claimed.append(
                    ClaimedWebhook(webhook) { () async throws(StoreError) in
                        try await open(sealed, version, of: webhook)
                    }
                )
            }
            return claimed
        }
    }

    private func open(
        _ sealed: [UInt8]?,
        _ version: Int?,
        of webhook: Webhook
    ) async throws(StoreError) -> WebhookDelivery? {
        guard let sealed, let version else { return nil }
        let keys = try await keys.keys(of: webhook.tenant, including: version, pool)
        return keys.open(sealed, version: version, as: .delivery(webhook.id))
            .flatMap(WebhookDelivery.init(storedForm:))
    }

    package func finish(
        _ id: WebhookID,
        as state: Webhook.State,
        error: String?
    ) async throws(StoreError) {
        try await writing([WebhookTable.finish(.id(id), .word(state), .text(orNull: error))]) {
            _ in
        }
    }

    package func postpone(
        _ id: WebhookID,
        by delay: Duration,
        maximumRuns: Int,
        error: String
    ) async throws(StoreError) {
        let query = WebhookTable.postpone(
            .id(id),
            .span(delay),
            .count(maximumRuns),
            .said(error)
        )
        try await writing([query]) { _ in }
    }

    package func webhooks(
        of tenant: TenantID,
        state: Webhook.State?,
        after: WebhookID?,
        limit: Int
    ) async throws(StoreError) -> [Webhook] {
        let query = WebhookTable.list(tenant, state, after: after, limit: limit)
        return try await reading(query) { rows throws(PostgresError) in
            var webhooks: [Webhook] = []
            for row in rows {
                var reader = ColumnReader(row)
                webhooks.append(try WebhookTable.read(&reader))
            }
            return webhooks
        }
    }

    package func webhook(
        _ id: WebhookID,
        of tenant: TenantID
    ) async throws(StoreError) -> Webhook? {
        try await reading(WebhookTable.byID(.id(id), .id(tenant))) { rows throws(PostgresError) in
            guard let row = rows.first else { return nil }
            var reader = ColumnReader(row)
            return try WebhookTable.read(&reader)
        }
    }

    package func replay(
        _ id: WebhookID,
        of tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await pool.change(
            [WebhookTable.replay(.id(id), .id(tenant))],
            role: TenantSchema.control,
            noting: entry,
            in: tenant
        )[0].affected > 0
    }

    package func purge(olderThan age: Duration, limit: Int) async throws(StoreError) -> Int {
        try await writing([WebhookTable.purge(.span(age), .count(limit))]) { $0[0].affected }
    }

    private func writing<Value>(
        _ queries: [Query],
        _ decode: ([Rows]) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.transaction(role: TenantSchema.control, queries))
        }
    }

    private func reading<Value>(
        _ query: Query,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await storing { () async throws(PostgresError) in
            try decode(await pool.read(role: TenantSchema.control, [query])[0])
        }
    }
}
