import HTTPClient
import KeyServices
import Logging
import Observability
import PaymentAPI
import PaymentCore
import Postgres
import Reactor
import Storage
import Vendors

/// Everything that one event loop works with. Nothing here is handed from loop to loop; what the
/// process shares is in ``SharedState``.
struct Services: Sendable {
    let loop: EventLoop
    let pool: PostgresPool
    let transport: HTTPClient
    let store: PostgresPaymentStore
    let jobs: PostgresJobStore
    let plans: PostgresPlanStore
    let control: PostgresControlStore
    let inbox: PostgresWebhookInbox
    let events: PostgresEventInbox
    let strays: PostgresStrayEvents
    let subscriptions: PostgresSubscriptionStore
    let receivers: ReceiverClient
    let queries: PostgresQueries
    let ledger: PostgresLedger
    let sealer: LedgerSealer
    let trail: PostgresAuditTrail
    let auditSealer: AuditSealer
    let watch: PostgresLedgerWatch
    let vendors: VendorPorts
    let health: WatchedHealth
    let workflows: PaymentWorkflows
    let observer: ServiceObserver
    let shared: SharedState

    /// Makes and migrates tenants, with the migrations of the configured folder.
    ///
    /// - Parameter caller: who does it, for the platform's trail.
    func provisioner(for caller: Caller) throws(SettingError) -> TenantProvisioner {
        let folder = shared.configuration.migrationsFolder
        return try SettingError.naming("GATEWAY_MIGRATIONS", folder) {
            try TenantProvisioner(
                pool: pool,
                keys: shared.keys,
                migrations: folder,
                note: { caller.entry(on: $0, before: $1, after: $2) }
            )
        }
    }

    var upkeep: TenantUpkeep { TenantUpkeep(pool: pool, shared: shared) }

    /// Wakes whoever waits for a tenant's events.
    func published(in tenant: TenantID) {
        shared.api.published.ring(tenant)
    }
}

/// What all loops of the process share, each behind its own lock.
struct SharedState: Sendable {
    let configuration: Configuration
    let clock: ServiceClock
    let keys: KeyRing
    let ledgerKey: LedgerKeyFile
    let marks: WorkMarks
    let secrets: SecretSources
    let accounts: TenantCache<[MerchantAccount]>
    let routes: RouteCache
    let policies: TenantCache<Policies>
    let places: VendorPlaces
    let health: HealthBoard
    let vendorMemory: VendorMemory
    let api: APIState
    let observer: ServiceObserver
    let blocking: BlockingPool
    let work: WorkBoard
}

extension Services {
    /// Builds the services of a loop. Call it on the loop.
    static func make(on loop: EventLoop, _ shared: SharedState) throws -> Services {
        let configuration = shared.configuration
        let identifiers = SystemIdentifiers(clock: shared.clock)
        let pool = try SettingError.naming("GATEWAY_DATABASE_URL", nil) {
            try PostgresPool(
                loop: loop,
                blocking: shared.blocking,
                configuration: configuration.postgres
            )
        }
        var client = HTTPClientConfiguration()
        client.authorityFile = configuration.vendorCA.isEmpty ? nil : configuration.vendorCA
        client.addresses = configuration.vendorAddresses.policy
        let transport = try SettingError.naming("GATEWAY_VENDOR_CA", client.authorityFile) {
            try HTTPClient(loop: loop, configuration: client)
        }
        let store = PostgresPaymentStore(pool: pool, keys: shared.keys, marks: shared.marks)
        let jobs = PostgresJobStore(
            pool: pool,
            marks: shared.marks,
            retention: configuration.retention
        )
        let plans = PostgresPlanStore(pool: pool)
        let control = PostgresControlStore(
            pool: pool,
            keys: shared.keys,
            secrets: shared.secrets
        )
        // Silence is right: cancelling is how a wait ends early, and what follows is cancelled too.
        let sleep: @Sendable (Duration) async -> Void = { try? await loop.sleep(for: $0) }
        let vendors = VendorPorts(
            transport: transport,
            memory: shared.vendorMemory,
            observer: shared.observer,
            sleep: sleep
        )
        let health = WatchedHealth(
            board: shared.health,
            store: control,
            settings: configuration.health,
            clock: shared.clock
        )
        let observer = shared.observer
        let watch = PostgresLedgerWatch(
            pool: pool,
            marks: shared.marks,
            identifiers: identifiers,
            describe: LedgerDocuments.eventData(of:),
            heard: { observer.clearing($0) }
        )
        let events = PostgresEventInbox(pool: pool, keys: shared.keys, marks: shared.marks)
        let strays = PostgresStrayEvents(pool: pool)
        let workflows = PaymentWorkflows(
            store: store,
            jobs: jobs,
            vendors: vendors,
            accounts: CachedAccounts(cache: shared.accounts, control: control, sleep: sleep),
            routes: CachedRoutes(cache: shared.routes, store: control, sleep: sleep),
            health: health,
            presenter: PaymentPresenter(problemTypeBase: configuration.problemBase),
            clock: shared.clock,
            identifiers: identifiers,
            observer: shared.observer,
            settings: configuration.workflows,
            watch: watch,
            inbound: InboundPorts(
                inbox: events,
                strays: strays,
                documents: EventDocuments(),
                tenants: ServedTenants(control: control, pool: pool, shared: shared)
            ),
            policies: CachedPolicies(cache: shared.policies, store: plans, sleep: sleep),
            history: plans,
            places: shared.places
        )
        let ledgerKey = shared.ledgerKey
        func issuer(_ chain: HashChain) -> HeadIssuer {
            HeadIssuer(
                of: chain,
                key: { () throws(StoreError) in try ledgerKey.open() },
                identifiers: identifiers,
                describe: LedgerDocuments.eventData(of:in:)
            )
        }
        return Services(
            loop: loop,
            pool: pool,
            transport: transport,
            store: store,
            jobs: jobs,
            plans: plans,
            control: control,
            inbox: PostgresWebhookInbox(pool: pool, keys: shared.keys),
            events: events,
            strays: strays,
            subscriptions: PostgresSubscriptionStore(
                pool: pool,
                keys: shared.keys,
                marks: shared.marks
            ),
            receivers: try ReceiverClient(
                loop: loop,
                authorityFile: client.authorityFile,
                addresses: configuration.eventReceivers.policy,
                clock: shared.clock
            ),
            queries: PostgresQueries(pool: pool, keys: shared.keys),
            ledger: PostgresLedger(pool: pool),
            sealer: LedgerSealer(
                pool: pool,
                marks: shared.marks,
                issuer: issuer(.ledger)
            ),
            trail: PostgresAuditTrail(pool: pool),
            auditSealer: AuditSealer(
                pool: pool,
                marks: shared.marks,
                issuer: issuer(.audit)
            ),
            watch: watch,
            vendors: vendors,
            health: health,
            workflows: workflows,
            observer: shared.observer,
            shared: shared
        )
    }
}

/// The catalogue's vendors as ports over one loop's transport.
struct VendorPorts: VendorDirectory {
    private let ports: [VendorID: any PaymentPort]

    init(
        transport: HTTPClient,
        memory: VendorMemory,
        observer: ServiceObserver,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        let made = VendorCatalog.all.map {
            let port = $0.makePort(
                transport: transport,
                memory: memory,
                observer: observer,
                sleep: sleep
            )
            return ($0.id, port)
        }
        ports = Dictionary(uniqueKeysWithValues: made)
    }

    func port(_ vendor: VendorID) -> (any PaymentPort)? { ports[vendor] }
}

extension Services {
    /// What the API of this loop stands on.
    func api(metrics: ServiceMetrics) -> APIServices {
        let loop = loop
        let pool = pool
        let shared = shared
        return APIServices(
            workflows: workflows,
            store: store,
            queries: queries,
            ledger: ledger,
            watch: watch,
            jobs: jobs,
            policies: plans,
            desk: plans,
            control: control,
            routes: control,
            health: health,
            inbox: inbox,
            subscriptions: subscriptions,
            receivers: receivers,
            events: events,
            audit: trail,
            vendors: vendors,
            adapters: VendorCatalog.all.map { vendor in
                AdapterDescription(
                    vendor: vendor.id,
                    capabilities: vendor.capabilities,
                    credentialFields: vendor.fields.map { field in
                        .init(
                            name: field.name,
                            isRequired: field.isRequired,
                            isSecret: field.isSecret,
                            explanation: field.description
                        )
                    },
                    routing: vendor.routing,
                    isSecretName: SecretManagers.isName,
                    problems: { vendor.problems(in: $0) }
                )
            },
            clock: shared.clock,
            identifiers: SystemIdentifiers(clock: shared.clock),
            eventNamespace: shared.configuration.eventNamespace,
            now: { loop.now },
            // Silence is right: cancelling is how a wait ends early.
            sleep: { duration in try? await loop.sleep(for: duration) },
            readiness: {
                let examined = try? await DatabaseExamination.read(from: pool)
                return [
                    ReadinessCheck(name: "database", isMet: examined != nil),
                    ReadinessCheck(
                        name: "migrations",
                        isMet: examined.map { !$0.controlIsBehind } ?? false
                    ),
                ]
            },
            metrics: { metrics.exposition() },
            accountsChanged: { tenant in
                shared.accounts.forget(tenant)
                shared.routes.forget(tenant)
                shared.policies.forget(tenant)
            }
        )
    }
}

extension Configuration.PermittedAddresses {
    var policy: AddressPolicy {
        switch self {
        case .publicOnly: .publicOnly
        case .any: .any
        }
    }
}

extension Configuration {
    var postgres: PostgresConfiguration {
        var postgres = PostgresConfiguration(url: PostgresURL(databaseURL))
        postgres.maximumConnections = databaseConnections
        postgres.waitDeadline = databaseWait
        postgres.statementDeadline = statementTimeout
        postgres.namedPreparedStatements = preparedStatements
        return postgres
    }

    var retention: PostgresJobStore.Retention {
        var retention = PostgresJobStore.Retention()
        retention.idempotencyKeys = idempotencyLifetime
        retention.events = eventRetention
        retention.awaitsBroker = !kafka.brokers.isEmpty
        return retention
    }

    /// Nil logs no spans.
    var tracer: LoggingTracer? {
        traceLog ? LoggingTracer(logger: Logger(label: "trace"), level: .info) : nil
    }

    var health: HealthSettings {
        var settings = HealthSettings()
        settings.window = breakerWindow
        settings.leastCalls = breakerCalls
        settings.failurePercent = breakerPercent
        settings.slowAfter = breakerSlow
        settings.pause = breakerPause
        return settings
    }

    var workflows: WorkflowSettings {
        var settings = WorkflowSettings()
        settings.rateAge = rateAge
        settings.pageLifetime = pageLifetime
        settings.escalationAge = escalationAge
        settings.webhookBase = publicURL.isEmpty ? nil : publicURL
        return settings
    }
}
