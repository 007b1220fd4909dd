import COpenSSL

/// AES-256 in Cipher Block Chaining with PKCS#7 padding (NIST SP 800-38A; RFC 5652, 6.3), for wire
/// formats that ask for it. Nothing is authenticated: what is our own is sealed by ``AESGCM``.
package enum AESCBC {
    package static let keyLength = 32
    package static let vectorLength = 16

    /// The ciphertext, a whole number of blocks and at least one.
    ///
    /// - Parameters:
    ///   - key: 32 bytes, and vector: 16; anything else is a fault of the caller's.
    ///   - vector: nobody may be able to foresee it.
    package static func encrypt(_ text: [UInt8], key: Secret, vector: [UInt8]) -> [UInt8] {
        guard let sealed = run(text, key, vector, encrypts: true) else {
            preconditionFailure("AES-CBC encrypts any text")
        }
        return sealed
    }

    /// The text of what ``encrypt(_:key:vector:)`` gave; throws `.malformed` when the padding does
    /// not fit, which tells little: without authentication most alterations go unnoticed.
    package static func decrypt(
        _ sealed: [UInt8],
        key: Secret,
        vector: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard let text = run(sealed, key, vector, encrypts: false) else {
            throw CryptographyError(.malformed, "the padding does not fit")
        }
        return text
    }

    private static func run(
        _ input: [UInt8],
        _ key: Secret,
        _ vector: [UInt8],
        encrypts: Bool
    ) -> [UInt8]? {
        precondition(key.byteCount == keyLength && vector.count == vectorLength)
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            preconditionFailure("out of memory")
        }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let started = unsafe key.reveal().withInput { key, _ in
            unsafe vector.withInput { vector, _ in
                unsafe EVP_CipherInit_ex(
                    context,
                    EVP_aes_256_cbc(),
                    nil,
                    key,
                    vector,
                    encrypts ? 1 : 0
                )
            }
        }
        precondition(started == 1, "OpenSSL provides AES-256-CBC")
        var isWhole = false
        // Padding adds a block at most.
        let output = unsafe [UInt8](
            unsafeUninitializedCapacity: input.count + vectorLength
        ) { output, count in
            var (begun, ended): (Int32, Int32) = (0, 0)
            let updated = unsafe input.withInput { bytes, length in
                unsafe EVP_CipherUpdate(
                    context,
                    output.baseAddress,
                    &begun,
                    bytes,
                    Int32(length)
                )
            }
            precondition(updated == 1, "AES-CBC takes any text")
            let rest = unsafe output.baseAddress.map { unsafe $0 + Int(begun) }
            isWhole = unsafe EVP_CipherFinal_ex(context, rest, &ended) == 1
            count = isWhole ? Int(begun + ended) : 0
        }
        return isWhole ? output : nil
    }
}
