import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Deliveries are made once, claimed by one, tried again, and never lost.
@Suite
struct EventSubscriptionTests {
    struct Bench: Sendable {
        let store: PostgresSubscriptionStore
        let fixture: StorageFixture
        let tenant: TenantID

        func subscribe(_ types: Set<EventType>? = nil) async throws -> EventSubscriptionID {
            let now = RealClock().now
            let subscription = EventSubscription(
                id: fixture.identifiers.make(),
                url: "https://receiver.example/\(fixture.identifiers.next())",
                description: nil,
                types: types,
                state: .active,
                disabledReason: nil,
                cursor: 0,
                createdAt: now,
                updatedAt: now
            )
            try await store.insert(subscription, secret: VendorToken("whsec_YQ=="), in: tenant)
            return subscription.id
        }

        /// Publishes so many payments' first events.
        func publish(_ count: Int) async throws {
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            for _ in 0..<count { _ = try await suite.committedHold() }
            while try await fixture.jobs.publishEvents(limit: 500, in: tenant) > 0 {}
        }

        func claim(
            _ limit: Int = 100,
            each: Int = 100,
            lease: Duration = .seconds(60)
        ) async throws -> [ClaimedDelivery] {
            let turn = DeliveryTurn(places: limit, placesEach: each, lease: lease)
            return try await store.take(turn, in: tenant).taken
        }

        /// Makes deliveries of what was published; how many events that were.
        func fanOut() async throws -> Int {
            let turn = DeliveryTurn(events: 100, lease: .seconds(60))
            return try await store.take(turn, in: tenant).events
        }

        func feed() async throws -> [PublishedEvent] {
            try await fixture.jobs.events(after: 0, limit: 100, in: tenant)
        }

        func log(of id: EventSubscriptionID) async throws -> [EventDelivery] {
            try await store.deliveries(of: id, state: nil, before: nil, limit: 10, in: tenant)
        }

        func record(_ results: [DeliveryResult]) async throws {
            _ = try await store.take(
                DeliveryTurn(results: results, lease: .seconds(60)),
                in: tenant
            )
        }
    }

    static func withBench(
        _ body: @escaping @Sendable (Bench) async throws -> Void
    ) async throws {
        try await withTenant { fixture, tenant in
            let store = PostgresSubscriptionStore(
                pool: fixture.pool,
                keys: fixture.keys,
                marks: fixture.marks
            )
            try await body(Bench(store: store, fixture: fixture, tenant: tenant))
        }
    }

    @Test
    func `what was published before a subscription is not delivered, what comes after is, once`()
        async throws
    {
        try await Self.withBench { bench in
            try await bench.publish(1)
            let all = try await bench.subscribe()
            let none = try await bench.subscribe([.methodTokenized])
            #expect(try await bench.fanOut() == 0)
            try await bench.publish(2)
            #expect(try await bench.fanOut() > 0)
            #expect(try await bench.fanOut() == 0)
            let claimed = try await bench.claim()
            #expect(!claimed.isEmpty)
            #expect(claimed.allSatisfy { $0.subscription == all && $0.run == 1 })
            #expect(claimed.allSatisfy { $0.secrets.map(\.value) == ["whsec_YQ=="] })
            #expect(try await bench.claim().isEmpty, "a claim is one's own until its lease ends")
            let log = try await bench.store.deliveries(
                of: none,
                state: nil,
                before: nil,
                limit: 10,
                in: bench.tenant
            )
            #expect(log.isEmpty)
        }
    }

    @Test
    func `a delivery ends, is tried again, dies and is replayed`() async throws {
        try await Self.withBench { bench in
            let id = try await bench.subscribe([.transactionCreated])
            try await bench.publish(3)
            _ = try await bench.fanOut()
            let claimed = try await bench.claim()
            try #require(claimed.count == 3)
            let fates: [DeliveryResult.Fate] = [.delivered, .again(after: .zero), .dead]
            let results = zip(claimed, fates).map { delivery, fate in
                DeliveryResult(
                    subscription: id,
                    event: delivery.published.event.id,
                    fate: fate,
                    status: fate == .delivered ? 200 : nil,
                    error: fate == .delivered ? nil : "timeout"
                )
            }
            try await bench.record(results)
            let again = try await bench.claim()
            #expect(again.map(\.published.event.id) == [claimed[1].published.event.id])
            #expect(again.map(\.run) == [2])
            let dead = try await bench.store.deliveries(
                of: id,
                state: .dead,
                before: nil,
                limit: 10,
                in: bench.tenant
            )
            #expect(dead.map(\.event) == [claimed[2].published.event.id])
            #expect(dead.first?.lastError == "timeout")
            let event = claimed[2].published.event.id
            #expect(try await bench.store.replay(event, of: id, in: bench.tenant))
            #expect(try await bench.claim().map(\.run) == [1])
            let count = try await bench.store.replay(after: 0, of: id, in: bench.tenant)
            #expect(count == 3)
        }
    }

    @Test
    func `an attempt that its process did not live to end is none`() async throws {
        try await Self.withBench { bench in
            _ = try await bench.subscribe([.transactionCreated])
            try await bench.publish(1)
            _ = try await bench.fanOut()
            #expect(try await bench.claim(lease: .zero).map(\.run) == [1])
            #expect(try await bench.claim().map(\.run) == [1])
        }
    }

    @Test
    func `a receiver that is gone is told nothing more until it is enabled again`() async throws {
        try await Self.withBench { bench in
            let id = try await bench.subscribe()
            try await bench.publish(1)
            _ = try await bench.fanOut()
            let claimed = try await bench.claim(1)
            let gone = DeliveryResult(
                subscription: id,
                event: claimed[0].published.event.id,
                fate: .dead,
                status: 410,
                error: "gone",
                goneURL: claimed[0].url
            )
            try await bench.record([gone])
            var subscription = try #require(
                try await bench.store.subscription(id, in: bench.tenant)
            )
            #expect(subscription.state == .disabled)
            try await bench.publish(1)
            #expect(try await bench.fanOut() == 0)
            subscription.state = .active
            subscription.disabledReason = nil
            let known = subscription.updatedAt
            subscription.updatedAt = known + .milliseconds(1)
            #expect(try await bench.store.update(subscription, as: known, in: bench.tenant))
            // Whoever read it before that has to read it again.
            #expect(try await !bench.store.update(subscription, as: known, in: bench.tenant))
            #expect(try await bench.fanOut() > 0)
        }
    }

    @Test
    func `a long queue of one takes nothing from another, and full ones get nothing`()
        async throws
    {
        try await Self.withBench { bench in
            let slow = try await bench.subscribe([.transactionCreated])
            try await bench.publish(20)
            _ = try await bench.fanOut()
            let quick = try await bench.subscribe([.transactionCreated])
            try await bench.publish(20)
            _ = try await bench.fanOut()
            var turn = DeliveryTurn(places: 8, placesEach: 8, room: [slow: 0], lease: .seconds(60))
            let first = try await bench.store.take(turn, in: bench.tenant).taken
            #expect(first.count == 8)
            #expect(first.allSatisfy { $0.subscription == quick })
            turn.room = [slow: 2, quick: 6]
            let second = try await bench.store.take(turn, in: bench.tenant).taken
            // The one with more room comes first.
            #expect(second.count { $0.subscription == quick } == 6)
            #expect(second.count { $0.subscription == slow } == 2)
        }
    }

    /// A subscription that comes back after its events' retention has nothing to catch up with.
    @Test
    func `what is gone from the feed leaves nothing due`() async throws {
        try await Self.withBench { bench in
            _ = try await bench.subscribe()
            try await bench.publish(2)
            let (jobs, tenant) = (bench.fixture.jobs, bench.tenant)
            #expect(try await jobs.backlog(in: tenant).nextDelivery != nil)
            _ = try await bench.fixture.sql(
                "delete from outbox",
                role: TenantSchema(tenant).role
            )
            #expect(try await bench.fanOut() == 0)
            #expect(try await jobs.backlog(in: tenant).nextDelivery == nil)
            try await bench.publish(1)
            #expect(try await jobs.backlog(in: tenant).nextDelivery != nil)
        }
    }

    @Test
    func `both secrets sign during a rotation, one subscription takes only its places`()
        async throws
    {
        try await Self.withBench { bench in
            let one = try await bench.subscribe([.transactionCreated])
            let other = try await bench.subscribe([.transactionCreated])
            let rotated = try await bench.store.rotate(
                one,
                to: VendorToken("whsec_Yg=="),
                overlap: .seconds(60),
                in: bench.tenant
            )
            #expect(rotated)
            let secrets = try await bench.store.secrets(of: one, in: bench.tenant)
            #expect(secrets.map(\.value) == ["whsec_Yg==", "whsec_YQ=="])
            try await bench.publish(5)
            _ = try await bench.fanOut()
            let claimed = try await bench.claim(100, each: 2)
            #expect(claimed.count { $0.subscription == one } == 2)
            #expect(claimed.count { $0.subscription == other } == 2)
            #expect(try await bench.store.delete(one, in: bench.tenant))
            #expect(try await bench.claim().allSatisfy { $0.subscription == other })
        }
    }

    @Test
    func `a 410 of the address before disables no subscription that has moved`() async throws {
        try await Self.withBench { bench in
            let id = try await bench.subscribe([.transactionCreated])
            try await bench.publish(1)
            _ = try await bench.fanOut()
            let before = try #require(try await bench.claim().first)
            var moved = try #require(try await bench.store.subscription(id, in: bench.tenant))
            let known = moved.updatedAt
            moved.url = "https://receiver.example/moved"
            moved.updatedAt = known + .milliseconds(1)
            #expect(try await bench.store.update(moved, as: known, in: bench.tenant))
            let gone = DeliveryResult(
                subscription: id,
                event: before.published.event.id,
                fate: .dead,
                status: 410,
                error: "gone",
                goneURL: before.url
            )
            try await bench.record([gone])
            #expect(try await bench.store.subscription(id, in: bench.tenant)?.state == .active)
            let after = try await bench.claim()
            #expect(after.map(\.published) == [before.published])
            #expect(after.map(\.url) == [moved.url])
            #expect(after.map(\.run) == [2])
        }
    }

    @Test
    func `an event of a type that only a newer release knows is told like the others`()
        async throws
    {
        try await Self.withBench { bench in
            let all = try await bench.subscribe()
            _ = try await bench.subscribe([.transactionCreated])
            _ = try await bench.fixture.sql(
                """
                insert into outbox (
                    id, aggregatetype, aggregateid, type, payload, sequence, occurred_at
                ) values (
                    gen_random_uuid(), 'transaction', 'pay_1', 'transaction.of_tomorrow', '{}', 1,
                    now()
                )
                """,
                role: TenantSchema(bench.tenant).role
            )
            try await bench.publish(0)
            let name = EventName(rawValue: "transaction.of_tomorrow")
            #expect(try await bench.feed().map(\.event.type) == [name])
            let relayed = try await PostgresRelayStore(pool: bench.fixture.pool).take(
                bench.fixture.identifiers.make(),
                limit: 10,
                lease: .seconds(60),
                in: bench.tenant
            )
            #expect(relayed.events.map(\.event.type) == [name])
            _ = try await bench.fanOut()
            let claimed = try await bench.claim()
            #expect(claimed.map(\.published.event.type) == [name])
            #expect(claimed.map(\.subscription) == [all])
            #expect(try await bench.log(of: all).map(\.type) == [name])
        }
    }
}
