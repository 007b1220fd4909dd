package import PaymentCore

/// The whole core in memory: workflows over the in-memory store, a bookkeeping vendor, a manual
/// clock and sequential identifiers.
package struct MemoryGateway: Sendable {
    package let clock = ManualClock()
    package let identifiers = SequentialIdentifiers()
    package let vendor: BookkeepingVendor
    package let store: InMemoryStore
    package let routes = InMemoryRoutes()
    package let health: InMemoryHealth
    package let watched: WatchedHealth
    package let facts = LabelledFacts()
    package let tenants = MemoryTenants()
    package let strays = MemoryStrays()
    package let workflows: PaymentWorkflows
    package let tenant: TenantID
    /// One per vendor, in their order; the first is the default.
    package let accounts: [MerchantAccount]
    package var account: MerchantAccount { accounts[0] }

    /// - Parameters:
    ///   - port: the vendor that takes the payments, when it is not `vendor`.
    ///   - credentials: what the accounts are configured with.
    ///   - others: further vendors, which take payments when routes or callers say so.
    ///   - watchesHealth: whether vendors that fail are left alone.
    ///   - settlement: the default account's, when it is not the payments'.
    package init(
        vendor: BookkeepingVendor = BookkeepingVendor(),
        port: (any PaymentPort)? = nil,
        others: [any PaymentPort] = [],
        credentials: Credentials = Credentials([:]),
        watchesHealth: Bool = false,
        settlement: Currency? = nil,
        observer: any WorkflowObserver = SilentObserver()
    ) {
        self.vendor = vendor
        store = InMemoryStore(clock: clock)
        let tenant: TenantID = identifiers.make()
        self.tenant = tenant
        let ports = [port ?? vendor] + others
        let identifiers = identifiers
        accounts = ports.enumerated().map { index, port in
            MerchantAccount(
                id: identifiers.make(),
                tenant: tenant,
                vendor: port.vendor,
                name: "main",
                mode: .test,
                isDefault: index == 0,
                isActive: true,
                settlementCurrency: index == 0 ? settlement : nil,
                credentials: credentials
            )
        }
        let board = HealthBoard()
        health = InMemoryHealth(clock: clock, accounts: accounts)
        watched = WatchedHealth(board: board, store: health, clock: clock)
        let clock = clock
        let directory = FixedDirectory(
            ports: watchesHealth
                ? ports.map { WatchedVendor(port: $0, board: board, clock: clock) } : ports,
            accounts: accounts
        )
        workflows = PaymentWorkflows(
            store: store,
            jobs: store,
            vendors: directory,
            accounts: directory,
            routes: routes,
            health: watched,
            presenter: TracePresenter(),
            clock: clock,
            identifiers: identifiers,
            observer: observer,
            inbound: InboundPorts(
                inbox: store,
                strays: strays,
                documents: facts,
                tenants: tenants
            ),
            policies: store,
            history: store
        )
        tenants.set(.active, of: tenant)
    }

    package func key(_ text: String, body: String = "") -> RequestKey {
        RequestKey(key: text, fingerprint: Array(body.utf8), operation: "POST /test")
    }

    package var caller: Caller {
        Caller(
            requestID: "req",
            language: .english,
            actor: Actor(key: nil, person: "anna"),
            traceparent: nil
        )
    }

    package func caller(_ person: String) -> Caller {
        Caller(
            requestID: "req",
            language: .english,
            actor: Actor(key: nil, person: person),
            traceparent: nil
        )
    }

    /// Everything goes by one rule to all accounts, in their order.
    package func route(cascading cascades: Bool) async throws {
        let rule = RoutingRule(
            name: "all",
            conditions: .init(),
            targets: accounts.map { .init($0.id, weight: 0) },
            cascades: cascades
        )
        let version = try await routes.routesVersion(of: tenant) + 1
        try await routes.insert(
            StoredRoutes(
                version: version,
                rules: [rule],
                changedBy: .system,
                changedAt: clock.now
            ),
            in: tenant
        )
    }

    /// Runs every job that is due, as a worker would.
    package func work() async throws {
        let kinds = Set(JobKind.allCases)
        for job in try await store.claim(kinds, limit: 100, lease: .seconds(60), in: tenant) {
            await workflows.run(job, in: tenant)
        }
    }
}

private struct FixedDirectory: VendorDirectory, AccountDirectory {
    let ports: [any PaymentPort]
    let accounts: [MerchantAccount]

    func port(_ vendor: VendorID) -> (any PaymentPort)? { ports.first { $0.vendor == vendor } }

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] { accounts }
}

/// Renders just enough to tell answers apart.
private struct TracePresenter: Presenter {
    func answer(
        _ answer: MovementAnswer,
        to caller: Caller,
        revealing action: NextAction?
    ) -> StoredAnswer {
        let status =
            switch answer {
            case .done: 200
            case .accepted: 202
            case .declined: 402
            case .rejected: 409
            case .unavailable: 503
            }
        let intent = answer.payment.intent
        return StoredAnswer(status: status, body: "\(intent.id) \(intent.state.rawValue)")
    }

    func eventData(of payment: Payment, movement: AttemptID?) -> String {
        payment.intent.state.rawValue
    }

    func eventData(of change: HealthTransition) -> String {
        "{\"state\": \"\(change.state.rawValue)\"}"
    }

    func auditData(of payment: Payment, asking attempt: AttemptID?) -> String {
        "{\"status\": \"\(payment.intent.state.rawValue)\"}"
    }

    func document(of decision: RoutingDecision) -> String {
        let gateways = decision.candidates.map { "\"\($0.vendor)\"" }.joined(separator: ", ")
        return "{\"gateways\": [\(gateways)]}"
    }

    func eventData(of method: PaymentMethod) -> String { method.state.rawValue }
}
