import PaymentCore

/// Other services' events.
extension StoreConformance {
    private func inbound(
        _ id: String,
        sequence: Int64? = nil,
        aggregate: String = "reservation:R-1"
    ) -> InboundEvent {
        InboundEvent(
            id: identifiers.make(),
            event: CloudEvent(
                id: id,
                source: "/booking",
                type: "melmastoon.reservation.held.v1",
                subject: "R-1",
                time: Timestamp(seconds: 1_700_000_000),
                tenant: tenant.description,
                sequence: sequence,
                correlation: "saga-1",
                traceparent: nil,
                data: #"{"reservation_id":"R-1","guest":{"name":"Ánna"}}"#
            ),
            aggregate: aggregate,
            sentBy: identifiers.make(),
            receivedAt: clock.now
        )
    }

    private func dueJobs() async throws -> [String] {
        try await store.claim([.applyEvents], limit: 10, lease: .seconds(60), in: tenant)
            .map(\.subject)
    }

    func inboundEventsAreKeptOnce() async throws {
        let first = inbound("a", sequence: 2)
        let kept = try await store.receive(first, in: tenant)
        try expect(kept.id, first.id)
        try expect(kept.event, first.event)
        try expect(kept.aggregate, first.aggregate)
        try expect(kept.sentBy, first.sentBy)
        try expect(kept.state, .received)
        try expect(try await dueJobs(), ["reservation:R-1"])
        let again = try await store.receive(inbound("a", sequence: 7), in: tenant)
        try expect(again.id, first.id)
        try expect(again.event.sequence, 2)
        let racing = try await withThrowingTaskGroup(of: InboundEventID.self) { group in
            for _ in 0..<4 {
                let event = inbound("raced")
                group.addTask { try await store.receive(event, in: tenant).id }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        try expect(racing.count, 1)
        let found = try present(try await store.inboundEvent(first.id, in: tenant))
        try expect(found.event, first.event)
        let page = try await store.inboundEvents(
            state: .received,
            after: nil,
            limit: 10,
            in: tenant
        )
        try expect(Set(page.map(\.event.id)), ["a", "raced"])
        let older = try present(page.first)
        let rest = try await store.inboundEvents(
            state: nil,
            after: older.id,
            limit: 10,
            in: tenant
        )
        try expect(rest.map(\.id), page.dropFirst().map(\.id))
    }

    func inboundTurnsEndOnce() async throws {
        let aggregate = "reservation:R-1"
        for (id, sequence) in [("b", Int64(4)), ("a", 3)] {
            _ = try await store.receive(inbound(id, sequence: sequence), in: tenant)
        }
        _ = try await store.receive(inbound("other", aggregate: "tenant"), in: tenant)
        var queue = try await store.queue(of: aggregate, limit: 10, in: tenant)
        try expect(queue.passed, nil)
        try expect(queue.waiting.map(\.event.id), ["b", "a"])
        let event = try present(queue.waiting.last)
        try await store.note(.gap, "2 is missing", of: event.id, in: tenant)
        let noted = try present(try await store.inboundEvent(event.id, in: tenant))
        try expect(noted.reason, .gap)
        try expect(noted.detail, "2 is missing")
        let end = InboundEnd(event: event, intent: identifiers.make())
        let reply = self.event(of: identifiers.make(), sequence: 1)
        try await store.commit(Changeset(inbound: end, events: [reply]), in: tenant)
        let second = Changeset(
            inbound: end,
            events: [self.event(of: identifiers.make(), sequence: 1)]
        )
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(second, in: tenant)
        }
        let applied = try present(try await store.inboundEvent(event.id, in: tenant))
        try expect(applied.state, .applied)
        try expect(applied.intent, end.intent)
        queue = try await store.queue(of: aggregate, limit: 10, in: tenant)
        try expect(queue.passed, 3)
        try expect(queue.waiting.map(\.event.id), ["b"])
        try expect(try await store.publishEvents(limit: 10, in: tenant), 1)
    }

    func deadLettersAreSentAgain() async throws {
        let event = try await store.receive(inbound("a", sequence: 5), in: tenant)
        try expect(try await store.replay(event.id, in: tenant), false)
        let end = InboundEnd(event: event, reason: .declined, detail: "no")
        try await store.commit(Changeset(inbound: end), in: tenant)
        _ = try await dueJobs()
        let dead = try await store.inboundEvents(state: .dead, after: nil, limit: 9, in: tenant)
        try expect(dead.map(\.reason), [.declined])
        try expect(dead.map(\.detail), ["no"])
        try expect(try await store.replay(event.id, in: tenant), true)
        try expect(try await dueJobs(), ["reservation:R-1"])
        let queue = try await store.queue(of: "reservation:R-1", limit: 9, in: tenant)
        try expect(queue.waiting.map(\.replays), [1])
        try expect(queue.waiting.map(\.reason), [nil])
        try expect(queue.passed, 5)
        // What waited in vain has not passed: the missing one may still come.
        let gap = InboundEnd(
            event: try await store.receive(inbound("b", sequence: 9), in: tenant),
            reason: .gap
        )
        try await store.commit(Changeset(inbound: gap), in: tenant)
        let after = try await store.queue(of: "reservation:R-1", limit: 9, in: tenant)
        try expect(after.passed, 5)
    }

    func reservationIsHeldOnce() async throws {
        var payment = new(draft())
        try ask(&payment)
        var changes = sealed(&payment)
        let reservation = Reservation(
            id: "R-1",
            intent: payment.intent.id,
            heldBy: identifiers.make(),
            capture: .onArrival,
            firstNight: 4_000
        )
        changes.reservation = reservation
        try await store.commit(changes, in: tenant)
        try expect(try await store.reservation("R-1", in: tenant), reservation)
        try expect(try await store.reservation("R-2", in: tenant), nil)
        var other = new(draft())
        try ask(&other)
        var second = sealed(&other)
        second.reservation = Reservation(
            id: "R-1",
            intent: other.intent.id,
            heldBy: identifiers.make(),
            capture: .immediate,
            firstNight: nil
        )
        let refused = second
        try await self.refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(refused, in: tenant)
        }
        let nothing = try await store.payment(other.intent.id, in: tenant)
        try expect(nothing == nil, "a refused reservation leaves no payment")
    }

    func guestsAreFoundByReference() async throws {
        let customer = customer(reference: "guest-7")
        try await store.commit(Changeset(customer: customer), in: tenant)
        try expect(try await store.customer(ofReference: "guest-7", in: tenant), customer.id)
        try expect(try await store.customer(ofReference: "guest-8", in: tenant), nil)
    }
}
