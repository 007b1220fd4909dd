import Cryptography
import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct SecretTests {
    @Test
    func `a token is stored sealed and forgotten once its vendor was told`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            try await suite.run(.methodsKeepTokensAndOneDefault)
            let role = TenantSchema(tenant).role
            let rows = try await fixture.sql(
                """
                select encode(token_sealed, 'escape') || encode(token_hash, 'escape')
                from payment_methods
                """,
                role: role
            )
            #expect(rows.count == 2)
            #expect(try rows.allSatisfy { try !$0.text(0).contains("tok_") })
            let detached = try await fixture.queries.methods(
                customer: nil,
                state: .detached,
                after: nil,
                limit: 10,
                in: tenant
            )
            let id = try #require(detached.elements.first?.id)
            let told = JobChange.clear(.detachMethod, subject: id.description)
            try await fixture.payments.commit(Changeset(jobs: [told]), in: tenant)
            #expect(try await fixture.payments.method(id, in: tenant)?.token.value == "")
            // Its hash stays: a late notification of the vendor's still finds it.
            let found = try await fixture.payments.method(
                ofToken: VendorToken("tok_1"),
                at: try #require(detached.elements.first?.account),
                in: tenant
            )
            #expect(found?.id == id)
        }
    }

    @Test
    func `after a rotation the new key seals, the old ones still open, and others catch up`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            try await suite.run(.sessionsEndOnce)
            let found = try await fixture.queries.methods(
                customer: nil,
                state: nil,
                after: nil,
                limit: 10,
                in: tenant
            )
            let old = try #require(found.elements.first)
            // Another process, which has the keys open.
            let elsewhere = PostgresPaymentStore(
                pool: fixture.pool,
                keys: KeyRing(fixture.management),
                marks: fixture.marks
            )
            #expect(try await elsewhere.method(old.id, in: tenant) == old)
            try await fixture.provisioner().rotateKeys(of: tenant)
            let new = suite.method(token: "tok_new", customer: nil)
            try await fixture.payments.commit(Changeset(methods: [.insert(new)]), in: tenant)
            for store in [fixture.payments, elsewhere] {
                #expect(try await store.method(old.id, in: tenant) == old)
                #expect(try await store.method(new.id, in: tenant) == new)
                let found = try await store.method(
                    ofToken: old.token,
                    at: old.account,
                    in: tenant
                )
                #expect(found == old)
            }
            let rows = try await fixture.sql(
                "select token_key from payment_methods order by token_key",
                role: TenantSchema(tenant).role
            )
            #expect(try rows.map { try $0.int(0) } == [1, 2])
        }
    }

    @Test
    func `a data key opens for its own tenant and wrapping key alone`() async throws {
        let identifiers = TimedIdentifiers()
        let (one, two) = (TenantID(identifiers.next()), TenantID(identifiers.next()))
        let old = LocalKeys.line(named: "old")
        let keys = try LocalKeys(text: old)
        let secret = Secret(SecureRandom.bytes(32))
        let wrapped = try await keys.wrap(secret, of: one)
        #expect(wrapped.wrappingKey == "old")
        #expect(try await keys.unwrap(wrapped, of: one) == secret)
        let rotated = try LocalKeys(text: LocalKeys.line(named: "new") + "\n" + old)
        #expect(try await rotated.unwrap(wrapped, of: one) == secret)
        #expect(try await rotated.wrap(secret, of: one).wrappingKey == "new")
        await #expect(throws: KeyManagementError.self) { try await keys.unwrap(wrapped, of: two) }
        let other = try LocalKeys(text: LocalKeys.line(named: "other"))
        await #expect(throws: KeyManagementError.self) { try await other.unwrap(wrapped, of: one) }
        var altered = wrapped.ciphertext
        altered[20] ^= 1
        let forged = WrappedKey(ciphertext: altered, wrappingKey: "old")
        await #expect(throws: KeyManagementError.self) { try await keys.unwrap(forged, of: one) }
    }

    @Test func `a new wrapping key has a name of its own`() throws {
        let lines = (0..<2).map { _ in LocalKeys.line() }
        #expect(lines.allSatisfy { $0.contains(/^local-[0-9a-f]{8}:/) })
        // Two of one name would be refused.
        _ = try LocalKeys(text: lines.joined(separator: "\n"))
    }

    @Test(arguments: ["", "# nothing", "name", "name:c2hvcnQ=", "a:@@@", "name:"])
    func `a key file that is none is refused`(text: String) {
        #expect(throws: KeyManagementError.self) { try LocalKeys(text: text) }
    }
}
