import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Balances and statements.
@Suite
struct BooksTests {
    private static let merchant = LedgerAccount(.merchantBalance, in: .usd)

    private static func publishAndSeal(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
        _ = try await fixture.sealer.seal(tenant)
    }

    private static func captured(
        at moment: Timestamp?,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws -> Int64? {
        try await fixture.ledger.balances(at: moment, in: tenant)
            .first { $0.account == merchant }?.balance.creditsPosted
    }

    @Test
    func `a balance counts what is committed, published and sealed alike`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            #expect(try await fixture.ledger.balances(at: nil, in: tenant) == [])
            let first = try await SealTests.pay(suite, fixture)
            #expect(try await Self.captured(at: nil, fixture, tenant) == 500)
            try await Self.publishAndSeal(fixture, tenant)
            #expect(try await Self.captured(at: nil, fixture, tenant) == 500)
            _ = try await SealTests.pay(suite, fixture)
            _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            _ = try await SealTests.pay(suite, fixture)
            #expect(try await Self.captured(at: nil, fixture, tenant) == 1_500)
            let account = try #require(first.intent.account).description
            let balances = try await fixture.ledger.balances(at: nil, in: tenant)
            let clearing = LedgerAccount(.processorClearing, of: account, in: .usd)
            #expect(balances.first { $0.account == clearing }?.balance.debitsPosted == 500)
            let merchant = try #require(balances.first { $0.account == Self.merchant }?.balance)
            #expect(merchant.creditsPending == 3 * 12_000)
        }
    }

    @Test
    func `a past time is answered from its place, within a batch too`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let before = RealClock().now - .seconds(3_600)
            for _ in 0..<2 {
                _ = try await SealTests.pay(suite, fixture)
                _ = try await SealTests.pay(suite, fixture)
                try await Self.publishAndSeal(fixture, tenant)
            }
            #expect(try await Self.captured(at: before, fixture, tenant) == nil)
            let entries = try await fixture.ledger.entries(after: 0, limit: 100, in: tenant)
            #expect(entries.count == 12)
            for entry in entries {
                let moment = entry.transfer.bookedAt
                let until = entries.filter { $0.transfer.bookedAt <= moment }
                let expected = until.filter {
                    $0.transfer.phase == "posted" && $0.transfer.credit == Self.merchant.id
                }.map(\.transfer.amount).reduce(0, +)
                #expect(try await Self.captured(at: moment, fixture, tenant) ?? 0 == expected)
            }
        }
    }

    @Test
    func `a statement goes through an account page by page`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let nobody = try await fixture.ledger.statement(
                of: Self.merchant,
                after: 0,
                from: nil,
                before: nil,
                limit: 10,
                in: tenant
            )
            #expect(nobody == nil)
            for _ in 0..<3 { _ = try await SealTests.pay(suite, fixture) }
            try await Self.publishAndSeal(fixture, tenant)
            var position: Int64 = 0
            var balance = LedgerBalance()
            var seen: [Int64] = []
            var hasMore = true
            while hasMore {
                let page = try #require(
                    try await fixture.ledger.statement(
                        of: Self.merchant,
                        after: position,
                        from: nil,
                        before: nil,
                        limit: 4,
                        in: tenant
                    )
                )
                #expect(page.opening == balance)
                for entry in page.entries {
                    let side: LedgerAccount.Kind.Side =
                        entry.debit == Self.merchant.id ? .debit : .credit
                    try entry.add(to: &balance, on: side)
                }
                seen += page.entries.map(\.position)
                position = try #require(page.entries.last).position
                hasMore = page.hasMore
            }
            // A hold and the claim on it touch it; what goes on to the processor does not.
            #expect(seen == [1, 2, 4, 5, 7, 8])
            #expect(balance.creditsPosted == 1_500)
            let middle = try await fixture.ledger.entries(after: 3, limit: 1, in: tenant)
            let moment = try #require(middle.first).transfer.bookedAt
            let rest = try #require(
                try await fixture.ledger.statement(
                    of: Self.merchant,
                    after: 0,
                    from: moment,
                    before: nil,
                    limit: 10,
                    in: tenant
                )
            )
            #expect(rest.entries.map(\.position) == [4, 5, 7, 8])
            #expect(rest.opening.creditsPosted == 500)
            let start = try #require(
                try await fixture.ledger.statement(
                    of: Self.merchant,
                    after: 0,
                    from: nil,
                    before: moment,
                    limit: 10,
                    in: tenant
                )
            )
            #expect(start.entries.map(\.position) == [1, 2])
        }
    }

    @Test
    func `payments are told of once all their transfers are sealed`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let first = try await SealTests.pay(suite, fixture)
            try await Self.publishAndSeal(fixture, tenant)
            _ = try await SealTests.pay(suite, fixture)
            let page = try await fixture.ledger.intents(
                bookedUpTo: 3,
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(page.elements.map(\.id) == [first.intent.id])
            #expect(page.elements.first?.captured == 500)
            #expect(page.elements.first?.capturable == 12_000)
            #expect(page.next == nil)
        }
    }
}
