import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// The database refuses by itself what is no transfer, and any change of one.
@Suite
struct TransferTableTests {
    /// A transfer that the database takes, and the ways to spoil it.
    private struct Row {
        var debit = "bank:USD"
        var credit = "fees:USD"
        var amount: PostgresValue = 1
        var currency = "USD"
        var phase = "posted"
        var pending: PostgresValue = .null
    }

    private static func insert(
        _ row: Row,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async -> SQLState? {
        let id = PostgresValue.uuid(UInt128(fixture.identifiers.next().low))
        do {
            _ = try await fixture.sql(
                """
                insert into ledger_transfers (
                    id, event_id, line, phase, debit, credit, amount, currency, code, reference,
                    pending_id
                ) values ($1, $1, 1, $2, $3, $4, $5, $6, 'test', 'test', $7)
                """,
                id,
                .text(row.phase),
                .text(row.debit),
                .text(row.credit),
                row.amount,
                .text(row.currency),
                row.pending,
                role: TenantSchema(tenant).role
            )
            return nil
        } catch {
            return (error as? PostgresError)?.sqlState
        }
    }

    @Test
    func `what is no transfer is refused`() async throws {
        try await withTenant { fixture, tenant in
            let pending = PostgresValue.uuid(1)
            #expect(await Self.insert(Row(), fixture, tenant) == nil)
            let spoiled: [Row] = [
                Row(amount: 0), Row(amount: -1), Row(credit: "bank:USD"),
                Row(credit: "fees:EUR"), Row(debit: "bank:EUR"), Row(currency: "EUR"),
                Row(debit: "bank:usd", credit: "fees:usd", currency: "usd"),
                Row(phase: "lost"), Row(phase: "pending", pending: pending),
                Row(phase: "voided"), Row(phase: "expired"),
            ]
            for row in spoiled {
                let state = await Self.insert(row, fixture, tenant)
                #expect(state == .checkViolation, "\(row)")
            }
            let tooMuch = Row(amount: .text("9223372036854775808"))
            #expect(await Self.insert(tooMuch, fixture, tenant)?.code == "22003")
        }
    }

    @Test(arguments: [
        "update ledger_transfers set amount = 1", "update ledger_transfers set posted_at = now()",
        "delete from ledger_transfers", "truncate ledger_transfers",
    ])
    func `nobody who serves changes a transfer`(text: String) async throws {
        try await withTenant { fixture, tenant in
            do throws(PostgresError) {
                try await fixture.pool.transaction(
                    role: TenantSchema(tenant).role,
                    [Query(Statement("test.refused", sentOnce: text))]
                )
                Issue.record("allowed: \(text)")
            } catch {
                #expect(error.sqlState == .insufficientPrivilege)
            }
        }
    }

    @Test
    func `a posting that is refused takes its change with it`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let payment = try await suite.committedHold()
            let posted = try await fixture.ledger.transfers(of: payment.intent.id, in: tenant)
            var late = payment
            try late.askCapture(
                suite.asking(),
                amount: 100,
                isFinal: false,
                capabilities: suite.capabilities
            )
            var changes = suite.sealed(&late)
            changes.posting = Posting(
                posted,
                of: payment.intent.id,
                toldBy: changes.events.last
            )
            let spoiled = changes
            await #expect(throws: StoreError.self) {
                try await fixture.payments.commit(spoiled, in: tenant)
            }
            let stored = try await fixture.payments.payment(payment.intent.id, in: tenant)
            #expect(stored?.intent.version == payment.intent.version)
        }
    }
}
