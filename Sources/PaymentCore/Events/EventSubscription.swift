package enum EventSubscriptionKind: IdentifierKind {
    package static let prefix = "evs"
}

/// Names a subscription to events over signed HTTP: `evs_…`.
package typealias EventSubscriptionID = Identifier<EventSubscriptionKind>

/// A receiver of events over signed HTTP. Its secrets are kept separately.
package struct EventSubscription: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case active
        /// Nothing is sent: by the tenant's wish, or because the receiver said that it is gone.
        case disabled
    }

    package let id: EventSubscriptionID
    package var url: String
    package var description: String?
    /// Nil: every type, including those added later.
    package var types: Set<EventType>?
    package var state: State
    package var disabledReason: String?
    /// The position up to which deliveries have been made.
    package let cursor: Int64
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: EventSubscriptionID,
        url: String,
        description: String?,
        types: Set<EventType>?,
        state: State,
        disabledReason: String?,
        cursor: Int64,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.url = url
        self.description = description
        self.types = types
        self.state = state
        self.disabledReason = disabledReason
        self.cursor = cursor
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// The delivery of one event to one subscription.
package struct EventDelivery: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case ready
        case delivered
        /// Out of attempts, or refused for good: waits for a replay.
        case dead
    }

    package let event: EventID
    package let type: EventName
    package let position: Int64
    package let state: State
    /// Attempts so far whose outcome is known.
    package let run: Int
    /// The receiver's latest status; nil when none came.
    package let lastStatus: Int?
    package let lastError: String?
    package let dueAt: Timestamp
    package let createdAt: Timestamp

    package init(
        event: EventID,
        type: EventName,
        position: Int64,
        state: State,
        run: Int,
        lastStatus: Int?,
        lastError: String?,
        dueAt: Timestamp,
        createdAt: Timestamp
    ) {
        self.event = event
        self.type = type
        self.position = position
        self.state = state
        self.run = run
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.dueAt = dueAt
        self.createdAt = createdAt
    }
}
