package import PaymentCore
package import Postgres

/// Gives committed transfers their places in the books and chains them.
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

    private let chain: ChainSealing

    package init(pool: PostgresPool, marks: WorkMarks, issuer: HeadIssuer) {
        chain = ChainSealing(pool: pool, marks: marks, issuer: issuer)
    }

    /// Seals what the feed has published, at most ``SealBatch/transfers``; nil when that was
    /// nothing. The new head is published as an event of the same commit.
    package func seal(_ tenant: TenantID) async throws(StoreError) -> Sealed? {
        guard let batch = try await chain.seal(SealBatch.self, of: tenant) else { return nil }
        return Sealed(
            head: batch.head,
            transfers: batch.sealed.count,
            age: batch.now - (batch.oldest ?? batch.now),
            isFull: batch.isFull
        )
    }
}
