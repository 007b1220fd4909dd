import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Limits that the database keeps, and monitors that tell.
@Suite
struct LedgerWatchTests {
    private static let merchant = LedgerAccount(.merchantBalance, in: .usd)

    /// Lets a limit be as old as it must be to hold.
    private static func activate(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        _ = try await fixture.sql(
            "update ledger_limits set set_at = now() - interval '2 minutes'",
            role: TenantSchema(tenant).role
        )
        _ = try await fixture.watch.check(tenant)
    }

    @Test
    func `a limit waits for the longest call that the settings allow`() async throws {
        try await withTenant { fixture, tenant in
            try await fixture.onNewPool {
                $0.statementDeadline = .seconds(600)
            } _: { pool in
                let patient = fixture.watch(on: pool)
                try await fixture.watch.setLimit(of: Self.merchant, overdraft: 0, in: tenant)
                _ = try await fixture.sql(
                    "update ledger_limits set set_at = now() - interval '2 minutes'",
                    role: TenantSchema(tenant).role
                )
                #expect(try await patient.check(tenant) != nil, "it is looked at again")
                #expect(try await patient.limits(in: tenant).map(\.isActive) == [false])
                _ = try await fixture.watch.check(tenant)
                #expect(try await patient.limits(in: tenant).map(\.isActive) == [true])
            }
        }
    }

    /// A payment of 500 captured that asks for a refund.
    private static func refund(
        _ amount: Int64,
        of payment: Payment,
        _ suite: StoreConformance,
        obeying: Bool = true
    ) throws -> Changeset {
        var payment = payment
        try payment.askRefund(
            suite.asking(),
            amount: amount,
            reason: nil,
            capabilities: suite.capabilities
        )
        var changes = suite.sealed(&payment)
        changes.posting = changes.posting.flatMap {
            Posting(
                $0.transfers,
                of: payment.intent.id,
                toldBy: changes.events.last,
                obeyingLimits: obeying
            )
        }
        return changes
    }

    @Test
    func `a limit counts what was posted before it and refuses what goes beyond`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let payment = try await SealTests.pay(suite, fixture)
            try await fixture.watch.setLimit(of: Self.merchant, overdraft: 0, in: tenant)
            let fresh = try #require(try await fixture.watch.limits(in: tenant).first)
            #expect(!fresh.isActive)
            let pause = try await fixture.watch.check(tenant)
            #expect(pause != nil, "it is looked at again")
            try await Self.activate(fixture, tenant)
            let limit = try #require(try await fixture.watch.limits(in: tenant).first)
            #expect(limit.isActive)
            #expect(limit.available == 500)
            #expect(limit.balance.creditsPending == 12_000)
            // Another payment's refund, so to say.
            _ = try await fixture.sql(
                "update ledger_limits set debits_posted = 100",
                role: TenantSchema(tenant).role
            )
            let tooMuch = try Self.refund(401, of: payment, suite)
            do throws(StoreError) {
                try await fixture.payments.commit(tooMuch, in: tenant)
                Issue.record("the limit was broken")
            } catch {
                #expect(error.code == .limitExceeded)
            }
            let stored = try await fixture.payments.payment(payment.intent.id, in: tenant)
            #expect(stored?.intent.version == payment.intent.version, "nothing was written")
            try await fixture.payments.commit(Self.refund(400, of: payment, suite), in: tenant)
            let after = try #require(try await fixture.watch.limits(in: tenant).first)
            #expect(after.available == 0)
        }
    }

    @Test
    func `a fact is booked beyond the limit, and no more is asked for then`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let first = try await SealTests.pay(suite, fixture)
            let second = try await SealTests.pay(suite, fixture)
            try await fixture.watch.setLimit(of: Self.merchant, overdraft: 0, in: tenant)
            try await Self.activate(fixture, tenant)
            _ = try await fixture.sql(
                "update ledger_limits set credits_posted = 400",
                role: TenantSchema(tenant).role
            )
            let fact = try Self.refund(450, of: first, suite, obeying: false)
            try await fixture.payments.commit(fact, in: tenant)
            let limit = try #require(try await fixture.watch.limits(in: tenant).first)
            #expect(limit.available == -50)
            await #expect(throws: StoreError.self) {
                try await fixture.payments.commit(Self.refund(1, of: second, suite), in: tenant)
            }
            try await fixture.watch.setLimit(of: Self.merchant, overdraft: 60, in: tenant)
            try await fixture.payments.commit(Self.refund(10, of: second, suite), in: tenant)
            #expect(try await fixture.watch.removeLimit(of: Self.merchant, in: tenant))
            #expect(try await !fixture.watch.removeLimit(of: Self.merchant, in: tenant))
        }
    }

    @Test
    func `rivals never take more from a limited account than it has`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            var payments: [Payment] = []
            for _ in 0..<6 { payments.append(try await SealTests.pay(suite, fixture)) }
            try await fixture.watch.setLimit(of: Self.merchant, overdraft: 0, in: tenant)
            try await Self.activate(fixture, tenant)
            _ = try await fixture.sql(
                "update ledger_limits set credits_posted = 1000",
                role: TenantSchema(tenant).role
            )
            let asked = try payments.map { try Self.refund(300, of: $0, suite) }
            let won = await withTaskGroup(of: Bool.self) { group in
                for changes in asked {
                    group.addTask {
                        // Losing is right for some.
                        (try? await fixture.payments.commit(changes, in: tenant)) != nil
                    }
                }
                return await group.reduce(into: 0) { count, isWon in count += isWon ? 1 : 0 }
            }
            #expect(won == 3)
            let limit = try #require(try await fixture.watch.limits(in: tenant).first)
            #expect(limit.available == 100)
        }
    }

    @Test
    func `an account that is not cleared in time is told of once, and once when it is`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let payment = try await SealTests.pay(suite, fixture)
            let account = try #require(payment.intent.account).description
            let clearing = LedgerAccount(.processorClearing, of: account, in: .usd)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            _ = try await fixture.sealer.seal(tenant)
            let patient = LedgerMonitor(account: clearing, threshold: 0, age: .seconds(3_600))
            try await fixture.watch.set(patient, in: tenant)
            _ = try await fixture.watch.check(tenant)
            let quiet = try #require(try await fixture.watch.clearing(in: tenant).first)
            #expect(quiet.uncleared == 500)
            #expect(quiet.overdue == 0)
            #expect(quiet.since != nil)
            #expect(try await Self.alerts(fixture, tenant) == [])

            let strict = LedgerMonitor(account: clearing, threshold: 100, age: .zero)
            try await fixture.watch.set(strict, in: tenant)
            for _ in 0..<2 { _ = try await fixture.watch.check(tenant) }
            #expect(try await Self.alerts(fixture, tenant) == ["1 true"])
            // A refund clears what the processor owes.
            var paid = payment
            try paid.askRefund(
                suite.asking(),
                amount: 500,
                reason: nil,
                capabilities: suite.capabilities
            )
            try await suite.commit(&paid)
            paid.answer(
                try #require(paid.lastAttempt).id,
                with: .succeeded(VendorReceipt(reference: "re")),
                capture: suite.asking()
            )
            try await suite.commit(&paid)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            _ = try await fixture.sealer.seal(tenant)
            for _ in 0..<2 { _ = try await fixture.watch.check(tenant) }
            #expect(try await Self.alerts(fixture, tenant) == ["1 true", "2 false"])
            #expect(try await fixture.watch.removeMonitor(of: clearing, in: tenant))
            let pause = try await fixture.watch.check(tenant)
            #expect(pause == nil, "nothing is watched any more")
        }
    }

    private static func alerts(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws -> [String] {
        _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
        return try await fixture.jobs.events(after: 0, limit: 100, in: tenant)
            .filter { $0.event.type == .ledgerClearingAlert }
            .map { "\($0.event.sequence) \($0.event.data)" }
    }
}
