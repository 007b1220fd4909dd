extension PaymentWorkflows {
    /// Announces changed breakers to the tenants' consumers: each change becomes one event in its
    /// tenant's outbox, numbered by the breaker's epoch, so that several processes that announce it
    /// at once, or one that died in between, leave one event. Returns how many were announced.
    ///
    /// A tenant that cannot be written to keeps its changes for the next time and holds up nobody.
    package func announceHealth(
        from changes: any HealthStore,
        limit: Int = 100
    ) async throws(StoreError) -> Int {
        var told = 0
        var failed: Set<MerchantAccountID> = []
        let waiting = try await changes.unannounced(limit: limit)
        for change in waiting where !failed.contains(change.account) {
            do {
                try await store.commit(Changeset(events: [event(about: change)]), in: change.tenant)
                observer.healthChanged(change)
                told += 1
            } catch  where error.code == .duplicate {
                // Announced before, by another process or by one that died right after.
            } catch {
                // The events of an account stay in order.
                failed.insert(change.account)
                continue
            }
            try await changes.announced(change)
        }
        return told
    }

    private func event(about change: HealthTransition) -> OutboxEvent {
        OutboxEvent(
            id: identifiers.make(),
            type: EventName(.adapterHealthChanged),
            aggregate: change.account.description,
            sequence: change.epoch,
            occurredAt: change.changedAt,
            correlation: nil,
            traceparent: nil,
            data: presenter.eventData(of: change)
        )
    }
}
