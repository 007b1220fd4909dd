package import PaymentCore
package import Postgres

package enum RelayTurnKind: IdentifierKind {
    package static let prefix = "rly"
}

/// Names one turn of relaying a tenant's events to a broker.
package typealias RelayTurnID = PaymentCore.Identifier<RelayTurnKind>

/// What a turn has to relay next.
package struct RelayBatch: Sendable {
    /// In the feed's order; empty when there is nothing, or when it is somebody else's turn.
    package let events: [PublishedEvent]
    /// How many events the broker has not confirmed, these included.
    package let lag: Int64
}

/// How far each tenant's feed was relayed to a message broker. One process relays at a time, under
/// a lease by the database's clock. Belongs to the pool's loop.
package struct PostgresRelayStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes the turn for `lease` when there is something to relay and nobody else has it.
    package func take(
        _ turn: RelayTurnID,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> RelayBatch {
        try await batch(RelayTable.take(.id(turn), .span(lease)), turn, 0, limit, tenant).batch
    }

    /// Stores that everything up to `position` is confirmed and goes on, the lease restarted; with
    /// nothing left the turn has ended. Nil when the turn was lost before.
    ///
    /// - Parameter sent: up to where the broker was already sent events, confirmed or not.
    package func advance(
        _ turn: RelayTurnID,
        to position: Int64,
        sent: Int64,
        limit: Int,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> RelayBatch? {
        let query = RelayTable.advance(.id(turn), .int64(position), .span(lease))
        let (isOurs, batch) = try await batch(query, turn, sent, limit, tenant)
        return isOurs ? batch : nil
    }

    /// Restarts the lease; false when the turn was lost.
    package func renew(
        _ turn: RelayTurnID,
        lease: Duration,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        try await writing([RelayTable.renew(.id(turn), .span(lease))], tenant)[0].affected > 0
    }

    /// Ends the turn: another may take it at once.
    package func release(_ turn: RelayTurnID, in tenant: TenantID) async throws(StoreError) {
        _ = try await writing([RelayTable.release(.id(turn))], tenant)
    }

    private func batch(
        _ guarding: Query,
        _ turn: RelayTurnID,
        _ sent: Int64,
        _ limit: Int,
        _ tenant: TenantID
    ) async throws(StoreError) -> (isOurs: Bool, batch: RelayBatch) {
        let queries = [
            guarding, RelayTable.batch(.id(turn), .int64(sent), .count(limit)),
            RelayTable.lag(),
        ]
        let rows = try await writing(queries, tenant)
        return try decoding { () throws(PostgresError) in
            var events: [PublishedEvent] = []
            for row in rows[1] { events.append(try OutboxTable.read(row)) }
            let lag = try rows[2].only.int64(0)
            return (rows[0].affected > 0, RelayBatch(events: events, lag: lag))
        }
    }

    private func writing(
        _ queries: [Query],
        _ tenant: TenantID
    ) async throws(StoreError) -> [Rows] {
        try await storing { () async throws(PostgresError) in
            try await pool.transaction(role: TenantSchema(tenant).role, queries)
        }
    }
}
