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
            #expect(try await !fixture.control.waitingWork(limit: 999).tenants.contains(tenant))
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
            #expect(try await fixture.control.waitingWork(limit: 999).tenants.contains(tenant))
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
            await #expect(throws: StoreError.self) { try await provisioner.erase(tenant) }
            try await provisioner.set(.dropped, of: tenant)
            try await provisioner.erase(tenant)
            let schema = TenantSchema(tenant)
            let rows = try await fixture.sql(
                """
                select (select count(*) from pg_roles where rolname like $1)
                    + (select count(*) from pg_namespace where nspname = $2)
                """,
                .text("\(schema.role)%"),
                .text(schema.role)
            )
            #expect(try rows.only.int(0) == 0)
            #expect(try await fixture.control.tenant(tenant)?.state == .dropped)
        }
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
