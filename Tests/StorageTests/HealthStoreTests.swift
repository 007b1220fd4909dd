import PaymentCore
import Storage
import TestKit
import Testing

/// The shared breakers in Postgres, and those in memory, keep the same promises.
@Suite
struct HealthStoreTests {
    private static let opening = BreakerChange(
        over: .closed,
        to: .open,
        falls: 1,
        pause: .zero,
        illness: .failures
    )

    private static func answer(_ epoch: Int64, _ state: HealthReading.State) -> BreakerChange {
        BreakerChange(
            over: .halfOpen(epoch: epoch),
            to: state,
            falls: 2,
            pause: .seconds(60),
            illness: state == .open ? .probeFailed : nil
        )
    }

    /// Runs `body` on both stores, each with an account of its own.
    private func onBoth(
        _ body: @escaping @Sendable (any HealthStore, MerchantAccount) async throws -> Void
    ) async throws {
        try await withTenant { fixture, tenant in
            let account = MerchantAccount(
                id: fixture.identifiers.make(),
                tenant: tenant,
                vendor: VendorID(known: "acme"),
                name: "main",
                mode: .live,
                isDefault: true,
                isActive: true,
                settlementCurrency: nil,
                credentials: Credentials([:])
            )
            try await fixture.control.insert(account, credentials: .stored(Credentials([:])))
            try await body(fixture.control, account)
            try await body(InMemoryHealth(clock: RealClock(), accounts: [account]), account)
        }
    }

    private static func row(
        _ store: any HealthStore,
        _ account: MerchantAccount
    ) async throws -> StoredBreaker? {
        try await store.breakers(changedWithin: .seconds(300)).first { $0.account == account.id }
    }

    @Test
    func `a breaker opens once, is tried by one, and closes over that try alone`() async throws {
        try await onBoth { store, account in
            #expect(try await Self.row(store, account) == nil)
            #expect(try await store.takeProbe(of: account.id, lease: .seconds(60)) == nil)
            #expect(try await store.write(Self.opening, of: account.id) == 1)
            #expect(try await store.write(Self.opening, of: account.id) == nil, "it is open")
            #expect(try await store.takeProbe(of: account.id, lease: .seconds(60)) == 2)
            #expect(try await store.takeProbe(of: account.id, lease: .seconds(60)) == nil)
            #expect(try await store.write(Self.answer(1, .closed), of: account.id) == nil)
            #expect(try await store.write(Self.answer(2, .closed), of: account.id) == 3)
            #expect(try await store.write(Self.answer(2, .open), of: account.id) == nil)
            let row = try #require(try await Self.row(store, account))
            #expect(row.state == .closed)
            #expect(row.epoch == 3)
            #expect(try await store.write(Self.opening, of: account.id) == 4)
        }
    }

    @Test
    func `a pause holds, and a try that never ends is given to another`() async throws {
        try await onBoth { store, account in
            #expect(try await store.write(Self.opening, of: account.id) == 1)
            #expect(try await store.takeProbe(of: account.id, lease: .zero) == 2)
            #expect(try await store.takeProbe(of: account.id, lease: .zero) == 3)
            #expect(try await store.write(Self.answer(2, .closed), of: account.id) == nil)
            #expect(try await store.write(Self.answer(3, .open), of: account.id) == 4)
            #expect(try await store.takeProbe(of: account.id, lease: .zero) == nil)
            let row = try #require(try await Self.row(store, account))
            #expect(row.state == .open)
            #expect(row.falls == 2)
            #expect(row.illness == .probeFailed)
            #expect((.seconds(55)...(.seconds(60))).contains(row.wait))
            #expect((.zero...(.seconds(5))).contains(row.age))
        }
    }

    @Test
    func `each change waits to be told, in order, until it was`() async throws {
        try await onBoth { store, account in
            _ = try await store.write(Self.opening, of: account.id)
            _ = try await store.takeProbe(of: account.id, lease: .zero)
            let waiting = try await store.unannounced(limit: 1_000)
                .filter { $0.account == account.id }
            #expect(waiting.map(\.epoch) == [1, 2])
            #expect(waiting.map(\.state) == [.open, .halfOpen])
            #expect(waiting.map(\.tenant) == [account.tenant, account.tenant])
            #expect(waiting.first?.mode == .live)
            try await store.announced(try #require(waiting.first))
            let left = try await store.unannounced(limit: 1_000).filter { $0.account == account.id }
            #expect(left == [waiting[1]])
        }
    }

    @Test
    func `of many that ask for the try at once one gets it`() async throws {
        try await onBoth { store, account in
            _ = try await store.write(Self.opening, of: account.id)
            let won = await withTaskGroup { group in
                for _ in 0..<6 {
                    group.addTask {
                        // Silence is right: all but one get nothing.
                        (try? await store.takeProbe(of: account.id, lease: .seconds(60))) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
        }
    }
}
