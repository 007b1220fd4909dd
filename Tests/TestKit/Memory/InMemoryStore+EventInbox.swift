package import PaymentCore

extension InMemoryStore: EventInbox {
    package func receive(
        _ event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent {
        try write(tenant) { (rows) throws(StoreError) -> InboundEvent in
            let known = rows.inbound.first {
                $0.event.source == event.event.source && $0.event.id == event.event.id
            }
            let kept = known ?? event
            if known == nil {
                rows.inbound.append(event)
                rows.inboundSince[event.id] = clock.now
            }
            let job = JobChange.schedule(
                .applyEvents,
                subject: kept.aggregate,
                due: .after(.zero)
            )
            try rows.apply(Changeset(jobs: [job]), at: clock.now)
            return kept
        }
    }

    package func queue(
        of aggregate: String,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundQueue {
        let now = clock.now
        return read(tenant) { rows in
            let waiting = rows.inbound.filter {
                $0.aggregate == aggregate && $0.state == .received
            }
            return InboundQueue(
                passed: rows.inboundPassed[aggregate],
                waiting: waiting.sorted { $0.id < $1.id }.prefix(limit).map {
                    $0.changed(age: now - (rows.inboundSince[$0.id] ?? now))
                }
            )
        }
    }

    package func note(
        _ reason: InboundEvent.Reason,
        _ detail: String?,
        of event: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) {
        try write(tenant) { (rows) throws(StoreError) in
            rows.changeInbound(event) { $0.changed(reason: reason, detail: detail) }
        }
    }

    package func reservation(
        _ id: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Reservation? {
        read(tenant) { $0.reservations[id] }
    }

    package func customer(
        ofReference reference: String,
        in tenant: TenantID
    ) async throws(StoreError) -> CustomerID? {
        read(tenant) { $0.customers.values.first { $0.reference == reference }?.id }
    }

    package func receipts(
        ofDrawer drawer: String,
        from: Timestamp,
        to: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> [CashReceipt] {
        read(tenant) { rows in
            rows.receipts.filter { $0.drawer == drawer && (from...to).contains($0.recordedAt) }
        }
    }

    package func inboundEvent(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent? {
        read(tenant) { $0.inbound.first { $0.id == id } }
    }

    package func inboundEvents(
        state: InboundEvent.State?,
        after: InboundEventID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [InboundEvent] {
        read(tenant) { rows in
            let found = rows.inbound.sorted { $0.id > $1.id }.filter { event in
                (state == nil || event.state == state) && (after.map { event.id < $0 } ?? true)
            }
            return Array(found.prefix(limit))
        }
    }

    package func replay(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try write(tenant) { (rows) throws(StoreError) -> Bool in
            guard let event = rows.inbound.first(where: { $0.id == id }), event.state == .dead
            else { return false }
            rows.changeInbound(id) {
                $0.changed(state: .received, replays: $0.replays + 1)
            }
            rows.inboundSince[id] = clock.now
            let job = JobChange.schedule(
                .applyEvents,
                subject: event.aggregate,
                due: .after(.zero)
            )
            try rows.apply(Changeset(jobs: [job]), at: clock.now)
            return true
        }
    }
}

extension TenantRows {
    mutating func changeInbound(
        _ id: InboundEventID,
        _ change: (InboundEvent) -> InboundEvent
    ) {
        guard let index = inbound.firstIndex(where: { $0.id == id }) else { return }
        inbound[index] = change(inbound[index])
    }

    /// The end of an event's turn: only of one that waits.
    mutating func apply(_ end: InboundEnd) throws(StoreError) {
        guard inbound.contains(where: { $0.id == end.event.id && $0.state == .received }) else {
            throw StoreError(.stale)
        }
        changeInbound(end.event.id) {
            $0.changed(
                state: end.state,
                reason: end.reason,
                detail: end.detail,
                intent: end.intent
            )
        }
        if let passed = end.passed {
            let before = inboundPassed[end.event.aggregate] ?? passed
            inboundPassed[end.event.aggregate] = max(before, passed)
        }
    }

    mutating func apply(_ reservation: Reservation) throws(StoreError) {
        guard reservations[reservation.id] == nil else { throw StoreError(.duplicate) }
        reservations[reservation.id] = reservation
    }
}

extension InboundEvent {
    /// The event with other facts about its turn; reason, detail and intent are those given.
    fileprivate func changed(
        state: State = .received,
        reason: Reason? = nil,
        detail: String? = nil,
        intent: IntentID? = nil,
        replays: Int? = nil,
        age: Duration = .zero
    ) -> InboundEvent {
        InboundEvent(
            id: id,
            event: event,
            aggregate: aggregate,
            sentBy: sentBy,
            state: state,
            reason: reason,
            detail: detail,
            intent: intent,
            replays: replays ?? self.replays,
            receivedAt: receivedAt,
            age: age
        )
    }
}
