internal import Cryptography
internal import PaymentCore

extension ChainLink {
    /// The hash at its place.
    func hash(behind before: [UInt8]) -> [UInt8] { Digest.sha256.hash(before + sealedBytes) }
}

/// Something about a hash chain that is not as it was sealed.
enum ChainFinding: Hashable {
    /// Places that nothing stands at, between two that something does.
    case missing(ClosedRange<Int64>)
    /// A place whose link is gone.
    case deleted(position: Int64)
    /// A link, or its seal, is not what was sealed.
    case changed(position: Int64)
    /// A known head says another hash than the chain has.
    case headDiffers(position: Int64)
    /// A known head is not in the chain.
    case headMissing(position: Int64)
    /// More is known of than is there.
    case truncated(at: Int64, expected: Int64)
}

/// Walks a hash chain from its origin; one changed link is one finding, whatever stands behind it.
/// Holds the heads that were not passed, nothing else.
struct ChainWalk {
    private(set) var position: Int64 = 0
    /// What the next hash may stand behind: what is stored, and, where that was spoiled, what it
    /// should have been; nothing behind a gap.
    private var hashes = [LedgerHead.origin]
    /// Hashes that are known from elsewhere and have not been passed.
    private var heads: ArraySlice<LedgerHead>

    /// - Parameter heads: stored and known ones.
    init(heads: [LedgerHead]) {
        self.heads = heads.sorted { $0.position < $1.position }[...]
    }

    /// Passes the next place as it is stored.
    ///
    /// - Parameter link: nil when it is gone.
    mutating func pass(
        _ place: Int64,
        _ hash: [UInt8],
        _ link: (some ChainLink)?
    ) -> [ChainFinding] {
        var findings: [ChainFinding] = []
        if place != position + 1 {
            findings.append(.missing(position + 1...place - 1))
            hashes = []
        }
        position = place
        if let link {
            let expected = hashes.map(link.hash(behind:))
            let isChained = expected.isEmpty || expected.contains(hash)
            if !isChained { findings.append(.changed(position: position)) }
            hashes = isChained ? [hash] : [hash] + expected.prefix(1)
        } else {
            findings.append(.deleted(position: position))
            hashes = [hash]
        }
        while let head = heads.first, head.position <= position {
            heads.removeFirst()
            if head.position != position || head.hash != hash {
                findings.append(.headDiffers(position: head.position))
            }
        }
        return findings
    }

    /// Ends the walk.
    ///
    /// - Parameter expected: the last position that is known of.
    func end(expected: Int64) -> [ChainFinding] {
        let cut: [ChainFinding] =
            position < expected ? [.truncated(at: position, expected: expected)] : []
        return cut + heads.map { .headMissing(position: $0.position) }
    }
}

/// The public keys whose signatures can be checked, by the names that heads know them by.
struct HeadKeys {
    private let keys: [String: [UInt8]]

    init(_ publicKeys: [[UInt8]]) {
        keys = Dictionary(
            publicKeys.map { (LedgerKey.name(of: $0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The heads that one of the keys should have signed.
    func known(_ heads: [LedgerHead]) -> [LedgerHead] {
        heads.filter { keys[$0.signature?.key ?? ""] != nil }
    }

    func haveSigned(_ head: LedgerHead, for tenant: TenantID, in chain: HashChain) -> Bool {
        guard let signature = head.signature, let key = keys[signature.key] else { return false }
        let message = head.signedBytes(of: tenant, in: chain, hash: Hex.encode(head.hash))
        return Ed25519Key.verify(signature.bytes, of: message, by: key)
    }
}
