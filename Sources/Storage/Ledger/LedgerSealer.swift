package import PaymentCore
package import Postgres

/// Gives committed transfers their places in the books and chains them, after the commits: a chain
/// inside the money's transactions would make them queue for its end.
///
/// Any number of processes may seal; they take turns by a row's lock. Belongs to the pool's loop.
package struct LedgerSealer: Sendable {
    /// What one turn sealed.
    package struct Sealed: Sendable {
        package let head: LedgerHead
        package let transfers: Int
        /// How long the oldest of them had waited, by the database's clock.
        package let age: Duration
        /// Whether more waits.
        package let isFull: Bool
    }

    private let pool: PostgresPool
    private let marks: WorkMarks
    private let issuer: HeadIssuer

    package init(pool: PostgresPool, marks: WorkMarks, issuer: HeadIssuer) {
        self.pool = pool
        self.marks = marks
        self.issuer = issuer
    }

    /// Seals what the feed has published, at most ``SealBatch/transfers``; nil when that was
    /// nothing. The new head is published as an event of the same commit.
    package func seal(_ tenant: TenantID) async throws(StoreError) -> Sealed? {
        let role = TenantSchema(tenant).role
        let isWaiting = try await storing { () async throws(PostgresError) in
            try await pool.read(role: role, [SealTable.hasWaiting()])[0].only.bool(0)
        }
        guard isWaiting else { return nil }
        // The event that publishes the head is work.
        try await marks.mark(tenant, pool)
        do {
            return try await pool.interactive(role: role) { transaction in
                let rows = try await transaction.run([
                    OutboxTable.preferIndexes(), SealTable.takeTurn(),
                    SealTable.waiting(.int64(SealBatch.events), .count(SealBatch.transfers)),
                ])
                var batch = try SealBatch(turn: rows[1].only, waiting: rows[2])
                guard let oldest = batch.oldest else {
                    _ = try await transaction.commit(batch.queries(toldBy: nil))
                    return nil
                }
                try batch.sign(by: issuer, for: tenant)
                let event = issuer.event(
                    about: batch.head,
                    sequence: batch.events,
                    at: batch.now
                )
                _ = try await transaction.commit(
                    batch.queries(toldBy: event.id) + [OutboxTable.insert(event)]
                )
                marks.tell(tenant)
                return Sealed(
                    head: batch.head,
                    transfers: batch.sealed.count,
                    age: batch.now - oldest,
                    isFull: batch.isFull
                )
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}
