/// A key of AES-256: 32 secret bytes.
package struct SymmetricKey: Sendable, Equatable {
    package static let byteCount = 32

    private let secret: Secret

    /// Throws `unsuitableKey` for any other number of bytes.
    package init(_ bytes: [UInt8]) throws(CryptographyError) {
        guard bytes.count == Self.byteCount else {
            throw CryptographyError(.unsuitableKey, "A key has \(Self.byteCount) bytes.")
        }
        secret = Secret(bytes)
    }

    private init(trusted bytes: [UInt8]) {
        secret = Secret(bytes)
    }

    /// A new key, from secure randomness.
    package static func generate() -> SymmetricKey {
        SymmetricKey(trusted: SecureRandom.bytes(byteCount))
    }

    /// The key itself, for whoever stores or wraps it.
    package func reveal() -> [UInt8] { secret.reveal() }
}

/// A key with the name that is written beside everything it seals.
package struct NamedKey: Sendable, Equatable {
    /// 1 to 255 bytes of UTF-8, such as `local` or a KMS key's name.
    package let id: String
    /// Counts rotations of the key.
    package let version: UInt32
    package let key: SymmetricKey

    /// Throws `malformed` for an identifier of another length.
    package init(id: String, version: UInt32, key: SymmetricKey) throws(CryptographyError) {
        guard 1...255 ~= id.utf8.count else {
            throw CryptographyError(.malformed, "A key identifier has 1 to 255 bytes.")
        }
        self.id = id
        self.version = version
        self.key = key
    }
}
