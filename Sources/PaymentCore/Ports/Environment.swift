/// Where the core learns the time for display and for vendors' clocks. Leases and due times are
/// the database's business.
package protocol WallClock: Sendable {
    var now: Timestamp { get }
}

/// Where new identifiers come from: time and randomness in production, a counter in tests.
package protocol IdentifierSource: Sendable {
    func next() -> UUID7
}

extension IdentifierSource {
    package func make<Kind: IdentifierKind>(
        _ type: Identifier<Kind>.Type = Identifier<Kind>.self
    ) -> Identifier<Kind> {
        Identifier(next())
    }
}

/// The ports of the vendors that this process serves.
package protocol VendorDirectory: Sendable {
    func port(_ vendor: VendorID) -> (any PaymentPort)?
}

/// The active accounts of a tenant, from a cache that follows the database within seconds.
package protocol AccountDirectory: Sendable {
    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount]
}

/// Turns payments and events into the documents that callers know. Pure.
package protocol Presenter: Sendable {
    /// The answer to a movement. A payment never holds a secret; what the vendor's page needs
    /// comes separately in `action`, for the one answer that is sent and not stored.
    func answer(
        _ answer: MovementAnswer,
        to caller: Caller,
        revealing action: NextAction?
    ) -> StoredAnswer
    /// The data of an event about a payment.
    func eventData(of payment: Payment, movement: AttemptID?) -> String
    /// The data of an event about a vendor account's health.
    func eventData(of change: HealthTransition) -> String
    /// What a request asked of a payment, for the audit trail; `attempt` is what it began.
    func auditData(of payment: Payment, asking attempt: AttemptID?) -> String
    /// A routing decision, a JSON object.
    func document(of decision: RoutingDecision) -> String
    /// The data of an event about a method.
    func eventData(of method: PaymentMethod) -> String
}

/// Who is to be answered, and in which language.
package struct Caller: Sendable, Hashable {
    package let requestID: String
    package let language: Language
    package let actor: Actor
    package let traceparent: String?
    /// The client's network address, as far as it is known.
    package let address: String?
    /// The operating system's account that a command runs under.
    package let commandUser: String?
    /// What is done, by the name that the audit trail gives it: the operation's or the command's.
    package let action: String?

    package init(
        requestID: String,
        language: Language,
        actor: Actor,
        traceparent: String?,
        address: String? = nil,
        commandUser: String? = nil,
        action: String? = nil
    ) {
        self.action = action
        self.address = address
        self.commandUser = commandUser
        self.requestID = requestID
        self.language = language
        self.actor = actor
        self.traceparent = traceparent
    }
}

/// Languages that texts for people exist in.
package enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case russian = "ru"
    case uzbek = "uz"
}
