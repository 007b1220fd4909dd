/// One vendor event as it was received.
package struct Webhook: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case received
        case applied
        /// Verified, and nothing in it changes a payment: kept and visible.
        case kept
        /// Out of runs: waits for an operator's replay.
        case dead
    }

    package let id: WebhookID
    package let tenant: TenantID
    package let account: MerchantAccountID
    package let vendor: VendorID
    package let eventKey: String
    package let eventType: String
    package let receivedAt: Timestamp
    package let state: State
    package let run: Int
    package let lastError: String?
    /// Deliveries of the same event beyond the first.
    package let duplicates: Int

    package init(
        id: WebhookID,
        tenant: TenantID,
        account: MerchantAccountID,
        vendor: VendorID,
        eventKey: String,
        eventType: String,
        receivedAt: Timestamp,
        state: State,
        run: Int,
        lastError: String?,
        duplicates: Int
    ) {
        self.id = id
        self.tenant = tenant
        self.account = account
        self.vendor = vendor
        self.eventKey = eventKey
        self.eventType = eventType
        self.receivedAt = receivedAt
        self.state = state
        self.run = run
        self.lastError = lastError
        self.duplicates = duplicates
    }
}

extension Webhook {
    /// An event as it comes in: not looked at, and delivered for the first time.
    ///
    /// - Parameters:
    ///   - key: the vendor's name of the event, by which it is known again.
    ///   - run: how often it was begun.
    package init(
        _ id: WebhookID,
        key: String,
        type: String,
        of account: MerchantAccount,
        receivedAt: Timestamp,
        run: Int = 0
    ) {
        self.init(
            id: id,
            tenant: account.tenant,
            account: account.id,
            vendor: account.vendor,
            eventKey: key,
            eventType: type,
            receivedAt: receivedAt,
            state: .received,
            run: run,
            lastError: nil,
            duplicates: 0
        )
    }

    /// The type of a delivery that could not be verified when it came in.
    package static let unverifiedType = "unverified"

    /// The key of such a delivery, by the digest of its body.
    package static func unverifiedKey(_ digest: String) -> String {
        "\(unverifiedType):\(digest)"
    }

    package var isUnverified: Bool { eventType == Self.unverifiedType }
}

/// A webhook that is due, and ours until its lease is over.
package struct ClaimedWebhook: Sendable {
    package let webhook: Webhook
    /// Opens what was delivered; nil when it does not open with its key. Throws when the key cannot
    /// be had: each is opened by itself, so that one tenant's key holds up no other.
    package let delivery: @Sendable () async throws(StoreError) -> WebhookDelivery?

    package init(
        _ webhook: Webhook,
        delivery: @escaping @Sendable () async throws(StoreError) -> WebhookDelivery?
    ) {
        self.webhook = webhook
        self.delivery = delivery
    }
}

/// The central inbox: store first, answer, apply after.
package protocol WebhookInbox: AuditedStore {
    /// Stores verified notices of one delivery with its body. An event key that the account has
    /// delivered before is counted as a duplicate and not stored again.
    /// Answers with the events that are new.
    func receive(
        _ webhooks: [Webhook],
        delivery: WebhookDelivery
    ) async throws(StoreError)
        -> [WebhookID]

    /// Claims received webhooks that are due, oldest first.
    ///
    /// - Parameter busy: vendors whose webhooks are left for later.
    func claim(
        limit: Int,
        lease: Duration,
        busy: Set<VendorID>
    ) async throws(StoreError) -> [ClaimedWebhook]

    /// - Parameter error: why it ended so, for an operator.
    func finish(
        _ id: WebhookID,
        as state: Webhook.State,
        error: String?
    ) async throws(StoreError)
    func postpone(
        _ id: WebhookID,
        by delay: Duration,
        maximumRuns: Int,
        error: String
    ) async throws(StoreError)

    func webhooks(
        of tenant: TenantID,
        state: Webhook.State?,
        after: WebhookID?,
        limit: Int
    ) async throws(StoreError) -> [Webhook]
    func webhook(_ id: WebhookID, of tenant: TenantID) async throws(StoreError) -> Webhook?
    /// Makes a dead or kept webhook due again; false when there is none.
    func replay(_ id: WebhookID, of tenant: TenantID) async throws(StoreError) -> Bool
    /// Deletes at most `limit` webhooks received longer ago than `age`, only applied and kept ones;
    /// returns how many.
    func purge(olderThan age: Duration, limit: Int) async throws(StoreError) -> Int
}
