internal import Cryptography

/// The stored form of a sealed value: nonce, ciphertext, tag (AES-256-GCM).
///
/// Nonces are random: at 96 bits a key may seal some billions of values, far more than a tenant
/// has, before a repetition becomes a concern (NIST SP 800-38D section 8.3).
enum Envelope {
    private static let nonceLength = 12

    static func seal(_ bytes: [UInt8], under key: Secret, bound context: String) -> [UInt8] {
        let nonce = SecureRandom.bytes(nonceLength)
        return nonce
            + AESGCM.seal(bytes, key: key, nonce: nonce, authenticating: Array(context.utf8))
    }

    static func open(_ sealed: [UInt8], under key: Secret, bound context: String) -> [UInt8]? {
        guard sealed.count >= nonceLength else { return nil }
        return try? AESGCM.open(
            Array(sealed.dropFirst(nonceLength)),
            key: key,
            nonce: Array(sealed.prefix(nonceLength)),
            authenticating: Array(context.utf8)
        )
    }
}
