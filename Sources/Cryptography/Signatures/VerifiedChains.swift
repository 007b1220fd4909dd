internal import Synchronization

/// Leaves of chains that were verified. One certificate signs thousands of messages, and reading and
/// verifying its chain costs several times what one of them does: so it is done once, and believed
/// for as long as every certificate of the chain is valid.
///
/// What it remembers changes no answer: revocation is not looked at either way.
package final class VerifiedChains: Sendable {
    private struct Verified {
        let leaf: X509Certificate
        let validity: Range<Int64>
    }

    private let capacity: Int
    /// By the digests of what was trusted and of the chain.
    private let verified = Mutex<[[UInt8]: Verified]>([:])

    /// - Parameter capacity: how many chains are remembered; beyond it, all are forgotten.
    package init(capacity: Int = 64) {
        self.capacity = capacity
    }

    /// The leaf of a chain that leads to an authority.
    ///
    /// - Parameters:
    ///   - pem: the leaf, then its intermediates.
    ///   - authorities: PEM of what is trusted; nil for what the operating system trusts.
    ///   - unixTime: seconds; when the chain must be valid.
    /// - Throws: as ``X509Certificate/chain(pem:)`` and ``TrustAnchors/verify(_:at:)`` do.
    package func leaf(
        of pem: [UInt8],
        trusting authorities: [UInt8]?,
        at unixTime: Int64
    ) throws(CryptographyError) -> X509Certificate {
        let key = Digest.sha256.hash(authorities ?? []) + Digest.sha256.hash(pem)
        let known = verified.withLock { $0[key] }
        if let known, known.validity.contains(unixTime) { return known.leaf }
        let chain = try X509Certificate.chain(pem: pem)
        let anchors = try authorities.map { authorities throws(CryptographyError) in
            TrustAnchors.only(try X509Certificate.chain(pem: authorities))
        }
        let validity = try (anchors ?? .system).verify(chain, at: unixTime)
        let leaf = chain[0]
        verified.withLock { verified in
            if verified.count >= capacity { verified = [:] }
            verified[key] = Verified(leaf: leaf, validity: validity)
        }
        return leaf
    }
}
