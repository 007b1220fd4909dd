package import PaymentCore
internal import Postgres

/// Recomputes a tenant's audit trail from what is stored: the chain from its first entry, and the
/// signatures. Reads a page at a time, so memory does not grow with the trail.
package struct AuditVerification {
    package struct Report: Sendable {
        package let entries: Int64
        package let heads: Int
        /// Heads whose signature was checked.
        package let signatures: Int
        package let head: LedgerHead?
        /// Committed entries that are not sealed yet.
        package let waiting: Int
        package let findings: [AuditFinding]
    }

    private let trail: PostgresAuditTrail
    private let publicKeys: [[UInt8]]
    private let known: [LedgerHead]

    /// - Parameters:
    ///   - publicKeys: the keys whose signatures can be checked.
    ///   - known: heads that were kept elsewhere, such as those that exports end with.
    package init(trail: PostgresAuditTrail, publicKeys: [[UInt8]], known: [LedgerHead] = []) {
        self.trail = trail
        self.known = known
        self.publicKeys = publicKeys
    }

    package func run(_ tenant: TenantID) async throws(StoreError) -> Report {
        let expected = try await trail.reading(AuditTable.expected(), tenant) {
            rows throws(PostgresError) in try rows.only.int64(0)
        }
        let heads = try await HeadCheck(
            of: .audit,
            upTo: expected,
            of: tenant,
            from: trail,
            known: known,
            publicKeys: publicKeys
        )
        var walk = ChainWalk(heads: heads.all)
        var findings: [AuditFinding] = []
        let pages = ChainPages { [trail] (position) throws(StoreError) in
            let query = AuditTable.places(
                .int64(position),
                .count(ChainPages<AuditTable.Place>.size)
            )
            return try await trail.reading(query, tenant) { rows throws(PostgresError) in
                var places: [AuditTable.Place] = []
                for row in rows { places.append(try AuditTable.readPlace(row)) }
                return places
            }
        }
        try await pages.pass(upTo: expected) { place in
            let found = walk.pass(
                place.position,
                place.hash,
                place.record,
                named: place.id.description
            )
            findings += found.map { .chain($0) }
        }
        findings += walk.end(expected: expected).map { .chain($0) }
        findings += heads.findings.map { .chain($0) }
        let (waiting, lost) = try await trail.reading(AuditTable.placeless(), tenant) {
            rows throws(PostgresError) in
            let row = try rows.only
            return (try row.int(0), try row.int(1))
        }
        if lost > 0 { findings.append(.placeless(entries: lost)) }
        return Report(
            entries: walk.position,
            heads: heads.stored.count,
            signatures: heads.signatures,
            head: heads.stored.last,
            waiting: waiting,
            findings: findings
        )
    }
}

/// Something about the audit trail that is not as it was sealed.
package enum AuditFinding: Sendable, Hashable {
    case chain(ChainFinding)
    /// Entries that do not wait for a place and have none.
    case placeless(entries: Int)
}

extension AuditFinding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .chain(let finding): finding.description
        case .placeless(let count): "\(count) entries neither have a place nor wait for one"
        }
    }
}
