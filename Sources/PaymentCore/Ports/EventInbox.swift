/// A tenant's inbox of other services' events, and what acting on them needs to find.
package protocol EventInbox: AuditedStore {
    /// Keeps an event, unless one of its source and id was kept before, and makes its aggregate's
    /// job due in the same commit. Answers with what is kept.
    func receive(
        _ event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent

    /// The waiting events of an aggregate, the oldest first.
    func queue(
        of aggregate: String,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundQueue

    /// Notes what a waiting event waits for.
    func note(
        _ reason: InboundEvent.Reason,
        _ detail: String?,
        of event: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError)

    func reservation(
        _ id: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Reservation?
    func customer(
        ofReference reference: String,
        in tenant: TenantID
    ) async throws(StoreError) -> CustomerID?
    /// What went through a drawer, both ends included.
    func receipts(
        ofDrawer drawer: String,
        from: Timestamp,
        to: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> [CashReceipt]

    func inboundEvent(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent?
    /// Newest first, before `after`.
    func inboundEvents(
        state: InboundEvent.State?,
        after: InboundEventID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [InboundEvent]
    /// Makes a dead letter wait for its turn again; false when there is none.
    func replay(_ id: InboundEventID, in tenant: TenantID) async throws(StoreError) -> Bool
}

/// What came for no tenant of ours, or could not be read: kept for an operator.
package protocol StrayEvents: Sendable {
    /// Keeps one; a second of the same origin is dropped.
    func keep(_ stray: StrayEvent) async throws(StoreError)
    /// Newest first, before `after`.
    func strays(after: InboundEventID?, limit: Int) async throws(StoreError) -> [StrayEvent]
    func stray(_ id: InboundEventID) async throws(StoreError) -> StrayEvent?
    func remove(_ id: InboundEventID) async throws(StoreError)
}

package struct StrayEvent: Sendable, Hashable {
    package let id: InboundEventID
    /// Where it was read, so that the same is not kept twice: a topic's place.
    package let origin: String
    package let reason: String
    /// The event in structured form, or what came when it was not one. Masked.
    package let body: String
    package let receivedAt: Timestamp

    package init(
        id: InboundEventID,
        origin: String,
        reason: String,
        body: String,
        receivedAt: Timestamp
    ) {
        self.id = id
        self.origin = origin
        self.reason = reason
        self.body = body
        self.receivedAt = receivedAt
    }
}

/// Reads other services' events and writes what is published about them. Pure.
package protocol InboundDocuments: Sendable {
    /// What an event says.
    func fact(in event: CloudEvent) throws(InboundRefusal) -> InboundFact
    /// The event without card numbers and secrets in its attributes and its data.
    func masked(_ event: CloudEvent) -> CloudEvent
    /// The event in structured form, masked.
    func document(of event: CloudEvent) -> String
    /// The event of a document that ``document(of:)`` wrote; nil for anything else.
    func event(in document: String) -> CloudEvent?
    /// The data of the event that replies.
    func eventData(of end: InboundEnd) -> String
}

/// Why an event says nothing that could be acted on.
package struct InboundRefusal: Error, Sendable, Hashable {
    package let reason: InboundEvent.Reason
    package let detail: String

    package init(_ reason: InboundEvent.Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}

/// What events may change about tenants.
package protocol TenantControl: Sendable {
    func tenant(_ id: TenantID) async throws(StoreError) -> Tenant?
    /// Makes the tenant ready and serves it: even when it is new, when making it was cut short, or
    /// when it was dropped. One that an operator suspended stays so.
    ///
    /// - Throws: `missingReference` for one that was erased.
    func provision(_ id: TenantID) async throws(StoreError)
    /// Stops serving it and forgets what is held open for it. Its data stays.
    func drop(_ id: TenantID) async throws(StoreError)
    /// Forgets what is remembered of its configuration.
    func refresh(_ id: TenantID)
}

/// What acting on other services' events relies on.
package struct InboundPorts: Sendable {
    let inbox: any EventInbox
    let strays: any StrayEvents
    let documents: any InboundDocuments
    let tenants: any TenantControl

    package init(
        inbox: any EventInbox,
        strays: any StrayEvents,
        documents: any InboundDocuments,
        tenants: any TenantControl
    ) {
        self.inbox = inbox
        self.strays = strays
        self.documents = documents
        self.tenants = tenants
    }
}
