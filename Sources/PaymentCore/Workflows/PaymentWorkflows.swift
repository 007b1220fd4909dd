/// What a payment service does, one verb per file. Every workflow is a list of atomic phases:
/// commit what will be asked, ask outside any transaction, commit what was answered. A crash
/// between any two lines has one continuation, and ``followPayment(_:in:)`` performs it.
///
/// The workflows know only ports, so that they run in memory under a virtual clock as well as on
/// Postgres and real vendors.
///
/// One object for a whole loop: a copy in every suspended request would cost more memory than the
/// request itself.
package final class PaymentWorkflows: Sendable {
    let store: any PaymentStore
    let jobs: any JobStore
    let vendors: any VendorDirectory
    let accounts: any AccountDirectory
    let routes: any RouteDirectory
    let health: any HealthDirectory
    let presenter: any Presenter
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let observer: any WorkflowObserver
    let settings: WorkflowSettings
    /// Watches the books' accounts; nil where nobody does.
    let watch: (any LedgerWatch)?
    /// For other services' events; nil where none come in.
    let inbound: InboundPorts?
    let policies: any PolicyDirectory
    let history: any PolicyStore
    let places: VendorPlaces

    package init(
        store: any PaymentStore,
        jobs: any JobStore,
        vendors: any VendorDirectory,
        accounts: any AccountDirectory,
        routes: any RouteDirectory = NoRoutes(),
        health: any HealthDirectory = UnwatchedHealth(),
        presenter: any Presenter,
        clock: any WallClock,
        identifiers: any IdentifierSource,
        observer: any WorkflowObserver,
        settings: WorkflowSettings = WorkflowSettings(),
        watch: (any LedgerWatch)? = nil,
        inbound: InboundPorts? = nil,
        policies: any PolicyDirectory = StandardPolicies(),
        history: any PolicyStore = StandardPolicies(),
        places: VendorPlaces = VendorPlaces()
    ) {
        self.policies = policies
        self.history = history
        self.places = places
        self.store = store
        self.jobs = jobs
        self.vendors = vendors
        self.accounts = accounts
        self.routes = routes
        self.health = health
        self.presenter = presenter
        self.clock = clock
        self.identifiers = identifiers
        self.observer = observer
        self.settings = settings
        self.watch = watch
        self.inbound = inbound
    }
}

/// Times that the workflows keep.
package struct WorkflowSettings: Sendable {
    /// What the lease of an asked attempt adds to the vendor's call timeout.
    package var leaseMargin: Duration = .seconds(10)
    /// What the vendor's key window is shortened by before a repetition counts as unsafe.
    package var keyWindowMargin: Duration = .seconds(3_600)
    /// The oldest exchange rate that may be frozen into a payment.
    package var rateAge: Duration = .seconds(86_400)
    /// How long a page may wait for its payer before it is closed.
    package var pageLifetime: Duration = .seconds(86_400)
    /// By this age an unknown outcome is an operator's matter.
    package var escalationAge: Duration = .seconds(900)
    /// By this age an accepted request that the vendor is silent about is an operator's matter.
    package var pendingPatience: Duration = .seconds(3 * 86_400)
    /// How long after a hold's stated end a vendor that cannot be asked may report that it is gone.
    package var expiryPatience: Duration = .seconds(86_400)
    /// How long after a hold's stated end the vendor is asked about it.
    package var expiryMargin: Duration = .seconds(60)
    /// Where vendors reach this service, without a trailing slash; nil when it is not known. Some
    /// vendors must be given the address of their notifications with each payment.
    package var webhookBase: String?
    /// Records in one statement that a vendor asks for.
    package var maximumStatement = 10_000
    /// How long an event waits for an earlier one of its aggregate.
    package var orderPatience: Duration = .seconds(3_600)
    /// How long an event waits for what keeps it from taking effect.
    package var eventPatience: Duration = .seconds(86_400)

    package init() {}

    /// The look-up at this age is the last that a machine makes alone: a little earlier, so that
    /// the age is kept.
    var escalatesAfter: Duration { escalationAge - min(escalationAge / 10, .seconds(15)) }
}

/// Hears what the workflows do, for metrics and logs. Called between phases; must not block.
package protocol WorkflowObserver: Sendable {
    /// A movement was answered by its vendor. `outcome` is a bounded word.
    func answered(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        outcome: String,
        repeated: Bool
    )
    /// An unknown outcome became known, so long after it was asked.
    func resolved(_ operation: Attempt.Operation, by vendor: VendorID, after age: Duration)
    /// An unknown outcome has waited too long for a machine.
    func escalated(_ attempt: AttemptID, of intent: IntentID, in tenant: TenantID)
    /// Facts disagree with ours; the event that says so is committed.
    func discrepancy(about aggregate: String, in tenant: TenantID)
    /// A replay was answered from the store.
    func replayed()
    /// A breaker changed, and this process announced it to its tenant's consumers.
    func healthChanged(_ change: HealthTransition)
    /// A vendor's question could not be answered; it will be asked again.
    func questionFailed(_ question: String, of vendor: VendorID)
    /// A job was begun, so long after it was due.
    func began(_ job: JobKind, late: Duration)
    /// A job became a dead letter: somebody must look at it.
    func buried(_ job: JobKind)
    /// Another service's event became a dead letter.
    func buried(_ event: InboundEvent, _ reason: InboundEvent.Reason, in tenant: TenantID)
}

extension WorkflowObserver {
    package func began(_ job: JobKind, late: Duration) {}
    package func buried(_ job: JobKind) {}
    package func buried(
        _ event: InboundEvent,
        _ reason: InboundEvent.Reason,
        in tenant: TenantID
    ) {}
}

/// The idempotency key of a request, with what makes it the same request.
package struct RequestKey: Sendable, Hashable {
    package let key: String
    /// SHA-256 over method, path and canonical body.
    package let fingerprint: [UInt8]
    /// For operators: `POST /intents`.
    package let operation: String

    package init(key: String, fingerprint: [UInt8], operation: String) {
        self.key = key
        self.fingerprint = fingerprint
        self.operation = operation
    }
}

/// What a money movement answers.
package struct WorkflowAnswer: Sendable {
    package let answer: StoredAnswer
    /// Whether it was given before under the same key.
    package let isReplay: Bool
    package let payment: Payment?

    package init(_ answer: StoredAnswer, isReplay: Bool, payment: Payment?) {
        self.answer = answer
        self.isReplay = isReplay
        self.payment = payment
    }
}
