package import Cryptography
internal import PaymentCore

/// The key that signs the heads of the books and of the audit trail; it is kept outside the database.
package struct LedgerKey: Sendable {
    private let key: Ed25519Key
    /// The first 16 hexadecimal digits of the public key's SHA-256.
    package let name: String

    package init(_ key: Ed25519Key) {
        self.key = key
        name = Self.name(of: key.publicKey)
    }

    package var publicKey: [UInt8] { key.publicKey }

    package static func name(of publicKey: [UInt8]) -> String {
        String(Hex.encode(Digest.sha256.hash(publicKey)).prefix(16))
    }

    func sign(
        _ head: LedgerHead,
        of tenant: TenantID,
        in chain: HashChain
    ) throws(StoreError) -> LedgerHead.Signature {
        do throws(CryptographyError) {
            let message = head.signedBytes(of: tenant, in: chain, hash: Hex.encode(head.hash))
            return LedgerHead.Signature(key: name, bytes: try key.sign(message))
        } catch {
            throw StoreError(.fault, "a head was not signed: \(error.code)")
        }
    }
}
