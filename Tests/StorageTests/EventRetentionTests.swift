import PaymentCore
import Storage
import Testing

/// Events end with their retention, and not before who waits for them was told.
@Suite
struct EventRetentionTests {
    private typealias Bench = EventSubscriptionTests.Bench

    /// An event that is published and in the books.
    private static func publish(_ bench: Bench) async throws {
        try await bench.publish(1)
        _ = try await bench.fixture.sealer.seal(bench.tenant)
        try #require(try await !bench.feed().isEmpty)
    }

    @Test
    func `an event that an active subscription waits for is not purged`() async throws {
        try await EventSubscriptionTests.withBench { bench in
            let hasty = bench.fixture.hastyJobs()
            _ = try await bench.subscribe([.transactionCreated])
            try await Self.publish(bench)
            let feed = try await bench.feed()
            _ = try await hasty.purge(limit: 100, in: bench.tenant)
            #expect(try await bench.feed() == feed, "no delivery was made of it yet")
            _ = try await bench.fanOut()
            _ = try await hasty.purge(limit: 100, in: bench.tenant)
            let claimed = try await bench.claim()
            #expect(claimed.count == 1, "its delivery was not told yet")
            try await bench.record(
                claimed.map {
                    DeliveryResult(
                        subscription: $0.subscription,
                        event: $0.published.event.id,
                        fate: .delivered,
                        status: 200,
                        error: nil
                    )
                }
            )
            _ = try await hasty.purge(limit: 100, in: bench.tenant)
            #expect(try await bench.feed().isEmpty)
        }
    }

    @Test
    func `a disabled subscription keeps no event`() async throws {
        try await EventSubscriptionTests.withBench { bench in
            let id = try await bench.subscribe()
            var disabled = try #require(try await bench.store.subscription(id, in: bench.tenant))
            let known = disabled.updatedAt
            disabled.state = .disabled
            disabled.updatedAt = known + .milliseconds(1)
            #expect(try await bench.store.update(disabled, as: known, in: bench.tenant))
            try await Self.publish(bench)
            _ = try await bench.fixture.hastyJobs().purge(limit: 100, in: bench.tenant)
            #expect(try await bench.feed().isEmpty)
        }
    }

    @Test
    func `a delivery whose event is past its retention ends and is not replayed`() async throws {
        try await EventSubscriptionTests.withBench { bench in
            let id = try await bench.subscribe([.transactionCreated])
            try await Self.publish(bench)
            _ = try await bench.fanOut()
            // A receiver that never keeps up keeps no event for ever.
            _ = try await bench.fixture.hastyJobs(awaited: .zero)
                .purge(limit: 100, in: bench.tenant)
            #expect(try await bench.feed().isEmpty)
            #expect(try await bench.claim().isEmpty)
            let ended = try #require(try await bench.log(of: id).first)
            #expect(ended.state == .dead)
            #expect(ended.lastError == "the event is past its retention")
            #expect(try await !bench.store.replay(ended.event, of: id, in: bench.tenant))
            #expect(try await bench.store.replay(after: 0, of: id, in: bench.tenant) == 0)
            #expect(try await bench.log(of: id).map(\.state) == [.dead])
        }
    }
}
