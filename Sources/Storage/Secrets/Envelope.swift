internal import Cryptography

/// The stored form of a sealed value: nonce, ciphertext, tag (AES-256-GCM).
///
/// Nonces are random: at 96 bits a key may seal some billions of values, far more than a tenant
/// has, before a repetition becomes thinkable (NIST SP 800-38D section 8.3).
enum Envelope {
    private static let nonceLength = 12

    static func seal(_ bytes: [UInt8], under key: Secret, bound context: String) -> [UInt8] {
        let nonce = SecureRandom.bytes(nonceLength)
        do throws(CryptographyError) {
            let sealed = try AESGCM.seal(
                bytes,
                key: SymmetricKey(key.reveal()),
                nonce: nonce,
                additionalData: Array(context.utf8)
            )
            return nonce + sealed
        } catch {
            preconditionFailure("a key of another length was let in: \(error)")
        }
    }

    static func open(_ sealed: [UInt8], under key: Secret, bound context: String) -> [UInt8]? {
        guard sealed.count >= nonceLength else { return nil }
        // Nil says all there is to say: the bytes were not sealed under this key for this use.
        return try? AESGCM.open(
            Array(sealed.dropFirst(nonceLength)),
            key: SymmetricKey(key.reveal()),
            nonce: Array(sealed.prefix(nonceLength)),
            additionalData: Array(context.utf8)
        )
    }
}
