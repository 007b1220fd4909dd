package enum InboundEventKind: IdentifierKind {
    package static let prefix = "iev"
}

/// Names an event that another service sent: `iev_…`.
package typealias InboundEventID = Identifier<InboundEventKind>

/// An event of another service in a tenant's inbox.
package struct InboundEvent: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        /// Its turn has not come, or what it asks for cannot be done yet.
        case received
        case applied
        /// A dead letter: nothing more happens until it is replayed.
        case dead
    }

    /// Why it is dead, or what it waits for.
    package enum Reason: String, Sendable, CaseIterable {
        /// Its data is not what its type promises.
        case malformed
        case unknownType = "unknown_type"
        /// It is for another tenant.
        case wrongTenant = "wrong_tenant"
        /// A later one of its aggregate had its turn first.
        case late
        /// An earlier one of its aggregate has not arrived.
        case gap
        /// Nobody has held the reservation, as far as is known.
        case unknownReservation = "unknown_reservation"
        /// Another event held the same reservation.
        case duplicateReservation = "duplicate_reservation"
        /// Arrived after its own end.
        case expired
        /// There is no card to charge, or no amount to charge it with.
        case nothingHeld = "nothing_held"
        /// The payment's rules say no.
        case refused
        /// The vendor said no.
        case declined
        /// The tenant is not served now.
        case notServed = "not_served"
        /// A database, a vendor or another movement must end or come back first.
        case unavailable
    }

    package let id: InboundEventID
    package let event: CloudEvent
    /// See ``InboundFact/aggregate``.
    package let aggregate: String
    /// The key that it came in under; nil when it came over the broker.
    package let sentBy: APIKeyID?
    package let state: State
    package let reason: Reason?
    /// For operators: which field, which rule.
    package let detail: String?
    /// The payment that it took effect on.
    package let intent: IntentID?
    /// How often an operator sent it again.
    package let replays: Int
    package let receivedAt: Timestamp
    /// Since it was received or replayed, by the store's clock.
    package let age: Duration

    package init(
        id: InboundEventID,
        event: CloudEvent,
        aggregate: String,
        sentBy: APIKeyID?,
        state: State = .received,
        reason: Reason? = nil,
        detail: String? = nil,
        intent: IntentID? = nil,
        replays: Int = 0,
        receivedAt: Timestamp,
        age: Duration = .zero
    ) {
        self.id = id
        self.event = event
        self.aggregate = aggregate
        self.sentBy = sentBy
        self.state = state
        self.reason = reason
        self.detail = detail
        self.intent = intent
        self.replays = replays
        self.receivedAt = receivedAt
        self.age = age
    }

    /// The idempotency key of one of its movements: the same for every run, another one for a
    /// replay, which is only possible after a definite no.
    func key(_ movement: String) -> RequestKey {
        RequestKey(
            key: "\(id):\(replays):\(movement)",
            fingerprint: [],
            operation: "EVENT \(movement)"
        )
    }
}

/// How the turn of an event ended.
package struct InboundEnd: Sendable, Hashable {
    package let event: InboundEvent
    /// Nil: it took effect.
    package let reason: InboundEvent.Reason?
    package let detail: String?
    package let intent: IntentID?
    package var drawer: DrawerMatch?

    package init(
        event: InboundEvent,
        reason: InboundEvent.Reason? = nil,
        detail: String? = nil,
        intent: IntentID? = nil,
        drawer: DrawerMatch? = nil
    ) {
        self.event = event
        self.reason = reason
        self.detail = detail
        self.intent = intent
        self.drawer = drawer
    }

    package var state: InboundEvent.State { reason == nil ? .applied : .dead }

    /// How far its aggregate's sequence has come with it; nil leaves it where it is. One that waited
    /// in vain for an earlier one has not passed: the earlier one may still come.
    package var passed: Int64? { reason == .gap || reason == .late ? nil : event.event.sequence }
}
