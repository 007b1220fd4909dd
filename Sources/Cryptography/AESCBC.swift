/// AES-256 in Cipher Block Chaining with PKCS#7 padding (NIST SP 800-38A; RFC 5652, 6.3), for wire
/// formats that ask for it. Nothing is authenticated: what is our own is sealed by ``AESGCM``.
package enum AESCBC {
    package static let keyLength = 32
    package static let vectorLength = 16

    /// The ciphertext, a whole number of blocks and at least one.
    ///
    /// - Parameters:
    ///   - key: 32 bytes, and vector: 16; anything else is the caller's fault.
    ///   - vector: nobody may be able to foresee it.
    package static func encrypt(_ text: [UInt8], key: Secret, vector: [UInt8]) -> [UInt8] {
        let run = AESRun(.cbc, key: key, vector: vector, encrypts: true)
        let sealed = run.transform(text)
        guard let rest = run.finish() else {
            preconditionFailure("AES-CBC encrypts any text")
        }
        return sealed + rest
    }

    /// The text of what ``encrypt(_:key:vector:)`` gave; throws `.malformed` when the padding does
    /// not fit, which tells little: without authentication most alterations go unnoticed.
    package static func decrypt(
        _ sealed: [UInt8],
        key: Secret,
        vector: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let run = AESRun(.cbc, key: key, vector: vector, encrypts: false)
        let text = run.transform(sealed)
        guard let rest = run.finish() else {
            throw CryptographyError(.malformed, "the padding does not fit")
        }
        return text + rest
    }
}
