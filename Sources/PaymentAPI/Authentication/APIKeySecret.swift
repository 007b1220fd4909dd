internal import Cryptography

/// The secret of an API key: `gwk_` and 43 base-64 characters. Only its SHA-256 is ever stored, and
/// 256 random bits need no slow hash.
package struct APIKeySecret: Sendable, Hashable {
    private static let prefix = "gwk_"
    private static let randomBytes = 32

    /// Shown once, to whoever created it.
    package let text: String

    /// A new secret.
    package static func generate() -> APIKeySecret {
        APIKeySecret(trusted: prefix + Base64URL.encode(SecureRandom.bytes(randomBytes)))
    }

    /// A secret as a caller sent it; nil when it cannot be one.
    package init?(_ text: Substring) {
        guard text.hasPrefix(Self.prefix), (8...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    private init(trusted text: String) {
        self.text = text
    }

    /// What the store knows it by.
    package var hash: [UInt8] { Digest.sha256.hash(text) }
}

extension APIKeySecret: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
}
