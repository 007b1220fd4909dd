internal import HTTP
package import PaymentCore

/// What the API stands on. One set per loop, filled by the composition root: nothing in it is
/// handed from loop to loop.
package final class APIServices: Sendable {
    let workflows: PaymentWorkflows
    let store: any PaymentStore
    let queries: any PaymentQueries
    let ledger: any LedgerStore & LedgerQueries
    let watch: any LedgerWatch
    let jobs: any JobStore
    let policies: any PolicyStore
    let desk: any OperatorStore
    let control: any ControlStore
    let routes: any RouteStore
    let health: any HealthDirectory
    let inbox: any WebhookInbox
    let subscriptions: any SubscriptionStore
    let receivers: any EventReceivers
    let events: any EventInbox
    let audit: any AuditTrail
    let vendors: any VendorDirectory
    /// The vendors that this process serves, as callers see them.
    let adapters: [AdapterDescription]
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let envelope: EventEnvelope
    /// Monotonic time.
    let now: @Sendable () -> ContinuousClock.Instant
    /// Suspends on the loop; returns early when the task is cancelled.
    let sleep: @Sendable (Duration) async -> Void
    /// Whether the process can do its work: one entry per thing it needs.
    let readiness: @Sendable () async -> [ReadinessCheck]
    /// The metrics in Prometheus' text format.
    let metrics: @Sendable () -> [UInt8]
    /// The tenant's accounts or routes were changed here: the directories must not wait for their
    /// refresh.
    let accountsChanged: @Sendable (TenantID) -> Void

    package init(
        workflows: PaymentWorkflows,
        store: any PaymentStore,
        queries: any PaymentQueries,
        ledger: any LedgerStore & LedgerQueries,
        watch: any LedgerWatch,
        jobs: any JobStore,
        policies: any PolicyStore,
        desk: any OperatorStore,
        control: any ControlStore,
        routes: any RouteStore,
        health: any HealthDirectory,
        inbox: any WebhookInbox,
        subscriptions: any SubscriptionStore,
        receivers: any EventReceivers,
        events: any EventInbox,
        audit: any AuditTrail,
        vendors: any VendorDirectory,
        adapters: [AdapterDescription],
        clock: any WallClock,
        identifiers: any IdentifierSource,
        eventNamespace: String = "melmastoon",
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async -> Void,
        readiness: @escaping @Sendable () async -> [ReadinessCheck] = { [] },
        metrics: @escaping @Sendable () -> [UInt8] = { [] },
        accountsChanged: @escaping @Sendable (TenantID) -> Void = { _ in }
    ) {
        self.workflows = workflows
        self.store = store
        self.queries = queries
        self.ledger = ledger
        self.watch = watch
        self.jobs = jobs
        self.policies = policies
        self.desk = desk
        self.control = control
        self.routes = routes
        self.health = health
        self.inbox = inbox
        self.subscriptions = subscriptions
        self.receivers = receivers
        self.events = events
        self.audit = audit
        self.vendors = vendors
        self.adapters = adapters
        self.clock = clock
        self.identifiers = identifiers
        envelope = EventEnvelope(namespace: eventNamespace)
        self.now = now
        self.sleep = sleep
        self.readiness = readiness
        self.metrics = metrics
        self.accountsChanged = accountsChanged
    }
}

/// One thing that the process needs, and whether it is there.
package struct ReadinessCheck: Sendable, Hashable {
    package let name: String
    package let isMet: Bool

    package init(name: String, isMet: Bool) {
        self.name = name
        self.isMet = isMet
    }
}
