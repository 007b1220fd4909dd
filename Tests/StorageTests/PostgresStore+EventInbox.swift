import PaymentCore
import Storage

// Forwarding alone, as beside.
extension PostgresStore {
    func receive(
        _ event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent {
        try await events.receive(event, in: tenant)
    }

    func queue(
        of aggregate: String,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundQueue {
        try await events.queue(of: aggregate, limit: limit, in: tenant)
    }

    func note(
        _ reason: InboundEvent.Reason,
        _ detail: String?,
        of event: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) {
        try await events.note(reason, detail, of: event, in: tenant)
    }

    func reservation(
        _ id: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Reservation? {
        try await events.reservation(id, in: tenant)
    }

    func customer(
        ofReference reference: String,
        in tenant: TenantID
    ) async throws(StoreError) -> CustomerID? {
        try await events.customer(ofReference: reference, in: tenant)
    }

    func receipts(
        ofDrawer drawer: String,
        from: Timestamp,
        to: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> [CashReceipt] {
        try await events.receipts(ofDrawer: drawer, from: from, to: to, in: tenant)
    }

    func inboundEvent(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent? {
        try await events.inboundEvent(id, in: tenant)
    }

    func inboundEvents(
        state: InboundEvent.State?,
        after: InboundEventID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [InboundEvent] {
        try await events.inboundEvents(state: state, after: after, limit: limit, in: tenant)
    }

    func replay(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await events.replay(id, in: tenant)
    }
}
