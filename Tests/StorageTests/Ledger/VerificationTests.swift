import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// The database is tampered with by somebody who may do anything to it, and it is found.
@Suite
struct VerificationTests {
    private static func verify(
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        known: [LedgerHead] = []
    ) async throws -> LedgerVerification.Report {
        try await LedgerVerification(
            ledger: fixture.ledger,
            publicKeys: [fixture.ledgerKey.publicKey],
            known: known
        ).run(tenant)
    }

    /// Two batches of six transfers, and a third payment that is not sealed.
    private static func books(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws -> [Payment] {
        let suite = StoreConformance(store: fixture.store, tenant: tenant)
        var payments: [Payment] = []
        for round in 0..<5 {
            payments.append(try await SealTests.pay(suite, fixture))
            guard round.isMultiple(of: 2) == false else { continue }
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            _ = try await fixture.sealer.seal(tenant)
        }
        return payments
    }

    private static func tamper(
        _ text: String,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        try await fixture.pool.transaction(
            role: TenantSchema(tenant).owner,
            [
                Query(
                    Statement(
                        "test.tamper",
                        sentOnce: "set local search_path to \(TenantSchema(tenant).role)"
                    )
                ),
                Query(Statement("test.tamper", sentOnce: text)),
            ]
        )
    }

    @Test
    func `whole books are found whole, with what waits beside them`() async throws {
        try await withTenant { fixture, tenant in
            let empty = try await Self.verify(fixture, tenant)
            #expect(empty.findings == [])
            #expect(empty.head == nil)
            _ = try await Self.books(fixture, tenant)
            let report = try await Self.verify(fixture, tenant)
            #expect(report.findings == [])
            #expect(report.transfers == 12)
            #expect(report.heads == 2)
            #expect(report.signatures == 2)
            #expect(report.waiting == 3)
            #expect(report.waitingFor >= .zero)
        }
    }

    @Test
    func `books of several pages are read to their last place`() async throws {
        try await withTenant { fixture, tenant in
            try await SealTests.open(4_500, fixture, tenant)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            while try await fixture.sealer.seal(tenant) != nil {}
            let whole = try await Self.verify(fixture, tenant)
            #expect(whole.findings == [])
            #expect(whole.transfers == 4_500)
            let places = [1_999, 2_000, 2_001, 4_000, 4_001, 4_499]
            let list = places.map(String.init).joined(separator: ", ")
            try await Self.tamper(
                """
                update ledger_transfers set reference = 'x' where id in (
                    select transfer_id from ledger_seals where position in (\(list))
                )
                """,
                fixture,
                tenant
            )
            let spoiled = try await Self.verify(fixture, tenant)
            #expect(spoiled.findings.map(\.short) == places.map { "changed \($0)" })
        }
    }

    /// Each breach, and what must be said of it; `%` stands for the transfer at position 5.
    private static let breaches: [(sql: String, finding: String)] = [
        ("update ledger_transfers set amount = amount + 1 where %", "changed 5"),
        ("update ledger_transfers set reference = reference || 'x' where %", "changed 5"),
        ("update ledger_transfers set posted_at = posted_at - interval '1 s' where %", "changed 5"),
        ("update ledger_transfers set code = 'gift' where %", "changed 5"),
        ("update ledger_transfers set credit = 'bank:USD' where %", "changed 5"),
        ("update ledger_seals set hash = sha256(hash) where position = 5", "changed 5"),
        ("update ledger_seals set credit = debit where position = 5", "changed 5"),
        ("delete from ledger_transfers where %", "deleted 5"),
        ("delete from ledger_seals where position = 5", "missing 5"),
        ("update ledger_heads set hash = sha256(hash) where position = 6", "head differs 6"),
        ("update ledger_heads set signature = sha256(hash) where position = 6", "head forged 6"),
        ("update ledger_heads set key_name = null, signature = null", "unsigned [6, 12]"),
        (
            "update ledger_heads set key_name = '0000000000000000' where position = 6",
            "0000000000000000 [6]"
        ),
        ("delete from ledger_heads", "headless 1...12"),
        ("delete from ledger_heads where position = 12", "headless 7...12"),
        (
            """
            with cut as (delete from ledger_heads where position = 12)
            update ledger_sealer set position = 6
            """, "headless 7...12"
        ),
        ("update ledger_snapshots set credits_posted = credits_posted + 1", "snapshot"),
        ("update intents set captured = captured + 1", "intent"),
        ("delete from ledger_seals where position > 6", "truncated 6"),
    ]

    @Test(arguments: breaches.indices)
    func `what was changed is found and named`(index: Int) async throws {
        let (sql, finding) = Self.breaches[index]
        try await withTenant { fixture, tenant in
            _ = try await Self.books(fixture, tenant)
            let fifth = "id = (select transfer_id from ledger_seals where position = 5)"
            let parts = sql.split(separator: "%", omittingEmptySubsequences: false)
            try await Self.tamper(parts.joined(separator: fifth), fixture, tenant)
            let report = try await Self.verify(fixture, tenant)
            #expect(report.findings.contains { $0.short == finding }, "\(report.findings)")
            #expect(!report.findings.contains { $0.short == "changed 6" }, "only what was changed")
        }
    }

    @Test
    func `a tail that was cut off everywhere is missed by who knew its head`() async throws {
        try await withTenant { fixture, tenant in
            let payments = try await Self.books(fixture, tenant)
            let known = try await fixture.ledger.heads(after: 0, limit: 10, in: tenant)
            for text in [
                """
                delete from ledger_transfers where intent_id in (
                    select t.intent_id from ledger_seals s
                    join ledger_transfers t on t.id = s.transfer_id where s.position > 6
                )
                """,
                "delete from ledger_seals where position > 6",
                "delete from ledger_heads where position > 6",
                "delete from ledger_snapshots where position > 6",
                """
                update ledger_sealer set position = 6, hash = (
                    select hash from ledger_heads where position = 6
                )
                """,
                """
                update intents set captured = 0, capturable = 0, state = 'authorized',
                    state_before = 'authorized'
                where not exists (select from ledger_transfers t where t.intent_id = intents.id)
                """,
            ] {
                try await Self.tamper(text, fixture, tenant)
            }
            #expect(payments.count == 5)
            let blind = try await Self.verify(fixture, tenant)
            #expect(blind.findings == [], "nothing inside tells of it")
            let report = try await Self.verify(fixture, tenant, known: known)
            #expect(report.findings == [.chain(.headMissing(position: 12))])
        }
    }

    @Test
    func `a transfer that nobody was told of is counted`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.tamper(
                """
                insert into ledger_transfers (
                    id, event_id, line, phase, debit, credit, amount, currency, code, reference
                ) values (
                    md5('a')::uuid, md5('b')::uuid, 1, 'posted', 'bank:USD', 'fees:USD', 1, 'USD',
                    'gift', 'x'
                )
                """,
                fixture,
                tenant
            )
            let report = try await Self.verify(fixture, tenant)
            #expect(report.findings == [.untold(transfers: 1)])
        }
    }
}

extension LedgerFinding {
    /// The kind with its position, for short expectations.
    fileprivate var short: String {
        switch self {
        case .chain(.missing(let places)): "missing \(places.lowerBound)"
        case .chain(.deleted(let position, _)): "deleted \(position)"
        case .chain(.changed(let position, _)): "changed \(position)"
        case .chain(.headDiffers(let position)): "head differs \(position)"
        case .chain(.headForged(let position)): "head forged \(position)"
        case .chain(.headsUnsigned(let positions)): "unsigned \(positions)"
        case .chain(.headsOfUnknownKey(let key, let positions)): "\(key) \(positions)"
        case .chain(.headless(let places)): "headless \(places)"
        case .chain(.headMissing(let position)): "head missing \(position)"
        case .chain(.truncated(let position, _)): "truncated \(position)"
        case .misplaced(let position, _): "misplaced \(position)"
        case .overEnded(let position, _, _): "over-ended \(position)"
        case .malformed(let position, _): "malformed \(position)"
        case .snapshotDiffers: "snapshot"
        case .intentDiffers: "intent"
        case .untold: "untold"
        }
    }
}
