package import PaymentCore
import Synchronization

/// Event subscriptions in memory, as far as the API needs them: nothing is delivered.
package final class MemorySubscriptions: SubscriptionStore, Sendable {
    private struct Row: Sendable {
        var subscription: EventSubscription
        var secrets: [VendorToken]
    }

    private let rows = Mutex<[EventSubscriptionID: Row]>([:])

    private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    package init() {}

    /// This happens before the next update is written.
    package func beforeUpdating(_ work: @escaping @Sendable () async -> Void) {
        meanwhile.withLock { $0 = work }
    }

    package func insert(
        _ subscription: EventSubscription,
        secret: VendorToken,
        in tenant: TenantID
    ) async throws(StoreError) {
        rows.withLock { $0[subscription.id] = Row(subscription: subscription, secrets: [secret]) }
    }

    package func update(
        _ subscription: EventSubscription,
        as known: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        await meanwhile.withLock { $0.take() }?()
        return rows.withLock { rows in
            guard rows[subscription.id]?.subscription.updatedAt == known else { return false }
            rows[subscription.id]?.subscription = subscription
            return true
        }
    }

    package func delete(
        _ id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        rows.withLock { $0.removeValue(forKey: id) != nil }
    }

    package func rotate(
        _ id: EventSubscriptionID,
        to secret: VendorToken,
        overlap: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        rows.withLock { rows in
            guard let row = rows[id] else { return false }
            rows[id]?.secrets = [secret] + row.secrets.prefix(1)
            return true
        }
    }

    package func subscription(
        _ id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> EventSubscription? {
        rows.withLock { $0[id]?.subscription }
    }

    package func subscriptions(
        after: EventSubscriptionID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventSubscription] {
        rows.withLock { rows in
            let found = rows.values.map(\.subscription).filter { subscription in
                after.map { subscription.id > $0 } ?? true
            }
            return Array(found.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    package func secrets(
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorToken] {
        rows.withLock { $0[id]?.secrets ?? [] }
    }

    package func deliveries(
        of id: EventSubscriptionID,
        state: EventDelivery.State?,
        before position: Int64?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [EventDelivery] { [] }

    package func replay(
        _ event: EventID,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool { false }

    package func replay(
        after position: Int64,
        of id: EventSubscriptionID,
        in tenant: TenantID
    ) async throws(StoreError) -> Int { 0 }

    package func take(
        _ turn: DeliveryTurn,
        in tenant: TenantID
    ) async throws(StoreError) -> DeliveryTurn.Outcome {
        DeliveryTurn.Outcome(events: 0, taken: [])
    }
}
