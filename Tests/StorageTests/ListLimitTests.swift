import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// A list that is cut off was too broad, or the machine was slow: only the first is the caller's.
@Suite
struct ListLimitTests {
    private static func queries(
        _ fixture: StorageFixture,
        cost: Double,
        time: Duration = .milliseconds(100),
        patience: Duration
    ) -> PostgresQueries {
        var limits = PostgresQueries.Limits()
        limits.time = time
        limits.cost = cost
        limits.patience = patience
        return PostgresQueries(pool: fixture.pool, keys: fixture.keys, limits: limits)
    }

    /// Three hundred thousand customers: reading all of them takes several times as long, on any
    /// machine, as the list that reads them may.
    private static func crowd(_ fixture: StorageFixture, _ tenant: TenantID) async throws {
        _ = try await fixture.sql(
            """
            insert into customers (id, email, metadata, created_at, updated_at)
            select ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'e' || n,
                '{}', now(), now()
            from generate_series(1, 300000) as n
            """,
            role: TenantSchema(tenant).role
        )
    }

    private static func code<Value>(
        of body: () async throws(StoreError) -> Value
    ) async -> StoreError.Code? {
        do throws(StoreError) {
            _ = try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test
    func `a list that is cut off is too broad by its plan, and unavailable otherwise`()
        async throws
    {
        try await withTenant { fixture, tenant in
            try await Self.crowd(fixture, tenant)
            for (cost, expected) in [
                (1_000.0, StoreError.Code.filterTooBroad), (1_000_000_000, .unavailable),
            ] {
                let queries = Self.queries(
                    fixture,
                    cost: cost,
                    time: .milliseconds(30),
                    patience: .milliseconds(100)
                )
                let code = await Self.code { () async throws(StoreError) in
                    try await queries.customers(
                        reference: nil,
                        email: nil,
                        after: nil,
                        limit: 300_000,
                        in: tenant
                    )
                }
                #expect(code == expected)
            }
        }
    }

    @Test
    func `what one index answers is never too broad, and is tried again`() async throws {
        try await withTenant { fixture, tenant in
            let schema = TenantSchema(tenant)
            let lock = Statement(
                "test.lock",
                sentOnce: "lock table \(schema.role).intents in access exclusive mode"
            )
            var filter = IntentFilter()
            filter.currency = .usd
            filter.createdFrom = RealClock().now - .seconds(86_400)
            let narrow = filter
            // Nothing is cheap enough for these, and nothing is read while the table is locked.
            let hasty = Self.queries(fixture, cost: 0, patience: .milliseconds(200))
            let patient = Self.queries(fixture, cost: 0, patience: .seconds(20))
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await fixture.pool.interactive(role: schema.owner) { held in
                    _ = try await held.run([lock()])
                    group.addTask(executorPreference: fixture.loop) {
                        try await patient.intents(narrow, after: nil, limit: 5, in: tenant)
                            .elements.count
                    }
                    // Longer than the other's first try.
                    let code = await Self.code { () async throws(StoreError) in
                        try await hasty.intents(narrow, after: nil, limit: 5, in: tenant)
                    }
                    #expect(code == .unavailable)
                }
                #expect(try await group.next() == 0)
            }
        }
    }
}
