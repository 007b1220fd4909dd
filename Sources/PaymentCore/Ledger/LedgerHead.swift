/// The end of a chain at one time: of the ledger's, or of the audit trail's. Whoever keeps it
/// elsewhere can tell later whether anything before it was changed or what followed was cut off.
package struct LedgerHead: Sendable, Hashable {
    package let position: Int64
    /// SHA-256 over the hash before and the last link's ``ChainLink/sealedBytes(behind:)``.
    package let hash: [UInt8]
    package let bookedAt: Timestamp
    /// Ed25519 over ``signedBytes(of:in:hash:)``; nil when the process had no key.
    package var signature: Signature?

    package struct Signature: Sendable, Hashable {
        /// The key's name: the first 16 hexadecimal digits of its public key's SHA-256.
        package let key: String
        package let bytes: [UInt8]

        package init(key: String, bytes: [UInt8]) {
            self.key = key
            self.bytes = bytes
        }
    }

    package init(
        position: Int64,
        hash: [UInt8],
        bookedAt: Timestamp,
        signature: Signature? = nil
    ) {
        self.position = position
        self.hash = hash
        self.bookedAt = bookedAt
        self.signature = signature
    }

    /// The chain's hash before the first transfer.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// What is signed: a head belongs to one chain of one tenant.
    ///
    /// - Parameter hash: ``hash`` in hexadecimal digits.
    package func signedBytes(of tenant: TenantID, in chain: HashChain, hash: String) -> [UInt8] {
        SealedBytes([
            .text(chain.rawValue), .id(tenant), .integer(position), .text(hash), .time(bookedAt),
        ]).bytes
    }
}
