import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Telling a broker of a tenant's events: one at a time, in order, from where it was confirmed.
@Suite
struct EventRelayTests {
    private static let lease = Duration.seconds(60)

    private func withEvents(
        _ count: Int,
        _ body:
            @escaping @Sendable (StorageFixture, PostgresRelayStore, TenantID) async throws ->
            Void
    ) async throws {
        try await withTenant { fixture, tenant in
            try await publish(count, fixture, tenant)
            try await body(fixture, PostgresRelayStore(pool: fixture.pool), tenant)
        }
    }

    private func publish(
        _ count: Int,
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        let suite = StoreConformance(store: fixture.store, tenant: tenant)
        for _ in 0..<count {
            let event = suite.event(of: fixture.identifiers.make(), sequence: 1)
            try await fixture.payments.commit(Changeset(events: [event]), in: tenant)
        }
        while try await fixture.jobs.publishEvents(limit: 500, in: tenant) > 0 {}
    }

    @Test
    func `a turn goes through the feed in batches and ends by itself`() async throws {
        try await withEvents(5) { fixture, store, tenant in
            let turn: RelayTurnID = fixture.identifiers.make()
            let first = try await store.take(turn, limit: 2, lease: Self.lease, in: tenant)
            let start = try #require(first.events.first?.position)
            #expect(first.events.map(\.position) == [start, start + 1])
            #expect(first.lag >= 5)
            var position = start + 1
            var told = first.events.count
            while let batch = try await store.advance(
                turn,
                to: position,
                sent: position,
                limit: 2,
                lease: Self.lease,
                in: tenant
            ), let last = batch.events.last {
                #expect(batch.events.first?.position == position + 1)
                position = last.position
                told += batch.events.count
            }
            #expect(Int64(told) == first.lag)
            let next: RelayTurnID = fixture.identifiers.make()
            #expect(
                try await store.take(next, limit: 2, lease: Self.lease, in: tenant).events.isEmpty
            )
            try await publish(1, fixture, tenant)
            let again = try await store.take(next, limit: 9, lease: Self.lease, in: tenant)
            #expect(again.events.map(\.position) == [position + 1])
        }
    }

    @Test
    func `what was sent and is not confirmed yet is not taken again`() async throws {
        try await withEvents(5) { fixture, store, tenant in
            let turn: RelayTurnID = fixture.identifiers.make()
            let first = try await store.take(turn, limit: 4, lease: Self.lease, in: tenant)
            let places = first.events.map(\.position)
            let next = try #require(
                try await store.advance(
                    turn,
                    to: places[1],
                    sent: places[3],
                    limit: 1,
                    lease: Self.lease,
                    in: tenant
                )
            )
            #expect(next.events.map(\.position) == [places[3] + 1])
            #expect(next.lag == first.lag - 2)
            try await store.release(turn, in: tenant)
            // Whoever comes next begins behind what was confirmed.
            let other: RelayTurnID = fixture.identifiers.make()
            let again = try await store.take(other, limit: 1, lease: Self.lease, in: tenant)
            #expect(again.events.map(\.position) == [places[2]])
        }
    }

    @Test
    func `nobody else has a turn until it is released or its lease has run out`() async throws {
        try await withEvents(3) { fixture, store, tenant in
            let one: RelayTurnID = fixture.identifiers.make()
            let other: RelayTurnID = fixture.identifiers.make()
            let first = try await store.take(one, limit: 1, lease: Self.lease, in: tenant)
            let locked = try await store.take(other, limit: 1, lease: Self.lease, in: tenant)
            #expect(locked.events.isEmpty && locked.lag > 0)
            #expect(try await !store.renew(other, lease: Self.lease, in: tenant))
            try await store.release(other, in: tenant)
            #expect(try await store.renew(one, lease: .zero, in: tenant))
            // It ran out: the other begins where the first had confirmed, which is nowhere.
            let taken = try await store.take(other, limit: 1, lease: Self.lease, in: tenant)
            #expect(taken.events.map(\.event.id) == first.events.map(\.event.id))
            let late = try await store.advance(
                one,
                to: first.events[0].position,
                sent: first.events[0].position,
                limit: 1,
                lease: Self.lease,
                in: tenant
            )
            #expect(late == nil, "a lost turn moved the position")
            try await store.release(other, in: tenant)
            let third = try await store.take(one, limit: 1, lease: Self.lease, in: tenant)
            #expect(third.events.map(\.event.id) == first.events.map(\.event.id))
        }
    }

    @Test
    func `no event is purged before the broker has confirmed it`() async throws {
        try await withEvents(2) { fixture, store, tenant in
            while try await fixture.sealer.seal(tenant)?.isFull == true {}
            var retention = PostgresJobStore.Retention()
            retention.events = .microseconds(1)
            retention.awaitsBroker = true
            let hasty = PostgresJobStore(
                pool: fixture.pool,
                marks: fixture.marks,
                retention: retention
            )
            #expect(try await hasty.purge(limit: 100, in: tenant) == 0)
            let turn: RelayTurnID = fixture.identifiers.make()
            let taken = try await store.take(turn, limit: 100, lease: Self.lease, in: tenant)
            let last = try #require(taken.events.last?.position)
            _ = try await store.advance(
                turn,
                to: last,
                sent: last,
                limit: 100,
                lease: Self.lease,
                in: tenant
            )
            #expect(try await hasty.purge(limit: 100, in: tenant) > 0)
        }
    }
}
