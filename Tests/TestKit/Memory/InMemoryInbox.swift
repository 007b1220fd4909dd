package import PaymentCore
import Synchronization

/// The central inbox in memory: an event key is stored once for its account, and claims are
/// leases.
package final class InMemoryInbox: WebhookInbox, Sendable {
    private struct Row: Sendable {
        var webhook: Webhook
        let delivery: WebhookDelivery
        var dueAt: Timestamp
    }

    private let rows = Mutex<[Row]>([])
    private let clock: any WallClock

    package init(clock: any WallClock) {
        self.clock = clock
    }

    /// When the next one is due; nil when none waits.
    package var nextDue: Timestamp? {
        rows.withLock { rows in
            rows.lazy.filter { $0.webhook.state == .received }.map(\.dueAt).min()
        }
    }

    /// All that was ever received, in its order.
    package var webhooks: [Webhook] { rows.withLock { $0.map(\.webhook) } }

    package func receive(
        _ webhooks: [Webhook],
        delivery: WebhookDelivery
    ) async throws(StoreError) -> [WebhookID] {
        rows.withLock { rows in
            var new: [WebhookID] = []
            for webhook in webhooks {
                let known = rows.firstIndex {
                    $0.webhook.account == webhook.account
                        && $0.webhook.eventKey == webhook.eventKey
                }
                if let known {
                    let duplicates = rows[known].webhook.duplicates + 1
                    rows[known].webhook = rows[known].webhook.changed(duplicates: duplicates)
                } else {
                    rows.append(Row(webhook: webhook, delivery: delivery, dueAt: clock.now))
                    new.append(webhook.id)
                }
            }
            return new
        }
    }

    package func claim(
        limit: Int,
        lease: Duration,
        busy: Set<VendorID> = []
    ) async throws(StoreError) -> [ClaimedWebhook] {
        rows.withLock { rows in
            let now = clock.now
            let due = rows.indices
                .filter { rows[$0].webhook.state == .received && rows[$0].dueAt <= now }
                .filter { !busy.contains(rows[$0].webhook.vendor) }
                .sorted { (rows[$0].dueAt, $0) < (rows[$1].dueAt, $1) }
            return due.prefix(limit).map { index in
                rows[index].dueAt = now + lease
                rows[index].webhook = rows[index].webhook.changed(run: rows[index].webhook.run + 1)
                let delivery = rows[index].delivery
                return ClaimedWebhook(rows[index].webhook) { delivery }
            }
        }
    }

    package func finish(
        _ id: WebhookID,
        as state: Webhook.State,
        error: String?
    ) async throws(StoreError) {
        change(id) { $0.webhook = $0.webhook.changed(state: state, lastError: error) }
    }

    package func postpone(
        _ id: WebhookID,
        by delay: Duration,
        maximumRuns: Int,
        error: String
    ) async throws(StoreError) {
        change(id) { row in
            let isDead = row.webhook.run >= maximumRuns
            row.dueAt = clock.now + delay
            row.webhook = row.webhook.changed(state: isDead ? .dead : .received, lastError: error)
        }
    }

    package func webhooks(
        of tenant: TenantID,
        state: Webhook.State?,
        after: WebhookID?,
        limit: Int
    ) async throws(StoreError) -> [Webhook] {
        let found = webhooks.filter { webhook in
            webhook.tenant == tenant && (state == nil || webhook.state == state)
                && after.map { webhook.id > $0 } ?? true
        }
        return Array(found.prefix(limit))
    }

    package func webhook(
        _ id: WebhookID,
        of tenant: TenantID
    ) async throws(StoreError) -> Webhook? {
        webhooks.first { $0.id == id && $0.tenant == tenant }
    }

    package func replay(_ id: WebhookID, of tenant: TenantID) async throws(StoreError) -> Bool {
        guard let webhook = try await webhook(id, of: tenant),
            webhook.state == .dead || webhook.state == .kept
        else { return false }
        change(id) { row in
            row.dueAt = clock.now
            row.webhook = webhook.changed(state: .received, run: 0)
        }
        return true
    }

    package func purge(olderThan age: Duration, limit: Int) async throws(StoreError) -> Int {
        rows.withLock { rows in
            let old = rows.filter { row in
                let hasEnded = row.webhook.state == .applied || row.webhook.state == .kept
                return hasEnded && clock.now - row.webhook.receivedAt > age
            }
            let gone = Set(old.prefix(limit).map(\.webhook.id))
            rows.removeAll { gone.contains($0.webhook.id) }
            return gone.count
        }
    }

    private func change(_ id: WebhookID, _ body: (inout Row) -> Void) {
        rows.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.webhook.id == id }) else { return }
            body(&rows[index])
        }
    }
}

extension Webhook {
    fileprivate func changed(
        state: State? = nil,
        run: Int? = nil,
        lastError: String? = nil,
        duplicates: Int? = nil
    ) -> Webhook {
        Webhook(
            id: id,
            tenant: tenant,
            account: account,
            vendor: vendor,
            eventKey: eventKey,
            eventType: eventType,
            receivedAt: receivedAt,
            state: state ?? self.state,
            run: run ?? self.run,
            lastError: lastError ?? self.lastError,
            duplicates: duplicates ?? self.duplicates
        )
    }
}
