internal import Cryptography
package import PaymentCore
package import Postgres

/// Gives committed audit entries their places and chains them, after the commits, as
/// ``LedgerSealer`` does transfers.
///
/// Any number of processes may seal; they take turns by a row's lock. Belongs to the pool's loop.
package struct AuditSealer: Sendable {
    private let pool: PostgresPool
    private let marks: WorkMarks
    private let issuer: HeadIssuer

    /// Sealed in one turn.
    package static let batch = 1_000

    package init(pool: PostgresPool, marks: WorkMarks, issuer: HeadIssuer) {
        self.pool = pool
        self.marks = marks
        self.issuer = issuer
    }

    /// Seals what waits, at most ``batch``; returns how many that were. The new head is published
    /// as an event of the same commit.
    package func seal(_ tenant: TenantID) async throws(StoreError) -> Int {
        let role = TenantSchema(tenant).role
        let isWaiting = try await storing { () async throws(PostgresError) in
            try await pool.read(role: role, [AuditTable.hasWaiting()])[0].only.bool(0)
        }
        guard isWaiting else { return 0 }
        // The event that publishes the head is work.
        try await marks.mark(tenant, pool)
        do {
            return try await pool.interactive(role: role) { transaction in
                let rows = try await transaction.run([
                    AuditTable.takeTurn(), AuditTable.waiting(.count(Self.batch)),
                ])
                var batch = try AuditBatch(turn: rows[0].only, waiting: rows[1])
                guard !batch.links.isEmpty else { return 0 }
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
                return batch.links.count
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}

/// The next entries on their way into the chain.
private struct AuditBatch {
    let now: Timestamp
    private(set) var links: [SealedAuditRecord] = []
    private(set) var head: LedgerHead
    private(set) var events: Int64
    private var hashes: [String] = []

    /// - Parameters:
    ///   - turn: from ``AuditTable/takeTurn``.
    ///   - waiting: from ``AuditTable/waiting``.
    init(turn: Row, waiting: Rows) throws(PostgresError) {
        var reader = ColumnReader(turn)
        head = LedgerHead(
            position: try reader.int64(),
            hash: try reader.bytes(),
            bookedAt: try reader.time()
        )
        events = try reader.int64()
        now = try reader.time()
        for row in waiting {
            var reader = ColumnReader(row)
            let record = try AuditTable.read(&reader)
            let link = SealedAuditRecord(
                position: head.position + 1,
                bookedAt: max(head.bookedAt, record.recordedAt),
                record: record
            )
            let hash = link.hash(behind: head.hash)
            head = LedgerHead(position: link.position, hash: hash, bookedAt: link.bookedAt)
            hashes.append(Hex.encode(hash))
            links.append(link)
        }
    }

    /// Signs the batch's end and counts the event that will tell of it.
    mutating func sign(by issuer: HeadIssuer, for tenant: TenantID) throws(StoreError) {
        try issuer.sign(&head, of: tenant)
        events += 1
    }

    /// What is written, in an order that ends with the turn.
    func queries(toldBy event: EventID) -> [Query] {
        [
            AuditTable.seal(
                .int64Array(links.map(\.position)),
                .ids(links.map(\.record.id)),
                .int64Array(links.map(\.bookedAt.microseconds)),
                .textArray(hashes)
            ),
            AuditTable.insertHead(
                .int64(head.position),
                .bytes(head.hash),
                .time(head.bookedAt),
                .id(event),
                .text(orNull: head.signature?.key),
                head.signature.map { .bytes($0.bytes) } ?? .null
            ),
            AuditTable.giveTurn(
                .int64(head.position),
                .bytes(head.hash),
                .time(head.bookedAt),
                .int64(events)
            ),
        ]
    }
}
