/// Authenticated encryption with AES-256 in Galois/Counter Mode (NIST SP 800-38D).
///
/// A nonce must never be used twice under one key.
package enum AESGCM {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    /// The ciphertext followed by its tag.
    ///
    /// - Parameters:
    ///   - key: 32 bytes, and nonce: 12; anything else is the caller's fault.
    ///   - context: authenticated with the text but not part of the result.
    package static func seal(
        _ text: [UInt8],
        key: Secret,
        nonce: [UInt8],
        authenticating context: [UInt8]
    ) -> [UInt8] {
        let run = AESRun(.gcm, key: key, vector: nonce, encrypts: true)
        run.authenticate(context)
        let sealed = run.transform(text)
        guard let rest = run.finish() else {
            preconditionFailure("AES-GCM encrypts any text")
        }
        return sealed + rest + run.tag()
    }

    /// The text of what ``seal(_:key:nonce:authenticating:)`` gave for the same key, nonce and
    /// context; otherwise throws `.notAuthentic`, and `.malformed` when it is shorter than a tag.
    package static func open(
        _ sealed: [UInt8],
        key: Secret,
        nonce: [UInt8],
        authenticating context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= tagLength else {
            throw CryptographyError(.malformed, "shorter than its tag")
        }
        let run = AESRun(.gcm, key: key, vector: nonce, encrypts: false)
        run.authenticate(context)
        run.expect(tag: Array(sealed.suffix(tagLength)))
        let text = run.transform(Array(sealed.dropLast(tagLength)))
        guard let rest = run.finish() else {
            throw CryptographyError(.notAuthentic, "the tag does not fit")
        }
        return text + rest
    }
}
