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

    private static let page = 2_000

    private let trail: PostgresAuditTrail
    private let keys: HeadKeys
    private let known: [LedgerHead]

    /// - Parameters:
    ///   - publicKeys: the keys whose signatures can be checked.
    ///   - known: heads that were kept elsewhere, such as those that exports end with.
    package init(trail: PostgresAuditTrail, publicKeys: [[UInt8]], known: [LedgerHead] = []) {
        self.trail = trail
        self.known = known
        keys = HeadKeys(publicKeys)
    }

    package func run(_ tenant: TenantID) async throws(StoreError) -> Report {
        let stored = try await heads(tenant)
        let expected = try await trail.reading(AuditTable.expected(), tenant) {
            rows throws(PostgresError) in try rows.only.int64(0)
        }
        var walk = ChainWalk(heads: stored + known)
        var findings: [AuditFinding] = []
        while try await passPage(&walk, &findings, upTo: expected, tenant) {}
        findings += walk.end(expected: expected).map { AuditFinding($0, nil) }
        let signed = keys.known(stored + known)
        findings += signed.filter { !keys.haveSigned($0, for: tenant, in: .audit) }
            .map { .headForged(position: $0.position) }
        let (waiting, lost) = try await trail.reading(AuditTable.placeless(), tenant) {
            rows throws(PostgresError) in
            let row = try rows.only
            return (try row.int(0), try row.int(1))
        }
        if lost > 0 { findings.append(.placeless(entries: lost)) }
        return Report(
            entries: walk.position,
            heads: stored.count,
            signatures: signed.count,
            head: stored.last,
            waiting: waiting,
            findings: findings
        )
    }

    private func heads(_ tenant: TenantID) async throws(StoreError) -> [LedgerHead] {
        var heads: [LedgerHead] = []
        while true {
            let page = try await trail.heads(
                after: heads.last?.position ?? 0,
                limit: Self.page,
                in: tenant
            )
            heads += page
            if page.count < Self.page { return heads }
        }
    }

    /// Passes the next page; false at the end.
    private func passPage(
        _ walk: inout ChainWalk,
        _ findings: inout [AuditFinding],
        upTo end: Int64,
        _ tenant: TenantID
    ) async throws(StoreError) -> Bool {
        let query = AuditTable.places(.int64(walk.position), .count(Self.page))
        let places = try await trail.reading(query, tenant) { rows throws(PostgresError) in
            var places: [(position: Int64, id: AuditID, hash: [UInt8], SealedAuditRecord?)] = []
            for row in rows { places.append(try AuditTable.readPlace(row)) }
            return places
        }
        // What is sealed meanwhile is another run's.
        for place in places where place.position <= end {
            let found = walk.pass(place.position, place.hash, place.3)
            findings += found.map { AuditFinding($0, place.id) }
        }
        return places.count == Self.page && walk.position < end
    }
}

/// Something about the audit trail that is not as it was sealed.
package enum AuditFinding: Sendable, Hashable {
    case missing(ClosedRange<Int64>)
    /// A place whose entry is gone.
    case deleted(position: Int64, AuditID?)
    /// An entry, or its seal, is not what was sealed.
    case changed(position: Int64, AuditID?)
    case headDiffers(position: Int64)
    /// A head's signature is not the key's.
    case headForged(position: Int64)
    /// A head that was known elsewhere is not in the chain: it was changed, or its end cut off.
    case headMissing(position: Int64)
    /// The sealer, or a head, knows of more than is there.
    case truncated(at: Int64, expected: Int64)
    /// Entries that do not wait for a place and have none.
    case placeless(entries: Int)

    /// - Parameter id: the entry at the place that was passed.
    init(_ finding: ChainFinding, _ id: AuditID?) {
        switch finding {
        case .missing(let places): self = .missing(places)
        case .deleted(let position): self = .deleted(position: position, id)
        case .changed(let position): self = .changed(position: position, id)
        case .headDiffers(let position): self = .headDiffers(position: position)
        case .headMissing(let position): self = .headMissing(position: position)
        case .truncated(let end, let expected): self = .truncated(at: end, expected: expected)
        }
    }
}

extension AuditFinding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let places):
            "positions \(places.lowerBound) to \(places.upperBound) are missing"
        case .deleted(let position, let id): "position \(position): \(name(id)) was deleted"
        case .changed(let position, let id):
            "position \(position): \(name(id)) is not what was sealed"
        case .headDiffers(let position): "the head at \(position) has another hash"
        case .headForged(let position): "the head at \(position) was not signed by its key"
        case .headMissing(let position): "a known head at \(position) is not in the chain"
        case .truncated(let end, let expected): "the trail ends at \(end), not at \(expected)"
        case .placeless(let count): "\(count) entries neither have a place nor wait for one"
        }
    }

    private func name(_ id: AuditID?) -> String { id?.description ?? "its entry" }
}
