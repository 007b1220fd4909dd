/// Something sealed, with the name of the key that opens it beside the ciphertext.
///
/// The bytes, in this order:
///
/// | bytes | meaning |
/// | --- | --- |
/// | 1 | format, now 1 |
/// | 1 | length n of the key identifier |
/// | n | key identifier, UTF-8 |
/// | 4 | key version, most significant byte first |
/// | 12 | nonce, random |
/// | … | ciphertext, as long as the plaintext |
/// | 16 | tag |
///
/// Everything before the nonce, followed by the caller's context, is the additional data: neither
/// the key's name nor the place where the envelope belongs can be exchanged. A context says what is
/// sealed and for whom (`tenant/…/merchant account/…/credentials`), so that a ciphertext copied to
/// another row or another tenant does not open there.
package struct Envelope: Sendable, Hashable {
    package let keyID: String
    package let keyVersion: UInt32
    private let nonce: [UInt8]
    private let sealed: [UInt8]

    private static let format: UInt8 = 1

    /// Seals `plaintext` under `key`, with a new random nonce.
    package init(
        sealing plaintext: [UInt8],
        with key: NamedKey,
        context: [UInt8]
    ) throws(CryptographyError) {
        keyID = key.id
        keyVersion = key.version
        nonce = SecureRandom.bytes(AESGCM.nonceByteCount)
        sealed = try AESGCM.seal(
            plaintext,
            key: key.key,
            nonce: nonce,
            additionalData: Self.header(key.id, key.version) + context
        )
    }

    /// Reads the format above; throws `malformed` for anything else.
    package init(bytes: [UInt8]) throws(CryptographyError) {
        var rest = bytes[...]
        guard rest.popFirst() == Self.format, let idLength = rest.popFirst(), idLength > 0 else {
            throw Self.malformed
        }
        let overhead = Int(idLength) + 4 + AESGCM.nonceByteCount + AESGCM.tagByteCount
        guard
            rest.count >= overhead,
            let id = String(validating: rest.prefix(Int(idLength)), as: UTF8.self)
        else { throw Self.malformed }
        rest = rest.dropFirst(Int(idLength))
        keyID = id
        keyVersion = rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        nonce = Array(rest.dropFirst(4).prefix(AESGCM.nonceByteCount))
        sealed = Array(rest.dropFirst(4 + AESGCM.nonceByteCount))
    }

    package var bytes: [UInt8] { Self.header(keyID, keyVersion) + nonce + sealed }

    /// The plaintext. Throws `unknownKey` when `key` is not the one named, `notAuthentic` when the
    /// bytes or the context are others than those sealed.
    package func open(
        with key: NamedKey,
        context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard key.id == keyID, key.version == keyVersion else {
            throw CryptographyError(.unknownKey, "The envelope names another key.")
        }
        return try AESGCM.open(
            sealed,
            key: key.key,
            nonce: nonce,
            additionalData: Self.header(keyID, keyVersion) + context
        )
    }

    private static func header(_ id: String, _ version: UInt32) -> [UInt8] {
        let versionBytes = (0..<4).map { UInt8(truncatingIfNeeded: version >> UInt32(24 - 8 * $0)) }
        return [format, UInt8(id.utf8.count)] + id.utf8 + versionBytes
    }

    private static var malformed: CryptographyError {
        CryptographyError(.malformed, "The bytes are not an envelope.")
    }
}
