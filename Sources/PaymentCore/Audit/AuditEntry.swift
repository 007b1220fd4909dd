package enum AuditKind: IdentifierKind {
    package static let prefix = "aud"
}

/// Names an entry of a tenant's audit trail: `aud_…`.
package typealias AuditID = Identifier<AuditKind>

/// Who did something, and from where.
package struct AuditAuthor: Sendable, Hashable {
    package let actor: Actor
    /// The operating system's account that a command ran under.
    package let commandUser: String?
    /// The client's network address, as far as it is known.
    package let address: String?
    package let requestID: String?

    package init(
        actor: Actor,
        commandUser: String? = nil,
        address: String? = nil,
        requestID: String? = nil
    ) {
        self.actor = actor
        self.commandUser = commandUser
        self.address = address
        self.requestID = requestID
    }

    package init(_ caller: Caller) {
        self.init(
            actor: caller.actor,
            commandUser: caller.commandUser,
            address: caller.address,
            requestID: caller.requestID
        )
    }
}

/// Something that somebody did to a tenant's configuration or money. Committed together with it.
package struct AuditEntry: Sendable, Hashable {
    package let id: AuditID
    package let author: AuditAuthor
    /// The operation's name: `PUT /adapters/routes`, `gateway key create`.
    package let action: String
    /// What it was done to: an identifier, or a word where there is only one.
    package let resource: String
    /// JSON texts without secrets; nil where there was, or is, nothing.
    package let before: String?
    package let after: String?

    package init(
        id: AuditID,
        author: AuditAuthor,
        action: String,
        resource: String,
        before: String? = nil,
        after: String? = nil
    ) {
        self.id = id
        self.author = author
        self.action = action
        self.resource = resource
        self.before = before
        self.after = after
    }
}

extension Caller {
    /// The trail's entry for what this caller does.
    package func entry(
        _ id: AuditID,
        on resource: String,
        before: String? = nil,
        after: String? = nil
    ) -> AuditEntry {
        guard let action else {
            preconditionFailure("invariant: who changes something says what it does")
        }
        return AuditEntry(
            id: id,
            author: AuditAuthor(self),
            action: action,
            resource: resource,
            before: before,
            after: after
        )
    }
}

/// An entry word for word as it is stored: what is sealed, exported and verified must show a
/// corrupted row too, so nothing here is parsed into types that could refuse it.
package struct AuditRecord: Sendable, Hashable {
    package let id: AuditID
    /// By the database's clock.
    package let recordedAt: Timestamp
    package let author: AuditAuthor
    package let action: String
    package let resource: String
    package let before: String?
    package let after: String?

    package init(
        id: AuditID,
        recordedAt: Timestamp,
        author: AuditAuthor,
        action: String,
        resource: String,
        before: String?,
        after: String?
    ) {
        self.id = id
        self.recordedAt = recordedAt
        self.author = author
        self.action = action
        self.resource = resource
        self.before = before
        self.after = after
    }
}

/// A record with its place in the trail.
package struct SealedAuditRecord: ChainLink, Hashable {
    /// Dense, from 1.
    package let position: Int64
    /// The latest moment that was recorded up to here: never decreases along the positions.
    package let bookedAt: Timestamp
    package let record: AuditRecord

    package init(position: Int64, bookedAt: Timestamp, record: AuditRecord) {
        self.position = position
        self.bookedAt = bookedAt
        self.record = record
    }

    package static let fieldNames = [
        "position", "booked_at", "id", "recorded_at", "action", "resource", "key_id", "person",
        "command_user", "address", "request_id", "before", "after",
    ]

    package var values: [SealedValue] {
        let author = record.author
        return [
            .integer(position),
            .time(bookedAt),
            .id(record.id),
            .time(record.recordedAt),
            .text(record.action),
            .text(record.resource),
            .id(orNull: author.actor.key),
            .text(orNull: author.actor.person),
            .text(orNull: author.commandUser),
            .text(orNull: author.address),
            .text(orNull: author.requestID),
            .text(orNull: record.before),
            .text(orNull: record.after),
        ]
    }
}
