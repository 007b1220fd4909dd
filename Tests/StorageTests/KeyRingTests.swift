import Cryptography
import PaymentCore
import Storage
import Synchronization
import TestKit
import Testing

/// No payment waits for a key service: what it opened once is held, bounded in time.
@Suite
struct KeyRingTests {
    /// A key service that counts what it is asked, and can be out of reach.
    private final class CountedKeys: KeyManagement {
        private let keys: any KeyManagement
        private let state = Mutex((asked: 0, isAway: false))
        private let begun = Mutex(0)

        init(_ keys: any KeyManagement) {
            self.keys = keys
        }

        var asked: Int { state.withLock { $0.asked } }

        /// How often keys were to be made.
        var beginnings: Int { begun.withLock { $0 } }

        func begin() { begun.withLock { $0 += 1 } }

        func leave() { state.withLock { $0.isAway = true } }

        func wrap(_ key: Secret, of tenant: TenantID) async throws(KeyManagementError) -> WrappedKey
        {
            try await keys.wrap(key, of: tenant)
        }

        func unwrap(
            _ key: WrappedKey,
            of tenant: TenantID
        ) async throws(KeyManagementError) -> Secret {
            let isAway = state.withLock { state in
                state.asked += 1
                return state.isAway
            }
            guard !isAway else { throw KeyManagementError(.unavailable, "out of reach") }
            return try await keys.unwrap(key, of: tenant)
        }
    }

    @Test
    func `wrapping keys are made before an installation's first data key and never again`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let service = CountedKeys(fixture.management)
            let provisioner = try TenantProvisioner(
                pool: fixture.pool,
                keys: KeyRing(service),
                migrations: StorageFixture.migrations
            )
            #expect(try await KeyRing.exist(in: fixture.pool))
            try await provisioner.create(fixture.identifiers.make(), name: "Next")
            try await provisioner.rotateKeys(of: tenant)
            #expect(service.beginnings == 0)
        }
    }

    @Test
    func `an opened data key asks the key service nothing until its time is over`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let method = suite.method(token: "tok_1", customer: nil)
            try await fixture.payments.commit(Changeset(methods: [.insert(method)]), in: tenant)
            let service = CountedKeys(fixture.management)
            let start = ContinuousClock.now
            let passed = Mutex(Duration.zero)
            let ring = KeyRing(
                service,
                lifetime: .seconds(60),
                now: { start + passed.withLock { $0 } }
            )
            let payments = PostgresPaymentStore(
                pool: fixture.pool,
                keys: ring,
                marks: fixture.marks
            )
            func read() async throws -> Bool {
                try await payments.method(method.id, in: tenant)?.token == method.token
            }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 1)
            passed.withLock { $0 = .seconds(61) }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 2)
            // Out of reach, it is asked again each time, and what is open serves on for as long.
            service.leave()
            passed.withLock { $0 = .seconds(150) }
            #expect(try await read())
            passed.withLock { $0 = .seconds(250) }
            await #expect(throws: StoreError.self) { try await read() }
        }
    }
}
