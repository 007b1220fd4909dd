import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// What a worker is told of a tenant before it does anything.
@Suite
struct BacklogTests {
    @Test
    func `what was done is not told of again, each kind by itself`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let relay = PostgresRelayStore(pool: fixture.pool)
            while try await fixture.jobs.publishEvents(limit: 100, in: tenant) > 0 {}
            while try await fixture.sealer.seal(tenant) != nil {}
            let before = try await fixture.jobs.backlog(in: tenant)
            #expect(before.isSettled)

            _ = try await suite.committedHold()
            var backlog = try await fixture.jobs.backlog(in: tenant)
            #expect(backlog.unpublishedEvents)
            #expect(!backlog.unbookedEvents)
            #expect(backlog.unconfirmedEvents == before.unconfirmedEvents)

            let published = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            backlog = try await fixture.jobs.backlog(in: tenant)
            #expect(!backlog.unpublishedEvents)
            #expect(backlog.unbookedEvents)
            #expect(backlog.unconfirmedEvents == before.unconfirmedEvents + Int64(published))

            // The head that is published is an event of its own, which the books pass over.
            while try await fixture.sealer.seal(tenant) != nil {
                _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
            }
            backlog = try await fixture.jobs.backlog(in: tenant)
            #expect(!backlog.unbookedEvents)
            #expect(backlog.isSettled)

            let turn: RelayTurnID = fixture.identifiers.make()
            let batch = try await relay.take(turn, limit: 1_000, lease: .seconds(60), in: tenant)
            _ = try await relay.advance(
                turn,
                to: try #require(batch.events.last?.position),
                sent: 0,
                limit: 0,
                lease: .seconds(60),
                in: tenant
            )
            #expect(try await fixture.jobs.backlog(in: tenant).unconfirmedEvents == 0)
        }
    }

    @Test
    func `entries of the trail wait until they are sealed`() async throws {
        try await withTenant { fixture, tenant in
            #expect(try await !fixture.jobs.backlog(in: tenant).unsealedEntries)
            try await AuditTests.note(2, fixture, tenant)
            #expect(try await fixture.jobs.backlog(in: tenant).unsealedEntries)
            #expect(try await fixture.auditSealer.seal(tenant) == 2)
            #expect(try await !fixture.jobs.backlog(in: tenant).unsealedEntries)
        }
    }

    @Test
    func `who subscribes is told of, and what is due to them`() async throws {
        try await EventSubscriptionTests.withBench { bench in
            var backlog = try await bench.fixture.jobs.backlog(in: bench.tenant)
            #expect(!backlog.hasSubscribers)
            #expect(!backlog.isDeliveryDue)
            _ = try await bench.subscribe()
            try await bench.publish(1)
            backlog = try await bench.fixture.jobs.backlog(in: bench.tenant)
            #expect(backlog.hasSubscribers)
            #expect(backlog.isDeliveryDue)
            _ = try await bench.fanOut()
            _ = try await bench.claim()
            backlog = try await bench.fixture.jobs.backlog(in: bench.tenant)
            #expect(!backlog.isDeliveryDue)
            #expect(backlog.nextDelivery != nil)
        }
    }
}
