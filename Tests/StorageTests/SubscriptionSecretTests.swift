import PaymentCore
import Storage
import Testing

/// What signs deliveries, under data keys that change and secrets that do not open.
@Suite
struct SubscriptionSecretTests {
    private typealias Bench = EventSubscriptionTests.Bench

    /// The same tenant's subscriptions as another process has them, with data keys of its own.
    private static func elsewhere(_ bench: Bench) -> Bench {
        let keys = KeyRing(bench.fixture.management)
        let store = PostgresSubscriptionStore(
            pool: bench.fixture.pool,
            keys: keys,
            marks: bench.fixture.marks
        )
        return Bench(store: store, fixture: bench.fixture, tenant: bench.tenant)
    }

    @Test
    func `a secret under a data key that another process has added signs here, too`()
        async throws
    {
        try await EventSubscriptionTests.withBench { bench in
            let reader = Self.elsewhere(bench)
            let first = try await bench.subscribe()
            // Both hold the tenant's keys open from before.
            _ = try await reader.store.secrets(of: first, in: bench.tenant)
            let rotating = KeyRing(bench.fixture.management)
            try await TenantProvisioner(
                pool: bench.fixture.pool,
                keys: rotating,
                migrations: StorageFixture.migrations
            ).rotateKeys(of: bench.tenant)
            let second = try await Self.elsewhere(bench).subscribe([.transactionCreated])
            try await bench.publish(1)
            _ = try await bench.fanOut()
            let claimed = try await bench.claim()
            #expect(Set(claimed.map(\.subscription)) == [first, second])
            #expect(claimed.allSatisfy { $0.secrets.map(\.value) == ["whsec_YQ=="] })
            let secrets = try await reader.store.secrets(of: second, in: bench.tenant)
            #expect(secrets.map(\.value) == ["whsec_YQ=="])
        }
    }

    @Test
    func `a secret that does not open holds up no other subscription`() async throws {
        try await EventSubscriptionTests.withBench { bench in
            let spoiled = try await bench.subscribe([.transactionCreated])
            _ = try await bench.fixture.sql(
                "update event_subscriptions set secret_sealed = '\\x00'",
                role: TenantSchema(bench.tenant).role
            )
            let whole = try await bench.subscribe([.transactionCreated])
            try await bench.publish(1)
            _ = try await bench.fanOut()
            let secrets = try await bench.claim().map { ($0.subscription, $0.secrets) }
            let claimed = Dictionary(uniqueKeysWithValues: secrets)
            #expect(claimed[spoiled]?.isEmpty == true)
            #expect(claimed[whole]?.map(\.value) == ["whsec_YQ=="])
            #expect(try await bench.store.secrets(of: spoiled, in: bench.tenant).isEmpty)
        }
    }
}
