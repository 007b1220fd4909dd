internal import Cryptography
internal import PaymentCore

/// Who keeps the heads of a chain.
protocol HeadSource: Sendable {
    /// Heads behind a place, in order.
    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead]
}

/// The heads of one chain, and whether those with a known key's name were signed by it.
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
    ///   - publicKeys: the keys whose signatures can be checked.
    ///   - known: heads that were kept elsewhere.
    init(
        of chain: HashChain,
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
            stored += page
            if page.count < Self.page { break }
        }
        let keys = Dictionary(
            publicKeys.map { (LedgerKey.name(of: $0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var checked = 0
        var findings: [ChainFinding] = []
        for head in stored + known {
            guard let signature = head.signature, let key = keys[signature.key] else { continue }
            checked += 1
            let message = head.signedBytes(of: tenant, in: chain, hash: Hex.encode(head.hash))
            if !Ed25519Key.verify(signature.bytes, of: message, by: key) {
                findings.append(.headForged(position: head.position))
            }
        }
        self.stored = stored
        all = stored + known
        signatures = checked
        self.findings = findings
    }
}
