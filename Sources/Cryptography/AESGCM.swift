import COpenSSL

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
    ///   - key: 32 bytes, and nonce: 12; anything else is a fault of the caller's.
    ///   - context: authenticated with the text but not part of the result.
    package static func seal(
        _ text: [UInt8],
        key: Secret,
        nonce: [UInt8],
        authenticating context: [UInt8]
    ) -> [UInt8] {
        let run = Run(key: key, nonce: nonce, encrypts: true)
        run.authenticate(context)
        return run.transform(text) + run.tag()
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
        let run = Run(key: key, nonce: nonce, encrypts: false)
        run.authenticate(context)
        let text = run.transform(Array(sealed.dropLast(tagLength)))
        guard run.isAuthentic(tag: Array(sealed.suffix(tagLength))) else {
            throw CryptographyError(.notAuthentic, "the tag does not fit")
        }
        return text
    }
}

/// One encryption or decryption; owns its OpenSSL context.
@safe private final class Run {
    private let context: OpaquePointer

    init(key: Secret, nonce: [UInt8], encrypts: Bool) {
        precondition(key.byteCount == AESGCM.keyLength && nonce.count == AESGCM.nonceLength)
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            preconditionFailure("out of memory")
        }
        unsafe self.context = context
        let started = unsafe key.reveal().withInput { key, _ in
            unsafe nonce.withInput { nonce, _ in
                unsafe EVP_CipherInit_ex(
                    context,
                    EVP_aes_256_gcm(),
                    nil,
                    key,
                    nonce,
                    encrypts ? 1 : 0
                )
            }
        }
        precondition(started == 1, "OpenSSL provides AES-256-GCM")
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func authenticate(_ bytes: [UInt8]) {
        var length: Int32 = 0
        let updated = unsafe bytes.withInput { bytes, count in
            unsafe EVP_CipherUpdate(context, nil, &length, bytes, Int32(count))
        }
        precondition(updated == 1, "AES-GCM takes any context")
    }

    func transform(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
            var length: Int32 = 0
            let updated = unsafe bytes.withInput { input, inputCount in
                unsafe EVP_CipherUpdate(
                    context,
                    output.baseAddress,
                    &length,
                    input,
                    Int32(inputCount)
                )
            }
            precondition(updated == 1, "AES-GCM takes any text")
            count = Int(length)
        }
    }

    /// Ends an encryption.
    func tag() -> [UInt8] {
        var end: UInt8 = 0
        var length: Int32 = 0
        var tag = [UInt8](repeating: 0, count: AESGCM.tagLength)
        let finished = unsafe EVP_CipherFinal_ex(context, &end, &length)
        let given = unsafe EVP_CIPHER_CTX_ctrl(
            context,
            EVP_CTRL_AEAD_GET_TAG,
            Int32(AESGCM.tagLength),
            &tag
        )
        precondition(finished == 1 && given == 1, "AES-GCM ends with a tag")
        return tag
    }

    /// Ends a decryption; OpenSSL compares in constant time.
    func isAuthentic(tag: [UInt8]) -> Bool {
        var end: UInt8 = 0
        var length: Int32 = 0
        var tag = tag
        let set = unsafe EVP_CIPHER_CTX_ctrl(
            context,
            EVP_CTRL_AEAD_SET_TAG,
            Int32(AESGCM.tagLength),
            &tag
        )
        return unsafe set == 1 && EVP_CipherFinal_ex(context, &end, &length) == 1
    }
}
