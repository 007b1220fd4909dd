internal import Cryptography
package import PaymentCore
package import Postgres

/// Gives committed audit entries their places and chains them, as ``LedgerSealer`` does transfers.
///
/// Any number of processes may seal; they take turns by a row's lock. Belongs to the pool's loop.
package struct AuditSealer: Sendable {
    private let chain: ChainSealing

    /// Sealed in one turn.
    package static let batch = 1_000

    package init(pool: PostgresPool, marks: WorkMarks, issuer: HeadIssuer) {
        chain = ChainSealing(pool: pool, marks: marks, issuer: issuer)
    }

    /// Seals what waits, at most ``batch``; returns how many entries that was. The new head is
    /// published as an event of the same commit.
    package func seal(_ tenant: TenantID) async throws(StoreError) -> Int {
        try await chain.seal(AuditBatch.self, of: tenant)?.links.count ?? 0
    }
}

/// The next entries on their way into the chain.
private struct AuditBatch: ChainBatch {
    let now: Timestamp
    private(set) var links: [SealedAuditRecord] = []
    var head: LedgerHead
    var events: Int64
    private var hashes: [String] = []

    static var reading: [Query] {
        [AuditTable.takeTurn(), AuditTable.waiting(.count(AuditSealer.batch))]
    }

    init(_ rows: [Rows]) throws(PostgresError) {
        var reader = ColumnReader(try rows[0].only)
        head = LedgerHead(
            position: try reader.int64(),
            hash: try reader.bytes(),
            bookedAt: try reader.time()
        )
        events = try reader.int64()
        now = try reader.time()
        for row in rows[1] {
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

    var isEmpty: Bool { links.isEmpty }

    func queries(toldBy event: EventID?) -> [Query] {
        guard let event else { return [] }
        return [
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
