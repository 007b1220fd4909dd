/// A claimed delivery with all that sending it needs.
package struct ClaimedDelivery: Sendable {
    package let subscription: EventSubscriptionID
    package let url: String
    /// Those that open, the current one first; during a rotation the one before as well.
    package let secrets: [VendorToken]
    package let published: PublishedEvent
    /// The number that this attempt will have once its outcome is known, 1 for the first.
    package let run: Int

    package init(
        subscription: EventSubscriptionID,
        url: String,
        secrets: [VendorToken],
        published: PublishedEvent,
        run: Int
    ) {
        self.subscription = subscription
        self.url = url
        self.secrets = secrets
        self.published = published
        self.run = run
    }
}

/// What became of one attempt to deliver.
package struct DeliveryResult: Sendable, Hashable {
    package enum Fate: Sendable, Hashable {
        case delivered
        case again(after: Duration)
        case dead
    }

    package let subscription: EventSubscriptionID
    package let event: EventID
    package let fate: Fate
    package let status: Int?
    package let error: String?
    /// The address that is gone for good: a subscription that still has it is disabled. One that has
    /// another by now goes on, and receives this event there.
    package let goneURL: String?

    package init(
        subscription: EventSubscriptionID,
        event: EventID,
        fate: Fate,
        status: Int?,
        error: String?,
        goneURL: String? = nil
    ) {
        self.subscription = subscription
        self.event = event
        self.fate = fate
        self.status = status
        self.error = error
        self.goneURL = goneURL
    }
}

/// The event subscriptions of tenants and their deliveries.
package protocol SubscriptionStore: AuditedStore {
    /// A new subscription; it receives events from now on.
    func insert(
        _ subscription: EventSubscription,
        secret: VendorToken,
        in tenant: TenantID
    ) async throws(StoreError)
    /// Changes what a tenant may change; false when there is none, or somebody changed it since
    /// `known`.
    ///
    /// - Parameter known: ``EventSubscription/updatedAt`` as it was read.
    func update(
        _ subscription: EventSubscription,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool
    func delete(_ id: EventSubscriptionID, in tenant: TenantID) async throws(StoreError) -> Bool
    /// Signs with `secret` from now on, and for `overlap` with the one before as well.
    func rotate(
        _ id: EventSubscriptionID,
        to secret: VendorToken,
        overlap: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool
    func subscription(
        _ id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> EventSubscription?
    /// At most `limit` after one of them, oldest first.
    func subscriptions(
        after: EventSubscriptionID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventSubscription]
    /// Those that sign now and open; empty when none does.
    func secrets(
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorToken]

    /// A subscription's deliveries, newest first, before a position.
    func deliveries(
        of id: EventSubscriptionID,
        state: EventDelivery.State?,
        before position: Int64?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventDelivery]
    /// Makes one delivery due again with a fresh count of attempts; false when there is none.
    func replay(
        _ event: EventID,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool
    /// Makes every delivery after a position due again, delivered ones too; returns how many.
    func replay(
        after position: Int64,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Int

    /// Does a turn's work in one commit. Several at once take different deliveries; one whose holder
    /// died is due again after its lease.
    func take(
        _ turn: DeliveryTurn,
        in tenant: TenantID
    ) async throws(StoreError) -> DeliveryTurn.Outcome
}
