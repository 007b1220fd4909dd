package import PaymentCore
internal import Postgres

/// Recomputes a tenant's books from what is stored: the chain from its first transfer, every
/// announcement, every balance, the signatures, and the agreement with the payments.
///
/// Reads a page at a time, so memory does not grow with the books.
package struct LedgerVerification {
    package struct Report: Sendable {
        package let transfers: Int64
        package let accounts: Int
        package let heads: Int
        /// Heads whose signature was checked.
        package let signatures: Int
        package let head: LedgerHead?
        /// Committed transfers that are not sealed yet, and how long the oldest has waited.
        package let waiting: Int
        package let waitingFor: Duration
        package let findings: [LedgerFinding]
    }

    /// How many payments are named at most.
    static let mostIntents = 100

    private let ledger: PostgresLedger
    private let publicKeys: [[UInt8]]
    private let known: [LedgerHead]

    /// - Parameters:
    ///   - publicKeys: the keys whose signatures can be checked.
    ///   - known: heads that were kept elsewhere, such as published ones.
    package init(
        ledger: PostgresLedger,
        publicKeys: [[UInt8]],
        known: [LedgerHead] = []
    ) {
        self.ledger = ledger
        self.publicKeys = publicKeys
        self.known = known
    }

    package func run(_ tenant: TenantID) async throws(StoreError) -> Report {
        let expected = try await ledger.reading(CheckTable.expected(), tenant) {
            (rows) throws(PostgresError) in try rows.only.int64(0)
        }
        let heads = try await HeadCheck(
            of: .ledger,
            upTo: expected,
            of: tenant,
            from: ledger,
            known: known,
            publicKeys: publicKeys
        )
        // Those of every place that is expected are there by now.
        let accounts = try await ledger.reading(CheckTable.accounts(), tenant) {
            (rows) throws(PostgresError) in
            var accounts: [Int64: String] = [:]
            for row in rows { accounts[try row.int64(0)] = try row.text(1) }
            return accounts
        }
        var chain = ChainCheck(heads: heads.all, accounts: accounts)
        let pages = ChainPages { [ledger] (position) throws(StoreError) in
            let query = CheckTable.places(
                .int64(position),
                .count(ChainPages<ChainCheck.Place>.size)
            )
            return try await ledger.reading(query, tenant) { (rows) throws(PostgresError) in
                var places: [ChainCheck.Place] = []
                places.reserveCapacity(rows.count)
                for row in rows { places.append(try CheckTable.readPlace(row)) }
                return places
            }
        }
        try await pages.pass(upTo: expected) { chain.pass($0) }
        chain.end(expected: expected)
        var findings = chain.findings
        findings += heads.findings.map { .chain($0) }
        findings += try await snapshotFindings(chain, tenant)
        findings += try await agreementFindings(tenant)
        let waiting = try await waiting(tenant)
        return Report(
            transfers: chain.position,
            accounts: chain.balances.count,
            heads: heads.stored.count,
            signatures: heads.signatures,
            head: heads.stored.last,
            waiting: waiting.count,
            waitingFor: waiting.age,
            findings: findings
        )
    }

    private func snapshotFindings(
        _ chain: ChainCheck,
        _ tenant: TenantID
    ) async throws(StoreError) -> [LedgerFinding] {
        let query = CheckTable.snapshots(.int64(chain.position))
        let stored = try await ledger.reading(query, tenant) { (rows) throws(PostgresError) in
            var stored: [String: LedgerBalance] = [:]
            for row in rows {
                var reader = ColumnReader(row)
                let name = try reader.text()
                stored[name] = try BooksTable.readBalance(&reader)
            }
            return stored
        }
        return Set(stored.keys).union(chain.balances.keys).sorted()
            .filter { stored[$0] != chain.balances[$0] }
            .map { .snapshotDiffers(account: $0) }
    }

    private func agreementFindings(
        _ tenant: TenantID
    ) async throws(StoreError) -> [LedgerFinding] {
        let queries = [CheckTable.disagreements(.count(Self.mostIntents)), CheckTable.untold()]
        return try await ledger.reading(queries, tenant) { (rows) throws(PostgresError) in
            var findings: [LedgerFinding] = []
            for row in rows[0] {
                var reader = ColumnReader(row)
                findings.append(.intentDiffers(try reader.id()))
            }
            let untold = try rows[1].only.int(0)
            return untold == 0 ? findings : findings + [.untold(transfers: untold)]
        }
    }

    private func waiting(
        _ tenant: TenantID
    ) async throws(StoreError) -> (count: Int, age: Duration) {
        try await ledger.reading(CheckTable.waiting(), tenant) { (rows) throws(PostgresError) in
            var reader = ColumnReader(try rows.only)
            let count = try reader.int()
            let oldest = try reader.timeOrNil()
            let now = try reader.time()
            return (count, oldest.map { now - $0 } ?? .zero)
        }
    }
}
