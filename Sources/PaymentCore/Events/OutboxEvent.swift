/// The facts that are published. The full name on the wire is
/// `<namespace>.payment.<aggregate>.<fact>.v1`.
package enum EventType: String, Sendable, CaseIterable {
    case transactionCreated = "transaction.created"
    case transactionUpdated = "transaction.updated"
    case transactionAuthorized = "transaction.authorized"
    case transactionCaptured = "transaction.captured"
    case transactionRefunded = "transaction.refunded"
    case transactionVoided = "transaction.voided"
    case transactionExpired = "transaction.expired"
    case transactionFailed = "transaction.failed"
    /// A declined payment will be tried again; the intent's `retry` says when.
    case retryPlanned = "transaction.retry_planned"
    /// A declined payment will not be tried again, and why.
    case retryExhausted = "transaction.retry_exhausted"
    /// Only the customer can go on: they must prove who they are.
    case customerRequired = "transaction.customer_required"
    /// A hold is about to run out.
    case holdExpiring = "transaction.hold_expiring"
    /// An unknown outcome is to be settled by hand: a second person must decide.
    case settlementProposed = "transaction.settlement_proposed"
    case settlementApproved = "transaction.settlement_approved"
    case settlementTurnedDown = "transaction.settlement_turned_down"
    case methodTokenized = "method.tokenized"
    case methodDetached = "method.detached"
    case discrepancyFound = "reconciliation.discrepancy_found"
    case cashRefundRequested = "cash.refund_requested"
    /// A vendor account's breaker opened, half-opened or closed.
    case adapterHealthChanged = "adapter.health_changed"
    /// The books begin: what had happened before was posted.
    case ledgerOpened = "ledger.opened"
    /// The books' order was sealed up to a place.
    case ledgerSealed = "ledger.sealed"
    /// An account began, or ceased, to hold what should have been cleared by now.
    case ledgerClearingAlert = "ledger.clearing_alert"
    /// The audit trail was sealed up to a place.
    case auditSealed = "audit.sealed"
    /// An event that another service sent took effect, or never will.
    case eventHandled = "event.handled"
}

/// The stored name of an event's type: one that a newer release wrote is published like the others.
package struct EventName: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package init(_ type: EventType) { rawValue = type.rawValue }

    /// The kind of thing it is about, as the outbox names it.
    package var aggregate: String {
        String(rawValue.prefix { $0 != "." })
    }

    package static func == (name: EventName, type: EventType) -> Bool {
        name.rawValue == type.rawValue
    }
}

/// One event as it is stored with the change that it reports. It has no position yet: the publisher
/// assigns positions after commit, because a position taken before would skip rows that commit
/// late.
package struct OutboxEvent: Sendable, Hashable {
    package let id: EventID
    package let type: EventName
    /// The identifier of the aggregate in its text form.
    package let aggregate: String
    /// Dense per aggregate, from 1.
    package let sequence: Int64
    package let occurredAt: Timestamp
    /// The request or job that caused it.
    package let correlation: String?
    /// What it belongs to in the initiator's words, such as a booking saga's identifier; nil when
    /// it belongs to its aggregate alone.
    package let conversation: String?
    package let traceparent: String?
    /// The event's data, a JSON object.
    package let data: String

    package init(
        id: EventID,
        type: EventName,
        aggregate: String,
        sequence: Int64,
        occurredAt: Timestamp,
        correlation: String?,
        conversation: String? = nil,
        traceparent: String?,
        data: String
    ) {
        self.id = id
        self.type = type
        self.aggregate = aggregate
        self.sequence = sequence
        self.occurredAt = occurredAt
        self.correlation = correlation
        self.conversation = conversation
        self.traceparent = traceparent
        self.data = data
    }
}

/// An event with its place in the tenant's feed.
package struct PublishedEvent: Sendable, Hashable {
    package let position: Int64
    package let event: OutboxEvent

    package init(position: Int64, event: OutboxEvent) {
        self.position = position
        self.event = event
    }
}
