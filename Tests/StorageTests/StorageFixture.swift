import Cryptography
import Foundation
import PaymentCore
import Postgres
import Reactor
import Storage
import TestKit

/// The stores on a migrated database of the process's private cluster, with a loop of their own.
/// Every test takes a tenant for itself.
final class StorageFixture: Sendable {
    let database: TestDatabase
    let loop: EventLoop
    let pool: PostgresPool
    let management: LocalKeys
    let keys: KeyRing
    let ledgerKey: LedgerKey
    let marks = WorkMarks()
    let identifiers = TimedIdentifiers()

    private static let started = Task.detached { try await StorageFixture() }

    static func shared() async throws -> StorageFixture { try await started.value }

    /// The repository's folder of migrations.
    static let migrations =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/migrations"

    init() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let loop = try EventLoop(name: "storage")
        loop.start()
        let management = try LocalKeys(text: LocalKeys.line(named: "test"))
        let keys = KeyRing(management)
        pool = try await loop.submit {
            var configuration = PostgresConfiguration(url: database.url)
            configuration.maximumConnections = 8
            let pool = try PostgresPool(
                loop: loop,
                blocking: BlockingPool(name: "storage", threads: 2),
                configuration: configuration
            )
            let provisioner = try TenantProvisioner(
                pool: pool,
                keys: keys,
                migrations: StorageFixture.migrations
            )
            try await provisioner.prepareDatabase()
            return pool
        }
        self.database = database
        self.loop = loop
        self.management = management
        self.keys = keys
        ledgerKey = LedgerKey(try Ed25519Key.generate())
    }

    var payments: PostgresPaymentStore {
        PostgresPaymentStore(pool: pool, keys: keys, marks: marks)
    }
    var jobs: PostgresJobStore { PostgresJobStore(pool: pool, marks: marks) }
    /// Jobs that keep events no longer than they must, and those that are waited for so much longer.
    func hastyJobs(awaited: Duration = .seconds(3_600)) -> PostgresJobStore {
        var retention = PostgresJobStore.Retention()
        retention.events = .microseconds(1)
        retention.awaitedEvents = awaited
        return PostgresJobStore(pool: pool, marks: marks, retention: retention)
    }
    var plans: PostgresPlanStore { PostgresPlanStore(pool: pool) }
    var ledger: PostgresLedger { PostgresLedger(pool: pool) }
    var sealer: LedgerSealer { sealer(on: pool) }
    func sealer(on pool: PostgresPool) -> LedgerSealer {
        LedgerSealer(pool: pool, marks: marks, issuer: issuer(.ledger))
    }
    var trail: PostgresAuditTrail { PostgresAuditTrail(pool: pool) }
    var auditSealer: AuditSealer {
        AuditSealer(pool: pool, marks: marks, issuer: issuer(.audit))
    }
    private func issuer(_ chain: HashChain) -> HeadIssuer {
        let key = ledgerKey
        return HeadIssuer(
            of: chain,
            key: { () throws(StoreError) in key },
            identifiers: identifiers,
            describe: { head, _ in #"{"position":\#(head.position)}"# }
        )
    }
    var store: PostgresStore {
        PostgresStore(payments: payments, jobs: jobs, ledger: ledger, events: events)
    }
    var events: PostgresEventInbox { PostgresEventInbox(pool: pool, keys: keys, marks: marks) }
    var watch: PostgresLedgerWatch { watch(on: pool) }
    func watch(on pool: PostgresPool) -> PostgresLedgerWatch {
        PostgresLedgerWatch(
            pool: pool,
            marks: marks,
            identifiers: identifiers,
            describe: { "\($0.isAlerting)" }
        )
    }
    var strays: PostgresStrayEvents { PostgresStrayEvents(pool: pool) }
    var inbox: PostgresWebhookInbox { PostgresWebhookInbox(pool: pool, keys: keys) }
    var queries: PostgresQueries { PostgresQueries(pool: pool, keys: keys) }
    var control: PostgresControlStore {
        PostgresControlStore(
            pool: pool,
            keys: keys,
            secrets: SecretSources(blocking: BlockingPool(name: "secrets", threads: 1)) {
                $0 == "ACME_KEY" ? "from the environment" : nil
            }
        )
    }

    /// A tenant as a program left it that did not know this migration and those after it.
    func tenant(before migration: String) async throws -> TenantID {
        let folder = try Self.folder { kind, file in kind == "control" || file < migration }
        defer { Self.remove(folder) }
        let provisioner = try TenantProvisioner(
            pool: pool,
            keys: keys,
            migrations: folder
        )
        let tenant: TenantID = identifiers.make()
        try await provisioner.create(tenant, name: "old")
        return tenant
    }

    /// A folder of the control schema's migrations up to this one.
    static func folder(upTo last: String) throws -> String {
        try folder { kind, file in kind == "tenant" || file <= last }
    }

    /// A folder with some of the migrations.
    private static func folder(
        where isTaken: (_ kind: String, _ file: String) -> Bool
    ) throws -> String {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: UUID().uuidString)
        let source = URL(filePath: migrations)
        for kind in ["control", "tenant"] {
            try files.createDirectory(
                at: folder.appending(path: kind),
                withIntermediateDirectories: true
            )
            for file in try files.contentsOfDirectory(atPath: source.appending(path: kind).path)
            where isTaken(kind, file) {
                try files.copyItem(
                    at: source.appending(path: "\(kind)/\(file)"),
                    to: folder.appending(path: "\(kind)/\(file)")
                )
            }
        }
        return folder.path
    }

    static func remove(_ folder: String) {
        // Silence is right: what is left lies in the folder of temporary files.
        try? FileManager.default.removeItem(atPath: folder)
    }

    func provisioner() throws -> TenantProvisioner { try provisioner(on: pool) }

    func provisioner(on pool: PostgresPool) throws -> TenantProvisioner {
        try TenantProvisioner(pool: pool, keys: keys, migrations: Self.migrations)
    }

    /// Runs `body` on the loop with a pool of its own, to this database or another.
    func onNewPool<Value>(
        to url: PostgresURL? = nil,
        observer: (any PostgresObserver)? = nil,
        _ adjust: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var configuration = PostgresConfiguration(url: url ?? database.url)
        adjust(&configuration)
        let pool = try PostgresPool(
            loop: loop,
            blocking: BlockingPool(name: "other", threads: 1),
            configuration: configuration,
            observer: observer
        )
        do {
            let value = try await body(pool)
            await pool.drain(within: .seconds(1))
            return value
        } catch {
            await pool.drain(within: .zero)
            throw error
        }
    }

    /// Runs `body` on the loop with a new tenant.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (StorageFixture, TenantID) async throws -> Value
    ) async throws -> Value {
        try await loop.submit { [self] in
            let tenant: TenantID = identifiers.make()
            try await provisioner().create(tenant, name: "test")
            return try await body(self, tenant)
        }
    }

    /// Whether workers are told that the tenant has work.
    func isListed(_ tenant: TenantID) async throws -> Bool {
        try await control.waitingWork(after: nil, limit: 10_000).tenants.contains(tenant)
    }

    /// How Postgres would run a query.
    func plan(of query: Query, role: String) async throws -> String {
        let statement = Statement("test.plan", sentOnce: "explain \(query.statement.sql)")
        let rows = try await pool.transaction(role: role, [Query(statement, query.binds)])
        return try rows[0].map { try $0.text(0) }.joined(separator: "\n")
    }

    func sql(
        _ text: StaticString,
        _ binds: PostgresValue...,
        role: String? = nil
    ) async throws -> Rows {
        let rows = try await pool.transaction(role: role, [Query(Statement(text, text), binds)])
        return rows[0]
    }
}

/// Runs `body` with the shared fixture and a tenant of its own.
func withTenant<Value: Sendable>(
    _ body: @escaping @Sendable (StorageFixture, TenantID) async throws -> Value
) async throws -> Value {
    try await StorageFixture.shared().run(body)
}

/// Payments, jobs, books and inbox as the one store that the conformance suite wants.
struct PostgresStore: PaymentStore, JobStore, LedgerStore, EventInbox {
    let payments: PostgresPaymentStore
    let jobs: PostgresJobStore
    let ledger: PostgresLedger
    let events: PostgresEventInbox
}
