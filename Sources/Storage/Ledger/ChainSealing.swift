internal import PaymentCore
internal import Postgres

/// The next records on their way into one of a tenant's hash chains: what was read from the
/// database, and everything that is written.
protocol ChainBatch {
    /// Take the sealer's turn, whose row is a lock, and read what waits.
    static var reading: [Query] { get }

    /// - Parameter rows: of ``reading``.
    init(_ rows: [Rows]) throws(PostgresError)

    var isEmpty: Bool { get }
    /// By the database's clock.
    var now: Timestamp { get }
    /// The chain's end with this batch.
    var head: LedgerHead { get set }
    /// How many events announce the chain's heads.
    var events: Int64 { get set }

    /// What is written, in an order that ends with the turn.
    ///
    /// - Parameter event: publishes the head; nil for an empty batch.
    func queries(toldBy event: EventID?) -> [Query]
}

/// Chains what was committed, after the commits: a chain inside their transactions would make them
/// queue for its end.
///
/// Any number of processes may seal; they take turns by a row's lock. Belongs to the pool's loop.
struct ChainSealing: Sendable {
    let pool: PostgresPool
    let marks: WorkMarks
    let issuer: HeadIssuer

    /// Seals one batch; nil when nothing waited. The new head is published as an event of the same
    /// commit.
    func seal<Batch: ChainBatch>(
        _: Batch.Type,
        of tenant: TenantID
    ) async throws(StoreError) -> Batch? {
        let role = TenantSchema(tenant).role
        // The event that publishes the head is work.
        try await marks.mark(tenant, pool)
        do {
            return try await pool.interactive(role: role) { transaction in
                var batch = try Batch(try await transaction.run(Batch.reading))
                guard !batch.isEmpty else {
                    _ = try await transaction.commit(batch.queries(toldBy: nil))
                    return nil
                }
                try issuer.sign(&batch.head, of: tenant)
                batch.events += 1
                let event = issuer.event(
                    about: batch.head,
                    sequence: batch.events,
                    at: batch.now
                )
                _ = try await transaction.commit(
                    batch.queries(toldBy: event.id) + [OutboxTable.insert(event)]
                )
                marks.tell(tenant)
                return batch
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}
