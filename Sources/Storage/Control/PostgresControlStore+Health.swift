package import PaymentCore
internal import Postgres

extension PostgresControlStore: HealthStore {
    package func breakers(
        changedWithin age: Duration
    ) async throws(StoreError) -> [StoredBreaker] {
        try await reading(BreakerTable.current(.span(age))) { rows throws(PostgresError) in
            var breakers: [StoredBreaker] = []
            for row in rows { breakers.append(try BreakerTable.read(row)) }
            return breakers
        }
    }

    package func write(
        _ change: BreakerChange,
        of account: MerchantAccountID
    ) async throws(StoreError) -> Int64? {
        let query =
            switch change.over {
            case .closed:
                BreakerTable.open(
                    .id(account),
                    .count(change.falls),
                    .word(orNull: change.illness),
                    .span(change.pause)
                )
            case .halfOpen(let epoch):
                BreakerTable.answer(
                    .id(account),
                    .int64(epoch),
                    .word(change.to),
                    .count(change.falls),
                    .word(orNull: change.illness),
                    .span(change.pause)
                )
            }
        return try await epoch(after: query)
    }

    package func takeProbe(
        of account: MerchantAccountID,
        lease: Duration
    ) async throws(StoreError) -> Int64? {
        try await epoch(after: BreakerTable.probe(.id(account), .span(lease)))
    }

    package func unannounced(limit: Int) async throws(StoreError) -> [HealthTransition] {
        try await reading(BreakerTable.unannounced(.count(limit))) { rows throws(PostgresError) in
            var changes: [HealthTransition] = []
            for row in rows { changes.append(try BreakerTable.readChange(row)) }
            return changes
        }
    }

    package func announced(_ transition: HealthTransition) async throws(StoreError) {
        _ = try await writing([
            BreakerTable.announced(.id(transition.account), .int64(transition.epoch))
        ])
    }

    /// Nil when the row was not in the state that the change applies to.
    private func epoch(after query: Query) async throws(StoreError) -> Int64? {
        let rows = try await writing([query])[0]
        return try decoding { () throws(PostgresError) in try rows.first?.int64(0) }
    }
}
