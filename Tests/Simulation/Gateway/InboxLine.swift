internal import PaymentCore
internal import TestKit

/// A process's way to the central inbox.
struct InboxLine {
    let life: Life
    let inbox: InMemoryInbox

    func receive(
        _ webhooks: [Webhook],
        delivery: WebhookDelivery
    ) async throws(StoreError) {
        _ = try await life.call { () async throws(StoreError) in
            try await inbox.receive(webhooks, delivery: delivery)
        }
    }

    func claim() async throws(StoreError) -> [ClaimedWebhook] {
        try await life.call { () async throws(StoreError) in
            try await inbox.claim(limit: 8, lease: .seconds(60))
        }
    }

    func finish(_ id: WebhookID, as state: Webhook.State) async throws(StoreError) {
        try await life.call { () async throws(StoreError) in
            try await inbox.finish(id, as: state, error: nil)
        }
    }

    func postpone(_ id: WebhookID, by delay: Duration) async throws(StoreError) {
        try await life.call { () async throws(StoreError) in
            try await inbox.postpone(id, by: delay, maximumRuns: .max, error: "")
        }
    }
}
