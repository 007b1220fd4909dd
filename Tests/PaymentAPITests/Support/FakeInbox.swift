import PaymentCore
import Synchronization
import TestKit

/// The webhook inbox in memory.
final class FakeInbox: WebhookInbox, Sendable {
    private let stored = Mutex<[Webhook]>([])
    private let kept = Mutex<[WebhookDelivery]>([])

    var webhooks: [Webhook] { stored.withLock { $0 } }
    /// As they were handed over to be stored.
    var deliveries: [WebhookDelivery] { kept.withLock { $0 } }

    func receive(
        _ webhooks: [Webhook],
        delivery: WebhookDelivery
    ) async throws(StoreError) -> [WebhookID] {
        kept.withLock { $0.append(delivery) }
        return stored.withLock { stored in
            let new = webhooks.filter { webhook in
                !stored.contains {
                    $0.account == webhook.account && $0.eventKey == webhook.eventKey
                }
            }
            stored += new
            return new.map(\.id)
        }
    }

    func claim(
        limit: Int,
        lease: Duration,
        busy: Set<VendorID>
    ) async throws(StoreError) -> [ClaimedWebhook] { [] }

    func finish(
        _ id: WebhookID,
        as state: Webhook.State,
        error: String?
    ) async throws(StoreError) {}

    func postpone(
        _ id: WebhookID,
        by delay: Duration,
        maximumRuns: Int,
        error: String
    ) async throws(StoreError) {}

    func webhooks(
        of tenant: TenantID,
        state: Webhook.State?,
        after: WebhookID?,
        limit: Int
    ) async throws(StoreError) -> [Webhook] {
        Array(
            webhooks.filter { webhook in
                webhook.tenant == tenant && (state == nil || webhook.state == state)
                    && (after.map { webhook.id < $0 } ?? true)
            }.sorted { $0.id > $1.id }.prefix(limit)
        )
    }

    func webhook(_ id: WebhookID, of tenant: TenantID) async throws(StoreError) -> Webhook? {
        webhooks.first { $0.id == id && $0.tenant == tenant }
    }

    func replay(_ id: WebhookID, of tenant: TenantID) async throws(StoreError) -> Bool {
        webhooks.contains { $0.id == id && $0.tenant == tenant }
    }

    func purge(olderThan age: Duration, limit: Int) async throws(StoreError) -> Int { 0 }
}
