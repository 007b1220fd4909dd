import Cryptography
import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Giving committed transfers their places.
@Suite
struct SealTests {
    /// A payment that was held and captured in part, so that it has three transfers.
    static func pay(_ suite: StoreConformance, _ fixture: StorageFixture) async throws -> Payment {
        var payment = try await suite.committedHold(reference: "\(fixture.identifiers.next())")
        try payment.askCapture(
            suite.asking(),
            amount: 500,
            isFinal: false,
            capabilities: suite.capabilities
        )
        try await suite.commit(&payment)
        let capture = try #require(payment.lastAttempt).id
        payment.answer(
            capture,
            with: .succeeded(VendorReceipt(reference: "cap")),
            capture: suite.asking()
        )
        try await suite.commit(&payment)
        return payment
    }

    @Test
    func `what the feed published gets places in its order and a chain over them`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let payments = [
                try await Self.pay(suite, fixture), try await Self.pay(suite, fixture),
            ]
            // Nothing has a place in the feed yet.
            let early = try await fixture.sealer.seal(tenant)
            #expect(early == nil)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            let sealed = try #require(try await fixture.sealer.seal(tenant))
            #expect(sealed.transfers == 6)
            #expect(!sealed.isFull)
            #expect(sealed.age >= .zero)
            let entries = try await fixture.ledger.entries(after: 0, limit: 100, in: tenant)
            #expect(entries.map(\.transfer.position) == Array(1...6))
            #expect(
                entries.map(\.transfer.intent)
                    == payments.flatMap { Array(repeating: $0.intent.id, count: 3) }
            )
            var hash = LedgerHead.origin
            for entry in entries {
                hash = Digest.sha256.hash(hash + entry.transfer.sealedBytes())
                #expect(entry.hash == hash)
                #expect(entry.transfer.bookedAt >= entry.transfer.postedAt)
            }
            let head = try #require(try await fixture.ledger.head(in: tenant))
            #expect(head == sealed.head)
            #expect(head.hash == hash)
            let signature = try #require(head.signature)
            #expect(signature.key == fixture.ledgerKey.name)
            #expect(
                Ed25519Key.verify(
                    signature.bytes,
                    of: head.signedBytes(of: tenant, in: .ledger, hash: Hex.encode(hash)),
                    by: fixture.ledgerKey.publicKey
                )
            )
        }
    }

    @Test
    func `a head is published, and publishing it seals nothing`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            for round in Int64(1)...2 {
                _ = try await Self.pay(suite, fixture)
                _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
                _ = try #require(try await fixture.sealer.seal(tenant))
                #expect(try await fixture.jobs.publishEvents(limit: 100, in: tenant) == 1)
                let last = try #require(
                    try await fixture.jobs.events(after: 0, limit: 100, in: tenant).last?.event
                )
                #expect(last.type == .ledgerSealed)
                #expect(last.sequence == round)
                #expect(last.data == #"{"position":\#(round * 3)}"#)
                let again = try await fixture.sealer.seal(tenant)
                #expect(again == nil)
            }
        }
    }

    @Test
    func `many sealers take turns and seal everything once`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            for _ in 0..<5 { _ = try await Self.pay(suite, fixture) }
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            let sealed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await fixture.sealer.seal(tenant)?.transfers ?? 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(sealed == 15)
            let entries = try await fixture.ledger.entries(after: 0, limit: 100, in: tenant)
            #expect(Set(entries.map(\.transfer.id)).count == 15)
        }
    }

    /// Posts as an opening does: one event, more transfers than a batch takes.
    static func open(
        _ count: Int64,
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        amount: Int64? = nil
    ) async throws {
        let event = fixture.identifiers.next()
        let id = PostgresValue.uuid(UInt128(event.high) << 64 | UInt128(event.low))
        let role = TenantSchema(tenant).role
        _ = try await fixture.sql(
            """
            insert into outbox (
                id, aggregatetype, aggregateid, type, payload, sequence, occurred_at
            ) values ($1, 'ledger', 'opening', 'ledger.opened', '{}', 1, now())
            """,
            id,
            role: role
        )
        _ = try await fixture.sql(
            """
            insert into ledger_transfers (
                id, event_id, line, phase, debit, credit, amount, currency, code, reference
            ) select md5(line::text)::uuid, $1, line, 'posted', 'bank:USD', 'fees:USD',
                coalesce($3::bigint, line),
                'USD', 'opening', 'test'
            from generate_series(1, $2) as line
            """,
            id,
            .int64(count),
            amount.map { .int64($0) } ?? .null,
            role: role
        )
    }

    @Test
    func `a batch that ends within an event goes on there`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.open(2_500, fixture, tenant)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            var counts: [Int] = []
            while let sealed = try await fixture.sealer.seal(tenant) {
                counts.append(sealed.transfers)
            }
            #expect(counts == [1_000, 1_000, 500])
            let bank = LedgerAccount(.bank, in: .usd)
            let balances = try await fixture.ledger.balances(at: nil, in: tenant)
            let held = try #require(balances.first { $0.account == bank }).balance
            #expect(held.debitsPosted == 2_500 * 2_501 / 2)
            // Events without transfers are passed over.
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            try await fixture.payments.commit(
                Changeset(events: [suite.event(of: fixture.identifiers.make(), sequence: 1)]),
                in: tenant
            )
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            let nothing = try await fixture.sealer.seal(tenant)
            #expect(nothing == nil)
        }
    }

    @Test
    func `an event of which the books have a part is not purged before they have the rest`()
        async throws
    {
        try await withTenant { fixture, tenant in
            try await Self.open(1_500, fixture, tenant)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            #expect(try await fixture.sealer.seal(tenant)?.transfers == 1_000)
            let hasty = fixture.hastyJobs()
            #expect(try await hasty.purge(limit: 100, in: tenant) == 0)
            #expect(try await fixture.sealer.seal(tenant)?.transfers == 500)
            #expect(try await hasty.purge(limit: 100, in: tenant) == 1)
        }
    }

    @Test
    func `books whose sums do not fit are not sealed, and nothing else is harmed`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.open(3, fixture, tenant, amount: 8_990_000_000_000_000_000)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            await #expect(throws: StoreError.self) { try await fixture.sealer.seal(tenant) }
            let entries = try await fixture.ledger.entries(after: 0, limit: 100, in: tenant)
            #expect(entries.isEmpty)
        }
    }

    @Test
    func `no event is purged before the books have taken their order from it`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            _ = try await Self.pay(suite, fixture)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            let hasty = fixture.hastyJobs()
            #expect(try await hasty.purge(limit: 100, in: tenant) == 0)
            _ = try await fixture.sealer.seal(tenant)
            #expect(try await hasty.purge(limit: 100, in: tenant) > 0)
        }
    }
}
