/// An isolated customer of the platform with a schema and a role of its own in the database.
package struct Tenant: Hashable, Sendable {
    package enum State: String, Sendable {
        case active
        /// Reads work, money does not move.
        case suspended
        /// Serves nothing; the data stays until it is erased on purpose.
        case dropped
    }

    package let id: TenantID
    package let name: String
    package let state: State
    /// Whether there is a schema that takes its data. There is none while it is being made, after
    /// that was cut short, and once it is erased.
    package let hasSchema: Bool

    package init(id: TenantID, name: String, state: State, hasSchema: Bool = true) {
        self.id = id
        self.name = name
        self.state = state
        self.hasSchema = hasSchema
    }
}

/// Who asks: the API key, and the person whom the caller names.
package struct Actor: Hashable, Sendable {
    package let key: APIKeyID?
    /// From the `Gateway-Actor` header; a claim of the caller's, not a proof.
    package let person: String?

    package init(key: APIKeyID?, person: String?) {
        self.key = key
        self.person = person
    }

    /// The gateway itself: recovery, sweeps, webhooks.
    package static let system = Actor(key: nil, person: nil)

    /// Whether the two are certainly different persons. The same key counts as one person unless
    /// both name different ones; a nameless actor is told apart by the key alone.
    package func isAnother(than other: Actor) -> Bool {
        switch (person, other.person) {
        case (let mine?, let theirs?): mine != theirs
        case (nil, _), (_, nil): key != other.key
        }
    }
}
