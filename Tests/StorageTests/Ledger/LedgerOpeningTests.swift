import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// The migration that begins the books: what it opens is what the rules would have posted.
@Suite
struct LedgerOpeningTests {
    @Test
    func `the opening entries say what the postings would have said`() async throws {
        let gateway = try await Self.history()
        try await withTenant { fixture, staging in
            let old = try await fixture.tenant(before: "0007")
            try await Self.store(gateway, in: staging, fixture)
            try await Self.copy(from: staging, to: old, fixture)
            _ = try await fixture.provisioner().migrate(old)

            var expected: [LedgerAccount: LedgerBalance] = [:]
            var opened: [LedgerAccount: LedgerBalance] = [:]
            for id in gateway.store.intents(of: gateway.tenant) {
                let posted = try await gateway.store.transfers(of: id, in: gateway.tenant)
                let entries = try await fixture.ledger.transfers(of: id, in: old)
                #expect(entries.allSatisfy { $0.code == .opening })
                // What is still pending is known by the same name, so that it can be ended.
                #expect(Self.pending(entries) == Self.pending(posted))
                expected.merge(try posted.balances) { $0.adding($1) }
                opened.merge(try entries.balances) { $0.adding($1) }
            }
            let left = expected.mapValues(\.net).filter { $0.value != [0, 0, 0] }
            #expect(opened.mapValues(\.net) == left)
            let backlog = try await fixture.jobs.backlog(in: old)
            #expect(backlog.unpublishedEvents)
            #expect(try await fixture.isListed(old))
            #expect(try await fixture.jobs.publishEvents(limit: 10_000, in: old) > 0)
            let events = try await fixture.jobs.events(after: 0, limit: 10_000, in: old)
            #expect(events.map(\.event.type).filter { $0 == .ledgerOpened }.count == 1)
        }
    }

    @Test
    func `books that begin with a tenant have no opening`() async throws {
        try await withTenant { fixture, tenant in
            let backlog = try await fixture.jobs.backlog(in: tenant)
            #expect(!backlog.unpublishedEvents)
        }
    }

    // MARK: Histories

    /// A payment in every state that leaves something in the books.
    private static func history() async throws -> MemoryGateway {
        let gateway = MemoryGateway(settlement: .usd)
        _ = try await hold(gateway, "held")
        _ = try await capture(hold(gateway, "part"), 400, final: false, gateway)
        _ = try await capture(hold(gateway, "rest"), 400, final: true, gateway)
        let voided = try await hold(gateway, "void")
        _ = try await gateway.workflows.voidIntent(
            voided.intent.id,
            reason: nil,
            under: gateway.key("void-it"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let refunded = try await capture(hold(gateway, "refund"), nil, final: true, gateway)
        try await refund(refunded, 250, gateway)
        gateway.vendor.failNext(.answerLost)
        try await refund(refunded, 150, gateway)
        let cash = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(900, .usd), method: .cash, drawer: "front:1"),
            under: gateway.key("cash"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let paid = try #require(cash.payment)
        let asked = try await askCashRefund(paid, 200, gateway)
        _ = try await gateway.workflows.decideRefund(
            RefundID(try #require(asked.refunds.last).movement),
            of: paid.intent.id,
            approve: true,
            drawer: "front-2",
            under: gateway.key("approve"),
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        _ = try await askCashRefund(paid, 100, gateway)
        try await payInEuros(gateway)
        return gateway
    }

    private static func payInEuros(_ gateway: MemoryGateway) async throws {
        let rate = QuotedRate(
            base: .eur,
            quote: .usd,
            rate: try #require(ExchangeRate("1.1")),
            source: "bank",
            quotedAt: gateway.clock.now
        )
        try await gateway.store.recordRates([rate], in: gateway.tenant)
        let payment = try await hold(gateway, "euros", Money(1_000, .eur))
        try await refund(capture(payment, 600, final: true, gateway), 200, gateway)
    }

    private static func hold(
        _ gateway: MemoryGateway,
        _ key: String,
        _ amount: Money = Money(1_000, .usd)
    ) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: amount, captureMethod: .manual, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private static func capture(
        _ payment: Payment,
        _ amount: Int64?,
        final: Bool,
        _ gateway: MemoryGateway
    ) async throws -> Payment {
        let answer = try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: amount,
            isFinal: final,
            under: gateway.key("capture \(payment.intent.id)"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private static func refund(
        _ payment: Payment,
        _ amount: Int64,
        _ gateway: MemoryGateway
    ) async throws {
        _ = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: gateway.key("refund \(payment.intent.id) \(amount)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private static func askCashRefund(
        _ payment: Payment,
        _ amount: Int64,
        _ gateway: MemoryGateway
    ) async throws -> Payment {
        let answer = try await gateway.workflows.requestCashRefund(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: gateway.key("ask \(amount)"),
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private static func pending(_ transfers: [Transfer]) -> Set<TransferID> {
        var left: [TransferID: Int64] = [:]
        for transfer in transfers {
            if transfer.phase == .pending { left[transfer.id, default: 0] += transfer.amount }
            if let ended = transfer.phase.ended { left[ended, default: 0] -= transfer.amount }
        }
        return Set(left.filter { $0.value != 0 }.keys)
    }

    // MARK: Databases

    /// Writes what the gateway knows, without its books.
    private static func store(
        _ gateway: MemoryGateway,
        in tenant: TenantID,
        _ fixture: StorageFixture
    ) async throws {
        let receipts = gateway.store.receipts(of: gateway.tenant)
        for id in gateway.store.intents(of: gateway.tenant) {
            let payment = try #require(try await gateway.store.payment(id, in: gateway.tenant))
            let change = PaymentChange(
                after: payment.intent,
                expectedVersion: 0,
                reservation: .none,
                inserted: payment.attempts,
                lease: .zero,
                answered: []
            )
            try await fixture.payments.commit(Changeset(payment: change), in: tenant)
            for receipt in receipts where receipt.intent == id {
                try await fixture.payments.commit(Changeset(receipt: receipt), in: tenant)
            }
        }
    }

    private static func copy(
        from: TenantID,
        to: TenantID,
        _ fixture: StorageFixture
    ) async throws {
        let (from, to) = (TenantSchema(from), TenantSchema(to))
        let lending = [
            "grant usage on schema \(from.role) to \(to.owner)",
            "grant select on all tables in schema \(from.role) to \(to.owner)",
        ]
        var copying: [String] = []
        for table in ["intents", "attempts", "cash_receipts"] {
            // By place: later migrations rename columns, and add some at the end.
            let target = try await columns(of: table, in: to, fixture)
            let source = try await columns(of: table, in: from, fixture).prefix(target.count)
            copying.append(
                """
                insert into \(to.role).\(table) (\(target.joined(separator: ", ")))
                select \(source.joined(separator: ", ")) from \(from.role).\(table)
                """
            )
        }
        for (role, texts) in [(from.owner, lending), (to.owner, copying)] {
            try await fixture.pool.transaction(
                role: role,
                texts.map { Query(Statement("test.copy", sentOnce: $0)) }
            )
        }
    }
}

extension LedgerOpeningTests {
    private static func columns(
        of table: String,
        in schema: TenantSchema,
        _ fixture: StorageFixture
    ) async throws -> [String] {
        let rows = try await fixture.sql(
            """
            select a.attname::text from pg_attribute a
            join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
            order by a.attnum
            """,
            .text(schema.role),
            .text(table)
        )
        return try rows.map { try $0.text(0) }
    }
}

extension LedgerBalance {
    fileprivate func adding(_ other: LedgerBalance) -> LedgerBalance {
        LedgerBalance(
            debitsPosted: debitsPosted + other.debitsPosted,
            creditsPosted: creditsPosted + other.creditsPosted,
            debitsPending: debitsPending + other.debitsPending,
            creditsPending: creditsPending + other.creditsPending
        )
    }

    /// What is left in the end, whatever passed through.
    fileprivate var net: [Int64] {
        [debitsPosted - creditsPosted, debitsPending, creditsPending]
    }
}
