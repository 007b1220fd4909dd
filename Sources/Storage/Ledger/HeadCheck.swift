internal import Cryptography
internal import PaymentCore

/// Whatever keeps the heads of a chain.
protocol HeadSource: Sendable {
    /// Heads after a place, in order.
    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead]
}

/// The heads of one chain, and whether each was signed by a known key.
///
/// The sealer of the chain signs every head, so a stored one whose signature cannot be checked
/// proves nothing: whoever may write to the database can put such a head over anything.
struct HeadCheck {
    /// What the database has.
    let stored: [LedgerHead]
    /// What was kept elsewhere as well.
    let all: [LedgerHead]
    /// How many signatures were checked.
    let signatures: Int
    let findings: [ChainFinding]

    private static let page = 2_000

    /// - Parameters:
    ///   - end: the chain's last place; heads after it were sealed since, and are another run's.
    ///   - publicKeys: the keys whose signatures can be checked.
    ///   - known: heads that were kept elsewhere; unsigned ones count for their hashes.
    init(
        of chain: HashChain,
        upTo end: Int64,
        of tenant: TenantID,
        from source: some HeadSource,
        known: [LedgerHead],
        publicKeys: [[UInt8]]
    ) async throws(StoreError) {
        var stored: [LedgerHead] = []
        while true {
            let page = try await source.heads(
                after: stored.last?.position ?? 0,
                limit: Self.page,
                in: tenant
            )
            stored += page.filter { $0.position <= end }
            if stored.last?.position != page.last?.position || page.count < Self.page { break }
        }
        let keys = Dictionary(
            publicKeys.map { (LedgerKey.name(of: $0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var checked = 0
        var findings = Self.unproven(stored, keys)
        for head in stored + known {
            guard let signature = head.signature, let key = keys[signature.key] else { continue }
            checked += 1
            let message = head.signedBytes(of: tenant, in: chain, hash: Hex.encode(head.hash))
            if !Ed25519Key.verify(signature.bytes, of: message, by: key) {
                findings.append(.headForged(position: head.position))
            }
        }
        let covered = stored.last?.position ?? 0
        if covered < end { findings.append(.headless(covered + 1...end)) }
        self.stored = stored
        all = stored + known
        signatures = checked
        self.findings = findings
    }

    /// Heads whose signature cannot be checked, by the key that they name.
    private static func unproven(
        _ heads: [LedgerHead],
        _ keys: [String: [UInt8]]
    ) -> [ChainFinding] {
        var unsigned: [Int64] = []
        var strange: [String: [Int64]] = [:]
        for head in heads {
            guard let signature = head.signature else {
                unsigned.append(head.position)
                continue
            }
            guard keys[signature.key] == nil else { continue }
            strange[signature.key, default: []].append(head.position)
        }
        return (unsigned.isEmpty ? [] : [.headsUnsigned(unsigned)])
            + strange.sorted { $0.key < $1.key }.map { .headsOfUnknownKey($0.key, $0.value) }
    }
}
