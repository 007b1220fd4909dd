internal import Cryptography
package import PaymentCore
package import Postgres

/// Gives committed audit entries their places and chains them, after the commits, as
/// ``LedgerSealer`` does transfers.
///
/// Any number of processes may seal; they take turns by a row's lock. Belongs to the pool's loop.
package struct AuditSealer: Sendable {
    private let pool: PostgresPool
    private let key: LedgerKey?

    /// Sealed in one turn.
    package static let batch = 1_000

    /// - Parameter key: nil leaves heads unsigned.
    package init(pool: PostgresPool, key: LedgerKey?) {
        self.pool = pool
        self.key = key
    }

    /// Seals what waits, at most ``batch``; returns how many that were.
    package func seal(_ tenant: TenantID) async throws(StoreError) -> Int {
        let role = TenantSchema(tenant).role
        let isWaiting = try await storing { () async throws(PostgresError) in
            try await pool.read(role: role, [AuditTable.hasWaiting()])[0].only.bool(0)
        }
        guard isWaiting else { return 0 }
        do {
            return try await pool.interactive(role: role) { transaction in
                let rows = try await transaction.run([
                    AuditTable.takeTurn(), AuditTable.waiting(.count(Self.batch)),
                ])
                let sealed = try AuditBatch(turn: rows[0].only, waiting: rows[1])
                guard !sealed.links.isEmpty else { return 0 }
                _ = try await transaction.commit(try sealed.queries(signing: key, for: tenant))
                return sealed.links.count
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}

/// The next entries on their way into the chain.
private struct AuditBatch {
    private(set) var links: [SealedAuditRecord] = []
    private var hashes: [String] = []
    private var head: LedgerHead

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

    /// What is written, in an order that ends with the turn.
    func queries(
        signing key: LedgerKey?,
        for tenant: TenantID
    ) throws(StoreError) -> [Query] {
        let signature = try key?.sign(head, of: tenant, in: .audit)
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
                .text(orNull: signature?.key),
                signature.map { .bytes($0.bytes) } ?? .null
            ),
            AuditTable.giveTurn(.int64(head.position), .bytes(head.hash), .time(head.bookedAt)),
        ]
    }
}
