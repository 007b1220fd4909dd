import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Entries commit with what they tell of, and what somebody does to them afterwards is found.
@Suite
struct AuditTests {
    private static func entry(
        _ fixture: StorageFixture,
        _ resource: String = "thing",
        action: String = "PUT /things",
        person: String? = "anna"
    ) -> AuditEntry {
        AuditEntry(
            id: fixture.identifiers.make(),
            author: AuditAuthor(
                actor: Actor(key: fixture.identifiers.make(), person: person),
                address: "192.0.2.7",
                requestID: "req-1"
            ),
            action: action,
            resource: resource,
            before: #"{"a":1}"#,
            after: #"{"a": 2.50, "b":"ü"}"#
        )
    }

    static func note(
        _ count: Int,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        for number in 0..<count {
            try await fixture.payments.commit(
                Changeset(audit: entry(fixture, "thing-\(number)")),
                in: tenant
            )
        }
    }

    private static func verify(
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        known: [LedgerHead] = []
    ) async throws -> AuditVerification.Report {
        try await AuditVerification(
            trail: fixture.trail,
            publicKeys: [fixture.ledgerKey.publicKey],
            known: known
        ).run(tenant)
    }

    private static func run(
        _ text: String,
        as role: String,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        try await fixture.pool.transaction(
            role: role,
            [
                Query(
                    Statement(
                        "test.path",
                        sentOnce: "set local search_path to \(TenantSchema(tenant).role)"
                    )
                ),
                Query(Statement("test.audit", sentOnce: text)),
            ]
        )
    }

    @Test
    func `what is recorded is sealed in batches and found whole`() async throws {
        try await withTenant { fixture, tenant in
            #expect(try await fixture.auditSealer.seal(tenant) == 0)
            try await Self.note(3, fixture, tenant)
            #expect(try await fixture.auditSealer.seal(tenant) == 3)
            try await Self.note(2, fixture, tenant)
            #expect(try await fixture.auditSealer.seal(tenant) == 2)
            try await Self.note(1, fixture, tenant)
            let report = try await Self.verify(fixture, tenant)
            #expect(report.findings == [])
            #expect(report.entries == 5)
            #expect(report.heads == 2)
            #expect(report.signatures == 2)
            #expect(report.waiting == 1)
            let places = try await fixture.trail.places(after: 3, limit: 10, in: tenant)
            #expect(places.map(\.sealed.record.resource) == ["thing-0", "thing-1"])
            #expect(places.first?.sealed.record.after == #"{"a": 2.50, "b":"ü"}"#)
        }
    }

    @Test
    func `a head is published with its signature, and publishing it records nothing`()
        async throws
    {
        try await withTenant { fixture, tenant in
            for round in Int64(1)...2 {
                try await Self.note(2, fixture, tenant)
                _ = try await fixture.auditSealer.seal(tenant)
                #expect(try await fixture.jobs.publishEvents(limit: 100, in: tenant) == 1)
                let last = try #require(
                    try await fixture.jobs.events(after: 0, limit: 100, in: tenant).last?.event
                )
                #expect(last.type == .auditSealed)
                #expect(last.sequence == round)
                #expect(last.data == #"{"position":\#(round * 2)}"#)
                #expect(try await fixture.auditSealer.seal(tenant) == 0)
            }
            #expect(try await fixture.sealer.seal(tenant) == nil)
            #expect(try await Self.verify(fixture, tenant).signatures == 2)
            // Who publishes the next one finds the tenant.
            #expect(try await fixture.isListed(tenant))
        }
    }

    /// Each breach, and what must be found.
    private static let breaches: [(sql: String, finding: String)] = [
        ("update audit_entries set person = 'eve' where %", "position 2: % is not what was sealed"),
        ("update audit_entries set after = '{}' where %", "position 2: % is not what was sealed"),
        (
            "update audit_entries set recorded_at = recorded_at - interval '1 s' where %",
            "position 2: % is not what was sealed"
        ),
        (
            "update audit_seals set hash = sha256(hash) where position = 2",
            "position 2: % is not what was sealed"
        ),
        ("delete from audit_entries where %", "position 2: % was deleted"),
        ("delete from audit_seals where position = 2", "position 2 is missing"),
        ("delete from audit_seals where position > 2", "the chain ends at 2, not at 4"),
        (
            "update audit_heads set hash = sha256(hash) where position = 4",
            "the head at 4 has another hash"
        ),
        (
            "update audit_heads set signature = sha256(hash) where position = 4",
            "the head at 4 was not signed by its key"
        ),
        (
            "update audit_heads set key_name = null, signature = null",
            "the head at 4 has no signature"
        ),
        (
            "update audit_heads set key_name = 'ffffffffffffffff'",
            "the head at 4 has a signature of the key ffffffffffffffff, which was not given"
        ),
        ("delete from audit_heads", "positions 1 to 4 are under no head"),
    ]

    @Test(arguments: breaches.indices)
    func `what was changed is found and named`(index: Int) async throws {
        let (sql, finding) = Self.breaches[index]
        try await withTenant { fixture, tenant in
            try await Self.note(4, fixture, tenant)
            _ = try await fixture.auditSealer.seal(tenant)
            let second = try await fixture.trail.places(after: 1, limit: 1, in: tenant)[0]
            let place = "id = (select entry_id from audit_seals where position = 2)"
            try await Self.run(
                sql.split(separator: "%", omittingEmptySubsequences: false).joined(
                    separator: place
                ),
                as: TenantSchema(tenant).owner,
                fixture,
                tenant
            )
            let name = second.sealed.record.id.description
            let expected = finding.split(separator: "%", omittingEmptySubsequences: false)
                .joined(separator: name)
            let report = try await Self.verify(fixture, tenant)
            #expect(report.findings.contains { $0.description == expected }, "\(report.findings)")
            #expect(!report.findings.contains { $0.description.hasPrefix("position 3") })
        }
    }

    @Test
    func `a tail that was cut off everywhere is missed by who knew its head`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.note(2, fixture, tenant)
            _ = try await fixture.auditSealer.seal(tenant)
            try await Self.note(2, fixture, tenant)
            _ = try await fixture.auditSealer.seal(tenant)
            let known = try await fixture.trail.heads(after: 0, limit: 10, in: tenant)
            for text in [
                """
                delete from audit_entries where id in (
                    select entry_id from audit_seals where position > 2
                )
                """,
                "delete from audit_seals where position > 2",
                "delete from audit_heads where position > 2",
                """
                update audit_sealer set position = 2, hash = (
                    select hash from audit_heads where position = 2
                )
                """,
            ] {
                try await Self.run(text, as: TenantSchema(tenant).owner, fixture, tenant)
            }
            #expect(try await Self.verify(fixture, tenant).findings == [])
            let report = try await Self.verify(fixture, tenant, known: known)
            #expect(report.findings == [.chain(.headMissing(position: 4))])
        }
    }

    @Test
    func `an entry that was kept from its place is counted`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.note(2, fixture, tenant)
            try await Self.run(
                "delete from audit_waiting",
                as: TenantSchema(tenant).role,
                fixture,
                tenant
            )
            #expect(try await fixture.auditSealer.seal(tenant) == 0)
            #expect(try await Self.verify(fixture, tenant).findings == [.placeless(entries: 2)])
        }
    }

    @Test(arguments: [
        "update audit_entries set person = 'eve'", "delete from audit_entries",
        "truncate audit_entries", "update audit_seals set hash = hash",
        "delete from audit_seals", "delete from audit_heads",
    ])
    func `the role of requests can only add`(sql: String) async throws {
        try await withTenant { fixture, tenant in
            try await Self.note(1, fixture, tenant)
            await #expect(throws: PostgresError.self) {
                try await Self.run(sql, as: TenantSchema(tenant).role, fixture, tenant)
            }
        }
    }

    @Test
    func `a change in what all tenants share commits with its entry, and a miss leaves none`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let key = APIKey(
                id: fixture.identifiers.make(),
                tenant: tenant,
                name: "desk",
                permissions: [.view],
                rateLimit: nil,
                createdAt: Timestamp(seconds: 1_700_000_000),
                expiresAt: nil,
                isRevoked: false
            )
            let created = Self.entry(fixture, key.id.description)
            try await fixture.control.noting(created)
                .insert(key, hash: Array(repeating: 7, count: 32))
            let missed = fixture.control.noting(Self.entry(fixture, "nothing"))
            #expect(try await missed.revoke(fixture.identifiers.make(), of: tenant) == false)
            // The same hash again is refused, and so is its entry.
            await #expect(throws: StoreError.self) {
                try await fixture.control.noting(Self.entry(fixture, "twice"))
                    .insert(key, hash: Array(repeating: 7, count: 32))
            }
            let page = try await fixture.trail.records(
                AuditFilter(),
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(page.elements.map(\.resource) == [key.id.description])
            #expect(page.elements.first?.author == created.author)
            #expect(try await fixture.isListed(tenant))
        }
    }

    @Test
    func `a new rate beside a known one leaves an entry, and the same again none`()
        async throws
    {
        try await withTenant { fixture, tenant in
            func rate(_ text: String, _ source: String) throws -> QuotedRate {
                QuotedRate(
                    base: .usd,
                    quote: .eur,
                    rate: try #require(ExchangeRate(text)),
                    source: source,
                    quotedAt: Timestamp(seconds: 1_700_000_000)
                )
            }
            func put(_ rates: [QuotedRate], as resource: String) async throws -> Int? {
                try await fixture.payments.noting(Self.entry(fixture, resource))
                    .recordRates(rates, in: tenant)
            }
            let known = try rate("0.90", "ecb")
            #expect(try await put([known], as: "first") == nil)
            #expect(try await put([known, try rate("0.91", "desk")], as: "second") == nil)
            #expect(try await put([try rate("0.9", "ecb")], as: "nothing") == nil)
            let changed = [try rate("1", "new"), try rate("2", "ecb")]
            #expect(try await put(changed, as: "refused") == 1)
            let page = try await fixture.trail.records(
                AuditFilter(),
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(page.elements.map(\.resource) == ["second", "first"])
            let rows = try await fixture.sql(
                "select source from fx_rates order by source",
                role: TenantSchema(tenant).role
            )
            #expect(try rows.map { try $0.text(0) } == ["desk", "ecb"])
        }
    }

    @Test
    func `entries are found by who, what and when, page by page`() async throws {
        try await withTenant { fixture, tenant in
            let mine = Self.entry(fixture, "a", action: "PUT /a", person: "boris")
            for entry in [mine, Self.entry(fixture, "b"), Self.entry(fixture, "a")] {
                try await fixture.payments.commit(Changeset(audit: entry), in: tenant)
            }
            func found(_ filter: AuditFilter) async throws -> [String] {
                try await fixture.trail.records(filter, after: nil, limit: 10, in: tenant)
                    .elements.map(\.resource)
            }
            #expect(try await found(AuditFilter(actor: "boris")) == ["a"])
            let key = try #require(mine.author.actor.key)
            #expect(try await found(AuditFilter(actor: key.description)) == ["a"])
            #expect(try await found(AuditFilter(action: "PUT /things")) == ["a", "b"])
            #expect(try await found(AuditFilter(resource: "b")) == ["b"])
            #expect(try await found(AuditFilter(before: Timestamp(seconds: 0))) == [])
            #expect(try await found(AuditFilter(from: Timestamp(seconds: 0))).count == 3)
            let first = try await fixture.trail.records(
                AuditFilter(),
                after: nil,
                limit: 2,
                in: tenant
            )
            let next = try #require(first.next)
            let second = try await fixture.trail.records(
                AuditFilter(),
                after: next,
                limit: 2,
                in: tenant
            )
            #expect((first.elements + second.elements).map(\.resource) == ["a", "b", "a"])
            #expect(second.next == nil)
        }
    }
}
