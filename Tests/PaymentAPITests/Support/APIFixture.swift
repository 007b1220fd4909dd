import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// The API without sockets: the real workflows over stores in memory and a bookkeeping vendor.
/// Every answer is held against the API document.
struct APIFixture: Sendable {
    let clock = ManualClock()
    let instant = ManualInstant()
    let identifiers = SequentialIdentifiers()
    let sleeper = ManualSleeper()
    let vendor: BookkeepingVendor
    let store: InMemoryStore
    let control = FakeControlStore()
    let queries = FakeQueries()
    let ledger = FakeLedger()
    let inbox = FakeInbox()
    let subscriptions = MemorySubscriptions()
    let routes = InMemoryRoutes()
    let tenants = MemoryTenants()
    let board = HealthBoard()
    let tenant: TenantID
    let account: MerchantAccount
    let key: APIKey
    let secret = APIKeySecret.generate()
    let state: APIState
    let gateway: APIGateway
    private let contract: APIContract

    init(
        configuration: APIConfiguration = APIConfiguration(),
        permissions: Set<Permission> = Set(Permission.allCases),
        isPlatform: Bool = false,
        deliveries: DeliveryVendor? = nil,
        readiness: [ReadinessCheck] = []
    ) throws {
        vendor = BookkeepingVendor()
        store = InMemoryStore(clock: clock)
        let tenant: TenantID = identifiers.make()
        self.tenant = tenant
        account = .sample(identifiers.make(), of: tenant, at: vendor.vendor)
        key = APIKey(
            id: identifiers.make(),
            tenant: isPlatform ? nil : tenant,
            name: "test",
            permissions: permissions,
            rateLimit: nil,
            createdAt: clock.now,
            expiresAt: nil,
            isRevoked: false
        )
        state = APIState(configuration)
        let ports: [any PaymentPort] = [vendor] + [deliveries].compactMap(\.self)
        let directory = FixedDirectory(ports: ports, accounts: [account])
        let health = WatchedHealth(
            board: board,
            store: InMemoryHealth(clock: clock, accounts: [account]),
            clock: clock
        )
        let (instant, sleeper) = (instant, sleeper)
        gateway = APIGateway(
            services: APIServices(
                workflows: PaymentWorkflows(
                    store: store,
                    jobs: store,
                    vendors: directory,
                    accounts: directory,
                    routes: routes,
                    health: health,
                    presenter: PaymentPresenter(),
                    clock: clock,
                    identifiers: identifiers,
                    observer: SilentObserver(),
                    inbound: InboundPorts(
                        inbox: store,
                        strays: MemoryStrays(),
                        documents: EventDocuments(),
                        tenants: tenants
                    ),
                    policies: store,
                    history: store
                ),
                store: store,
                queries: queries,
                ledger: ledger,
                watch: ledger,
                jobs: store,
                policies: store,
                desk: store,
                control: control,
                routes: routes,
                health: health,
                inbox: inbox,
                subscriptions: subscriptions,
                receivers: DeafReceivers(),
                events: store,
                audit: FakeAuditTrail(),
                vendors: directory,
                adapters: [.sample(of: vendor)] + [deliveries].compactMap { $0?.adapter },
                clock: clock,
                identifiers: identifiers,
                now: { instant.now },
                sleep: { await sleeper.sleep($0) },
                readiness: { readiness }
            ),
            state: state
        )
        tenants.set(.active, of: tenant)
        contract = try APIContract(document: OpenAPIDocument.bytes)
        let (account, key, hash) = (account, key, secret.hash)
        control.rows.withLock {
            $0.tenants[tenant] = Tenant(id: tenant, name: "test", state: .active)
            $0.accounts[account.id] = account
            $0.keys[hash] = key
        }
    }

    /// One answered request.
    struct Exchange {
        let status: Int
        let fields: HTTPFields
        let body: [UInt8]
        let json: JSONValue

        var code: String? { json["code"]?.stringValue }
        /// The places of the fields that were refused.
        var pointers: [String] {
            json["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } ?? []
        }
    }

    /// Sends a request with the fixture's key, and checks the answer against the API document.
    func send(
        _ method: HTTPMethod,
        _ target: String,
        _ body: String? = nil,
        key: String? = nil,
        fields: HTTPFields = HTTPFields(),
        from peer: String = "127.0.0.1",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> Exchange {
        var fields = fields
        if fields[.authorization] == nil {
            fields.append(.authorization, "Bearer \(secret.text)")
        }
        if fields[.contentType] == nil, body != nil {
            fields.append(.contentType, "application/json")
        }
        if let key { fields.append(.idempotencyKey, key) }
        let parts = target.split(separator: "?", maxSplits: 1)
        let path = fields[.host] == nil ? RouteTable.root + parts[0] : String(parts[0])
        let served = await gateway.serve(
            RequestHead(
                method: method,
                path: path,
                query: parts.count == 2 ? String(parts[1]) : nil,
                fields: fields,
                peer: peer
            ),
            requestID: "req-1",
            BufferedSource(bytes: Array((body ?? "").utf8))
        )
        var response = served.response
        if let stream = served.stream {
            // Silence is right: a test of a broken answer looks at what came before.
            try? await stream { response.body += $0 }
        }
        let violations = contract.violations(
            method: method.rawValue,
            path: path,
            status: response.status.code,
            contentType: response.fields[.contentType],
            body: response.body
        )
        #expect(violations.isEmpty, sourceLocation: sourceLocation)
        return Exchange(
            status: response.status.code,
            fields: response.fields,
            body: response.body,
            // Silence is right: some answers have no JSON, and then the test looks at none.
            json: (try? JSONValue.parse(response.body)) ?? .null
        )
    }

    /// A path outside the API's root.
    func probe(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async -> Exchange {
        await send(method, path, body, fields: [.host: "gateway"])
    }
}

/// A body that is there already.
struct BufferedSource: RequestSource {
    let bytes: [UInt8]

    func body(limit: Int) async throws(Problem) -> [UInt8] {
        guard bytes.count <= limit else { throw Problem(.bodyTooLarge) }
        return bytes
    }

    func prolong(by duration: Duration) {}
}

struct FixedDirectory: VendorDirectory, AccountDirectory {
    let ports: [any PaymentPort]
    let accounts: [MerchantAccount]

    func port(_ vendor: VendorID) -> (any PaymentPort)? { ports.first { $0.vendor == vendor } }

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] {
        accounts.filter { $0.tenant == tenant }
    }
}

struct SilentObserver: WorkflowObserver {
    func answered(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        outcome: String,
        repeated: Bool
    ) {}
    func resolved(_ operation: Attempt.Operation, by vendor: VendorID, after age: Duration) {}
    func escalated(_ attempt: AttemptID, of intent: IntentID, in tenant: TenantID) {}
    func discrepancy(about aggregate: String, in tenant: TenantID) {}
    func replayed() {}
    func healthChanged(_ change: HealthTransition) {}
    func questionFailed(_ question: String, of vendor: VendorID) {}
}

/// Receivers that cannot be reached.
private struct DeafReceivers: EventReceivers {
    let allowsPlainHTTP = false

    func makeSecret() -> VendorToken { VendorToken("whsec_c2VjcmV0") }

    func send(
        _ body: [UInt8],
        id: String,
        to url: String,
        secrets: [VendorToken]
    ) async -> (status: Int?, error: String?) { (nil, "connect") }
}
