internal import Cryptography
internal import PaymentCore

extension ChainLink {
    /// The hash at its place.
    func hash(behind before: [UInt8]) -> [UInt8] { Digest.sha256.hash(sealedBytes(behind: before)) }
}

/// Walks a hash chain from its origin; one changed link is one finding, whatever stands behind it.
/// Holds the heads that were not passed, nothing else.
struct ChainWalk {
    private(set) var position: Int64 = 0
    /// What the next hash may stand behind: what is stored, and, where that is corrupt, what it
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
    /// - Parameters:
    ///   - link: nil when it is gone.
    ///   - name: the link's, for what is found.
    mutating func pass(
        _ place: Int64,
        _ hash: [UInt8],
        _ link: (some ChainLink)?,
        named name: @autoclosure () -> String
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
            if !isChained { findings.append(.changed(position: position, name())) }
            hashes = isChained ? [hash] : [hash] + expected.prefix(1)
        } else {
            findings.append(.deleted(position: position, name()))
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
    /// - Parameter expected: the last known position.
    func end(expected: Int64) -> [ChainFinding] {
        let cut: [ChainFinding] =
            position < expected ? [.truncated(at: position, expected: expected)] : []
        return cut + heads.map { .headMissing(position: $0.position) }
    }
}
