import Cryptography
import PaymentCore
import Reactor
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
        private struct State {
            var asked = 0
            var isAway = false
            var held: [CheckedContinuation<Void, Never>]?
        }

        private let state = Mutex(State())
        private let begun = Mutex(0)

        init(_ keys: any KeyManagement) {
            self.keys = keys
        }

        var asked: Int { state.withLock { $0.asked } }

        /// How often keys were to be made.
        var beginnings: Int { begun.withLock { $0 } }

        func begin() { begun.withLock { $0 += 1 } }

        func leave() { state.withLock { $0.isAway = true } }

        /// Who asks waits until ``answer()``.
        func hold() { state.withLock { $0.held = [] } }

        func answer() {
            let held = state.withLock { $0.held.take() }
            for continuation in held ?? [] { continuation.resume() }
        }

        private func passGate() async {
            await withCheckedContinuation { continuation in
                let mayPass = state.withLock { state in
                    state.held?.append(continuation)
                    return state.held == nil
                }
                if mayPass { continuation.resume() }
            }
        }

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
            await passGate()
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
            let service = CountedKeys(fixture.management)
            let start = ContinuousClock.now
            let passed = Mutex(Duration.zero)
            let ring = KeyRing(
                service,
                lifetime: .seconds(60),
                now: { start + passed.withLock { $0 } }
            )
            let (method, payments) = try await Self.stored(fixture, tenant, ring)
            func read() async throws -> Bool {
                try await payments.method(method.id, in: tenant)?.token == method.token
            }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 1)
            passed.withLock { $0 = .seconds(61) }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 2)
            // Out of reach, it is asked every five seconds, and what is open serves on for as long.
            service.leave()
            passed.withLock { $0 = .seconds(150) }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 3)
            passed.withLock { $0 = .seconds(156) }
            for _ in 0..<5 { #expect(try await read()) }
            #expect(service.asked == 4)
            passed.withLock { $0 = .seconds(250) }
            await #expect(throws: StoreError.self) { try await read() }
        }
    }

    @Test
    func `a crowd that comes to a closed key asks for it once`() async throws {
        try await withTenant { fixture, tenant in
            let service = CountedKeys(fixture.management)
            let ring = KeyRing(service)
            let (method, payments) = try await Self.stored(fixture, tenant, ring)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<30 {
                    group.addTask(executorPreference: fixture.loop) {
                        try await payments.method(method.id, in: tenant)?.token == method.token
                    }
                }
                for try await isFound in group { #expect(isFound) }
            }
            #expect(service.asked == 1)
        }
    }

    @Test
    func `a crowd that comes while the key service is away is told once`() async throws {
        try await withTenant { fixture, tenant in
            let service = CountedKeys(fixture.management)
            let ring = KeyRing(service)
            let (method, payments) = try await Self.stored(fixture, tenant, ring)
            service.leave()
            service.hold()
            let crowd = (0..<8).map { _ in
                Task(executorPreference: fixture.loop) {
                    try await payments.method(method.id, in: tenant)?.token
                }
            }
            while service.asked == 0 { try await fixture.loop.sleep(for: .milliseconds(1)) }
            service.answer()
            for task in crowd {
                await #expect(throws: StoreError.self) { try await task.value }
            }
            #expect(service.asked < 8)
        }
    }

    @Test
    func `while one opens a stale key anew, the others use it`() async throws {
        try await withTenant { fixture, tenant in
            let service = CountedKeys(fixture.management)
            let start = ContinuousClock.now
            let passed = Mutex(Duration.zero)
            let ring = KeyRing(
                service,
                lifetime: .seconds(60),
                now: { start + passed.withLock { $0 } }
            )
            let (method, payments) = try await Self.stored(fixture, tenant, ring)
            let read: @Sendable () async throws -> Bool = {
                try await payments.method(method.id, in: tenant)?.token == method.token
            }
            #expect(try await read())
            passed.withLock { $0 = .seconds(61) }
            service.hold()
            let one = Task(executorPreference: fixture.loop) { try await read() }
            while service.asked < 2 { try await fixture.loop.sleep(for: .milliseconds(1)) }
            let served = Atomic(0)
            let readOnce: @Sendable () async throws -> Bool = {
                let isFound = try await read()
                served.add(1, ordering: .relaxed)
                return isFound
            }
            let others = (0..<5).map { _ in
                Task(executorPreference: fixture.loop) { try await readOnce() }
            }
            while served.load(ordering: .relaxed) < 5, service.asked == 2 {
                try await fixture.loop.sleep(for: .milliseconds(1))
            }
            #expect(service.asked == 2, "somebody else waits for the key service, too")
            service.answer()
            for task in others { #expect(try await task.value) }
            #expect(try await one.value)
        }
    }

    /// A stored method, and a store that has opened no key yet.
    private static func stored(
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        _ ring: KeyRing
    ) async throws -> (PaymentMethod, PostgresPaymentStore) {
        let suite = StoreConformance(store: fixture.store, tenant: tenant)
        let method = suite.method(token: "tok_1", customer: nil)
        try await fixture.payments.commit(Changeset(methods: [.insert(method)]), in: tenant)
        let store = PostgresPaymentStore(pool: fixture.pool, keys: ring, marks: fixture.marks)
        return (method, store)
    }
}
