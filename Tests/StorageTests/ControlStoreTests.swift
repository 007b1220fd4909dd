import Cryptography
import PaymentCore
import Postgres
import Reactor
import Storage
import TestKit
import Testing

@Suite
struct ControlStoreTests {
    private static func account(
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        isDefault: Bool = false,
        name: String = "main",
        route: String? = nil
    ) -> MerchantAccount {
        MerchantAccount(
            id: fixture.identifiers.make(),
            tenant: tenant,
            vendor: VendorID(known: "acme"),
            name: name,
            mode: .test,
            isDefault: isDefault,
            isActive: true,
            settlementCurrency: .eur,
            credentials: Credentials([:]),
            webhookNetworks: [IPNetwork("10.0.0.0/8")].compactMap { $0 },
            webhookRoute: route
        )
    }

    @Test
    func `a tenant is found and its state changes`() async throws {
        try await withTenant { fixture, id in
            let control = fixture.control
            #expect(
                try await control.tenant(id) == Tenant(id: id, name: "test", state: .active)
            )
            #expect(try await control.tenants().contains { $0.id == id })
            try await fixture.provisioner().set(.suspended, of: id)
            #expect(try await control.tenant(id)?.state == .suspended)
            #expect(try await control.tenant(fixture.identifiers.make()) == nil)
        }
    }

    @Test
    func `a key is known by its hash until it is revoked or expires`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            let now = RealClock().now
            func key(_ tenant: TenantID?, expiresAt: Timestamp? = nil) -> APIKey {
                APIKey(
                    id: fixture.identifiers.make(),
                    tenant: tenant,
                    name: "till",
                    permissions: [.view, .refund],
                    rateLimit: 5,
                    createdAt: now,
                    expiresAt: expiresAt,
                    isRevoked: false
                )
            }
            let live = key(tenant)
            let expired = key(tenant, expiresAt: now - .seconds(1))
            let platform = key(nil, expiresAt: now + .seconds(3_600))
            let hashes = (0..<3).map { _ in SecureRandom.bytes(32) }
            for (key, hash) in zip([live, expired, platform], hashes) {
                try await control.insert(key, hash: hash)
            }
            #expect(try await control.key(hash: hashes[0]) == live)
            #expect(try await control.key(hash: hashes[1]) == nil)
            #expect(try await control.key(hash: hashes[2]) == platform)
            #expect(try await control.key(hash: SecureRandom.bytes(32)) == nil)
            #expect(try await control.keys(of: tenant).map(\.id) == [live.id, expired.id])
            await #expect(throws: StoreError.self, "a hash is unique") {
                try await control.insert(key(tenant), hash: hashes[0])
            }
            #expect(try await control.revoke(live.id, of: nil) == false)
            #expect(try await control.revoke(live.id, of: tenant))
            #expect(try await control.key(hash: hashes[0]) == nil)
            #expect(try await control.keys(of: tenant).first?.isRevoked == true)
        }
    }

    @Test
    func `credentials are sealed or pointed to, and resolved when read`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            let stored = Self.account(fixture, tenant)
            let secrets = Credentials(["secret_key": ["sk_live_x"], "webhook": ["w1", "w2"]])
            try await control.insert(stored, credentials: .stored(secrets))
            #expect(try await control.account(stored.id)?.credentials == secrets)
            #expect(try await control.account(stored.id)?.settlementCurrency == .eur)
            let pointing = Self.account(fixture, tenant)
            try await control.insert(
                pointing,
                credentials: .environment(["secret_key": "ACME_KEY", "other": "NOT_SET"])
            )
            #expect(
                try await control.account(pointing.id)?.credentials
                    == Credentials(["secret_key": ["from the environment"]])
            )
            let lost = Self.account(fixture, tenant)
            try await control.insert(lost, credentials: .file(path: "/nowhere/at/all.json"))
            #expect(try await control.account(lost.id)?.credentials == Credentials([:]))
            #expect(
                try await control.accounts(of: tenant).map(\.id)
                    == [stored.id, pointing.id, lost.id]
            )
            let rows = try await fixture.sql(
                "select encode(credentials_sealed, 'escape') from merchant_accounts where id = $1",
                .uuid(UInt128(stored.id.uuid.high) << 64 | UInt128(stored.id.uuid.low)),
                role: TenantSchema.control
            )
            #expect(try !rows.only.text(0).contains("sk_live"))
            try await control.update(pointing, credentials: .stored(secrets))
            #expect(try await control.account(pointing.id)?.credentials == secrets)
        }
    }

    @Test
    func `an account is found by what its vendor calls it, when it is the only one`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            // Of this test alone: all tenants of the cluster share the vendor.
            let route = "shop-\(tenant)"
            let account = Self.account(fixture, tenant, route: route)
            let name = DeliveryRouting.Name(route, mode: .test)
            try await control.insert(account, credentials: .stored(Credentials([:])))
            #expect(try await control.account(of: account.vendor, named: name) == account.id)
            let stored = try #require(try await control.account(account.id))
            #expect(stored.webhookRoute == route)
            #expect(stored.webhookNetworks.map(\.description) == ["10.0.0.0/8"])
            let live = DeliveryRouting.Name(route, mode: .live)
            #expect(try await control.account(of: account.vendor, named: live) == nil)
            let second = Self.account(fixture, tenant, name: "second", route: route)
            try await control.insert(second, credentials: .stored(Credentials([:])))
            let untold = DeliveryRouting.Name(route, mode: nil)
            #expect(try await control.account(of: account.vendor, named: untold) == nil)
        }
    }

    @Test
    func `a vendor has one default account`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            let first = Self.account(fixture, tenant, isDefault: true)
            let second = Self.account(fixture, tenant, isDefault: true, name: "second")
            for account in [first, second] {
                try await control.insert(account, credentials: .stored(Credentials([:])))
            }
            #expect(try await control.accounts(of: tenant).map(\.isDefault) == [false, true])
            let known = try #require(try await control.account(second.id))
            try await control.update(first, credentials: nil)
            #expect(try await control.accounts(of: tenant).map(\.isDefault) == [true, false])
            // Whoever read it before that has to read it again.
            do throws(StoreError) {
                try await control.update(known, credentials: nil)
                Issue.record("it was overwritten")
            } catch {
                #expect(error.code == .stale)
            }
            #expect(try await control.accounts(of: tenant).map(\.isDefault) == [true, false])
            let stranger = Self.account(fixture, fixture.identifiers.make())
            await #expect(throws: StoreError.self) {
                try await control.update(stranger, credentials: nil)
            }
        }
    }

    @Test
    func `work stands under a mark until the tenant is quiet`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            #expect(try await !fixture.isListed(tenant))
            let job = JobChange.schedule(.purge, subject: "x", due: .after(.seconds(3_600)))
            try await fixture.payments.commit(Changeset(jobs: [job]), in: tenant)
            #expect(try await fixture.isListed(tenant))
            // A mark as young as this is not cleared, whatever the backlog said.
            let due = try await fixture.jobs.backlog(in: tenant).nextDue
            try await control.clearWork(tenant, nextDue: due, quietFor: .zero)
            #expect(try await fixture.isListed(tenant))
            try await Self.age(tenant, fixture)
            try await control.clearWork(tenant, nextDue: due, quietFor: .seconds(30))
            #expect(try await !fixture.isListed(tenant))
            try await control.clearWork(
                tenant,
                nextDue: RealClock().now - .seconds(1),
                quietFor: .seconds(30)
            )
            #expect(try await fixture.isListed(tenant))
        }
    }

    /// A commit may come as late as the settings let it; the mark that it stands under waits for that.
    @Test
    func `a mark outlasts the longest commit that the settings allow`() async throws {
        try await withTenant { fixture, tenant in
            try await fixture.onNewPool {
                $0.statementDeadline = .seconds(600)
                $0.waitDeadline = .seconds(60)
            } _: { pool in
                let patient = PostgresControlStore(
                    pool: pool,
                    keys: fixture.keys,
                    secrets: SecretSources(blocking: BlockingPool(name: "secrets", threads: 1))
                )
                #expect(patient.leastQuiet >= pool.configuration.longestCall + .seconds(600))
                let job = JobChange.schedule(.purge, subject: "x", due: .after(.seconds(3_600)))
                try await fixture.payments.commit(Changeset(jobs: [job]), in: tenant)
                try await Self.age(tenant, fixture)
                try await patient.clearWork(tenant, nextDue: nil, quietFor: .zero)
                #expect(try await fixture.isListed(tenant))
                try await fixture.control.clearWork(tenant, nextDue: nil, quietFor: .zero)
                #expect(try await !fixture.isListed(tenant))
            }
        }
    }

    /// Marks that cannot be cleared, as while a broker is away, must not keep who is due off the
    /// list, however many they are.
    @Test
    func `pages of the list reach everyone, however many marks stay`() async throws {
        try await withTenant { fixture, first in
            let control = fixture.control
            var tenants = [first]
            for _ in 0..<3 {
                let tenant: TenantID = fixture.identifiers.make()
                try await fixture.provisioner().create(tenant, name: "test")
                tenants.append(tenant)
            }
            let due = tenants[3]
            for tenant in tenants {
                let job = JobChange.schedule(.purge, subject: "x", due: .after(.seconds(3_600)))
                try await fixture.payments.commit(Changeset(jobs: [job]), in: tenant)
                try await Self.age(tenant, fixture)
            }
            try await control.clearWork(
                due,
                nextDue: RealClock().now - .seconds(1),
                quietFor: .seconds(30)
            )
            var listed: [TenantID] = []
            var page: WaitingWork
            repeat {
                page = try await control.waitingWork(after: listed.last, limit: 2)
                #expect(page.tenants.count <= 2)
                #expect(page.lastOfPage == nil || page.lastOfPage == page.tenants.last)
                listed += page.tenants
            } while page.lastOfPage != nil
            #expect(Set(listed).count == listed.count)
            #expect(Set(tenants).isSubset(of: listed))
        }
    }

    /// Makes a mark look two minutes old.
    private static func age(_ tenant: TenantID, _ fixture: StorageFixture) async throws {
        _ = try await fixture.sql(
            "update tenants set marked_at = marked_at - interval '2 minutes' where id = $1",
            .uuid(UInt128(tenant.uuid.high) << 64 | UInt128(tenant.uuid.low)),
            role: TenantSchema.control
        )
    }
}
