package import HTTP
package import PaymentCore

/// A vendor as data: what it can do, what an account of it needs, and how to speak to it.
package struct VendorDescriptor: Sendable {
    package enum Implementation: Sendable {
        /// Speaks over HTTP: a dialect, sent by the one ``VendorClient``.
        case dialect(any VendorDialect.Type)
        /// Has no wire.
        case port(any PaymentPort)
    }

    package let id: VendorID
    /// The name for people.
    package let name: String
    package let capabilities: Capabilities
    /// What an account of this vendor is configured with, secrets and settings alike.
    package let fields: [CredentialField]
    package let implementation: Implementation
    /// How it is answered when it asks us; nil for a vendor that asks nothing.
    package let questions: (any VendorQuestions)?
    /// How its notifications are answered.
    package let receipts: NoticeReceipts
    /// How its deliveries name their account; nil for one whose deliveries do not.
    package let routing: DeliveryRouting?
    /// Finds what is wrong with fields beyond the shape of each.
    private let check: @Sendable (Credentials) -> [CredentialProblem]

    package init(
        id: VendorID,
        name: String,
        capabilities: Capabilities,
        fields: [CredentialField] = [],
        implementation: Implementation,
        questions: (any VendorQuestions)? = nil,
        receipts: NoticeReceipts = NoticeReceipts(),
        routing: DeliveryRouting? = nil,
        check: @escaping @Sendable (Credentials) -> [CredentialProblem] = { _ in [] }
    ) {
        self.id = id
        self.name = name
        self.capabilities = capabilities
        self.fields = fields
        self.implementation = implementation
        self.questions = questions
        self.receipts = receipts
        self.routing = routing
        self.check = check
    }

    /// The vendor as the core sees it. One per transport, so one per event loop; the memory is
    /// the process's.
    ///
    /// - Parameter sleep: how a conversation pauses.
    package func makePort(
        transport: any HTTPTransport,
        memory: VendorMemory = VendorMemory(),
        observer: (any VendorObserver)? = nil,
        sleep: @escaping @Sendable (Duration) async -> Void = VendorClient.taskSleep
    ) -> any PaymentPort {
        switch implementation {
        case .dialect(let dialect):
            VendorClient(
                vendor: id,
                capabilities: capabilities,
                dialect: dialect,
                questions: questions,
                receipts: receipts,
                nameField: routing?.field,
                transport: transport,
                memory: memory,
                observer: observer,
                sleep: sleep
            )
        case .port(let port): port
        }
    }

    /// Everything that is wrong with an account's fields; empty when it can be used.
    package func problems(in credentials: Credentials) -> [CredentialProblem] {
        let known = Set(fields.map(\.name))
        let unknown = credentials.fields.keys.filter { !known.contains($0) }.sorted()
        return fields.compactMap { $0.problem(in: credentials.values($0.name)) }
            + unknown.map { CredentialProblem(field: $0, code: .unknownField) }
            + check(credentials)
    }
}
