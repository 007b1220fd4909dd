import Cryptography
import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct ProvisioningTests {
    @Test
    func `a tenant that was half made is finished by the next run`() async throws {
        try await withTenant { fixture, _ in
            let provisioner = try fixture.provisioner()
            let tenant: TenantID = fixture.identifiers.make()
            let schema = TenantSchema(tenant)
            try await provisioner.create(tenant, name: "first")
            // As if the first run had ended before its last migration was recorded.
            _ = try await fixture.sql(
                "update tenants set schema_version = 0 where id = $1",
                .uuid(UInt128(tenant.uuid.high) << 64 | UInt128(tenant.uuid.low)),
                role: TenantSchema.control
            )
            let job = Changeset(jobs: [.schedule(.purge, subject: "x", due: .after(.zero))])
            do throws(StoreError) {
                try await fixture.payments.commit(job, in: tenant)
                Issue.record("a schema that is not current was served")
            } catch {
                #expect(error.code == .wrongSchemaVersion)
            }
            try await provisioner.create(tenant, name: "again")
            try await fixture.payments.commit(job, in: tenant)
            #expect(try await fixture.control.tenant(tenant)?.name == "first")
            let rows = try await fixture.sql(
                "select rolcanlogin or rolinherit from pg_roles where rolname in ($1, $2)",
                .text(schema.role),
                .text(schema.owner)
            )
            #expect(try rows.map { try $0.bool(0) } == [false, false])
        }
    }

    @Test
    func `migrating finishes a tenant of which only the first commit was made`() async throws {
        try await withTenant { fixture, tenant in
            let queries = [
                "drop schema \(TenantSchema(tenant).role) cascade",
                "drop role \(TenantSchema(tenant).role)",
                "drop role \(TenantSchema(tenant).owner)",
            ].map { Query(Statement("test.unmake", sentOnce: $0)) }
            try await fixture.pool.transaction(role: TenantSchema(tenant).owner, [queries[0]])
            try await fixture.pool.transaction(role: nil, Array(queries[1...]))
            await #expect(throws: StoreError.self, "what was finished and is gone had data") {
                try await fixture.provisioner().migrate(tenant)
            }
            _ = try await fixture.sql(
                "update tenants set schema_version = 0 where id = $1",
                Self.bind(tenant),
                role: TenantSchema.control
            )
            #expect(try await fixture.control.tenant(tenant)?.hasSchema == false)
            var version: Int?
            try await fixture.provisioner().migrateAll(concurrency: 4) { outcome in
                if outcome.tenant == tenant { version = try? outcome.result.get() }
            }
            #expect(version == SchemaVersion.tenant)
            #expect(try await fixture.control.tenant(tenant)?.hasSchema == true)
            let job = Changeset(jobs: [.schedule(.purge, subject: "x", due: .after(.zero))])
            try await fixture.payments.commit(job, in: tenant)
        }
    }

    @Test
    func `a newer schema is served by the programs that it says it can bear`() async throws {
        try await withTenant { fixture, tenant in
            let job = Changeset(jobs: [.schedule(.purge, subject: "x", due: .after(.zero))])
            func migrated(servedFrom oldest: Int) async throws {
                _ = try await fixture.sql(
                    "update tenants set schema_version = $2, served_from = $3 where id = $1",
                    .uuid(UInt128(tenant.uuid.high) << 64 | UInt128(tenant.uuid.low)),
                    .int64(Int64(SchemaVersion.tenant + 1)),
                    .int64(Int64(oldest)),
                    role: TenantSchema.control
                )
            }
            try await migrated(servedFrom: SchemaVersion.tenant + 1)
            do throws(StoreError) {
                try await fixture.payments.commit(job, in: tenant)
                Issue.record("a schema was served that cannot bear this program")
            } catch {
                #expect(error.code == .wrongSchemaVersion)
            }
            try await migrated(servedFrom: SchemaVersion.tenant)
            try await fixture.payments.commit(job, in: tenant)
        }
    }

    @Test
    func `a tenant that does not exist is no database error`() async throws {
        try await withTenant { fixture, _ in
            let nobody: TenantID = fixture.identifiers.make()
            do throws(StoreError) {
                _ = try await fixture.payments.payment(fixture.identifiers.make(), in: nobody)
                Issue.record("it was answered")
            } catch {
                #expect(error.code == .wrongSchemaVersion)
            }
        }
    }

    @Test
    func `a dropped tenant's jobs are dead letters until it is served again`() async throws {
        try await withTenant { fixture, tenant in
            let job = JobChange.schedule(.followPayment, subject: "pay", due: .after(.zero))
            try await fixture.payments.commit(Changeset(jobs: [job]), in: tenant)
            let all = Set(JobKind.allCases)
            let jobs = fixture.jobs
            let held = try await jobs.claim(all, limit: 9, lease: .seconds(-1), in: tenant)
            let provisioner = try fixture.provisioner()
            try await provisioner.set(.dropped, of: tenant)
            let dead = try await jobs.jobs(state: .dead, limit: 9, in: tenant)
            #expect(dead.map(\.lastError) == ["its tenant is not served"])
            #expect(try await jobs.claim(all, limit: 9, lease: .zero, in: tenant).isEmpty)
            #expect(try await !fixture.isListed(tenant))
            // Who was at work on it when it ended brings nothing back.
            for job in held {
                try await jobs.postpone(
                    job,
                    by: .zero,
                    run: .failed(mostRuns: 9),
                    error: "x",
                    in: tenant
                )
            }
            #expect(try await jobs.jobs(state: .ready, limit: 9, in: tenant).isEmpty)
            try await provisioner.set(.active, of: tenant)
            #expect(try await fixture.isListed(tenant))
            let again = try await jobs.claim(all, limit: 9, lease: .seconds(60), in: tenant)
            #expect(again.map(\.subject) == ["pay"])
            #expect(again.map(\.run) == [1])
        }
    }

    @Test
    func `a transaction that rests too long is ended, unless somebody chose for himself`()
        async throws
    {
        try await withTenant { fixture, _ in
            let chosen: @Sendable () async throws -> [String] = {
                try await fixture.sql(
                    """
                    select unnest(setconfig) from pg_db_role_setting
                    join pg_database on pg_database.oid = setdatabase
                    where datname = current_database() and setrole = 0
                    """
                ).map { try $0.text(0) }.filter { $0.hasPrefix("idle_in_transaction") }
            }
            #expect(try await chosen() == ["idle_in_transaction_session_timeout=60s"])
            let change = "alter database \(fixture.database.name) set"
            func prepareAgain(after value: String) async throws {
                let text = "\(change) idle_in_transaction_session_timeout to \(value)"
                try await fixture.pool.transaction(
                    role: nil,
                    [Query(Statement("test.idle", sentOnce: text))]
                )
                // A session knows what was chosen before it began.
                try await fixture.onNewPool { pool in
                    try await fixture.provisioner(on: pool).prepareDatabase()
                }
            }
            try await prepareAgain(after: "'90s'")
            #expect(try await chosen() == ["idle_in_transaction_session_timeout=90s"])
            try await prepareAgain(after: "default")
            #expect(try await chosen() == ["idle_in_transaction_session_timeout=60s"])
        }
    }

    @Test
    func `only a dropped tenant is erased, and then nothing of it is left`() async throws {
        try await withTenant { fixture, tenant in
            let provisioner = try fixture.provisioner()
            try await Self.fill(tenant, fixture)
            await #expect(throws: StoreError.self) { try await provisioner.erase(tenant) }
            #expect(try await Self.remains(of: tenant, fixture) == Remains(filled: true))
            try await provisioner.set(.dropped, of: tenant)
            try await provisioner.erase(tenant)
            #expect(try await Self.remains(of: tenant, fixture) == Remains(filled: false))
            #expect(try await fixture.control.tenant(tenant)?.state == .dropped)
            // Its accounts and keys are still known by name.
            #expect(try await fixture.control.accounts(of: tenant).map(\.name) == ["till"])
            #expect(try await fixture.control.keys(of: tenant).map(\.isRevoked) == [true])
        }
    }

    /// Where an erasure may have been cut short.
    enum Cut: CaseIterable {
        case afterControl
        case afterSchema
        case afterSchemaByAnOlderProgram
        case atTheEnd
    }

    @Test(arguments: Cut.allCases)
    func `an erasure is finished by the next run, and nothing brings the tenant back`(
        cut: Cut
    ) async throws {
        try await withTenant { fixture, tenant in
            let provisioner = try fixture.provisioner()
            try await Self.fill(tenant, fixture)
            try await provisioner.set(.dropped, of: tenant)
            let schema = TenantSchema(tenant)
            let drop = Query(
                Statement("test.drop", sentOnce: "drop schema \(schema.role) cascade")
            )
            switch cut {
            case .afterControl, .afterSchema:
                let path = Query(
                    Statement("test.path", sentOnce: "set local search_path to gateway_control")
                )
                try await fixture.pool.transaction(
                    role: TenantSchema.controlOwner,
                    [path]
                        + StatementList.controlOwner
                        .filter { $0.name.hasSuffix(".erase") }.map { $0(Self.bind(tenant)) }
                )
                if cut == .afterSchema {
                    try await fixture.pool.transaction(role: schema.owner, [drop])
                }
            case .afterSchemaByAnOlderProgram:
                try await fixture.pool.transaction(role: schema.owner, [drop])
            case .atTheEnd:
                try await provisioner.erase(tenant)
            }
            for _ in 0..<2 {
                try await provisioner.set(.dropped, of: tenant)
                try await provisioner.erase(tenant)
                #expect(try await Self.remains(of: tenant, fixture) == Remains(filled: false))
            }
            for state in [Tenant.State.active, .suspended] {
                await #expect(throws: StoreError.self) {
                    try await provisioner.set(state, of: tenant)
                }
            }
            await #expect(throws: StoreError.self) { try await provisioner.migrate(tenant) }
            #expect(try await Self.remains(of: tenant, fixture) == Remains(filled: false))
        }
    }

    /// What is there of a tenant: in the database, and in the control schema.
    private struct Remains: Hashable {
        var schemas = 0
        var roles = 0
        var dataKeys = 0
        var webhooks = 0
        var credentials = 0
        var apiKeys = 0

        init() {}

        init(filled: Bool) {
            guard filled else { return }
            (schemas, roles, dataKeys, webhooks, credentials, apiKeys) = (1, 2, 1, 1, 1, 1)
        }
    }

    private static func remains(
        of tenant: TenantID,
        _ fixture: StorageFixture
    ) async throws -> Remains {
        let schema = TenantSchema(tenant)
        let outside = try await fixture.sql(
            """
            select (select count(*) from pg_namespace where nspname = $1),
                (select count(*) from pg_roles where rolname like $2)
            """,
            .text(schema.role),
            .text("\(schema.role)%")
        ).only
        let inside = try await fixture.sql(
            """
            select (select count(*) from tenant_keys where tenant_id = $1),
                (select count(*) from webhooks where tenant_id = $1),
                (
                    select count(*) from merchant_accounts
                    where tenant_id = $1 and credentials_sealed is not null
                ),
                (select count(*) from api_keys where tenant_id = $1 and revoked_at is null)
            """,
            bind(tenant),
            role: TenantSchema.control
        ).only
        var remains = Remains()
        (remains.schemas, remains.roles) = (try outside.int(0), try outside.int(1))
        (remains.dataKeys, remains.webhooks) = (try inside.int(0), try inside.int(1))
        (remains.credentials, remains.apiKeys) = (try inside.int(2), try inside.int(3))
        return remains
    }

    private static func bind(_ tenant: TenantID) -> PostgresValue {
        .uuid(UInt128(tenant.uuid.high) << 64 | UInt128(tenant.uuid.low))
    }

    /// An account with credentials, a notification and an API key.
    private static func fill(_ tenant: TenantID, _ fixture: StorageFixture) async throws {
        let account = MerchantAccount(
            id: fixture.identifiers.make(),
            tenant: tenant,
            vendor: VendorID(known: "acme"),
            name: "till",
            mode: .test,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
        let secrets = Credentials(["secret_key": ["sk_live_x"]])
        try await fixture.control.insert(account, credentials: .stored(secrets))
        let webhook = Webhook(
            fixture.identifiers.make(),
            key: "evt_1",
            type: "payment.succeeded",
            of: account,
            receivedAt: RealClock().now
        )
        _ = try await fixture.inbox.receive(
            [webhook],
            delivery: WebhookDelivery(fields: [], body: [1])
        )
        let key = APIKey(
            id: fixture.identifiers.make(),
            tenant: tenant,
            name: "desk",
            permissions: [.view],
            rateLimit: nil,
            createdAt: RealClock().now,
            expiresAt: nil,
            isRevoked: false
        )
        try await fixture.control.insert(key, hash: SecureRandom.bytes(32))
    }

    @Test
    func `all tenants are migrated, and what is current stays as it is`() async throws {
        try await withTenant { fixture, tenant in
            var outcomes: [TenantID: Int] = [:]
            try await fixture.provisioner().migrateAll(concurrency: 4) { outcome in
                outcomes[outcome.tenant] = try? outcome.result.get()
            }
            #expect(outcomes[tenant] == SchemaVersion.tenant)
        }
    }
}
