import COpenSSL

/// Authenticated encryption with AES-256 in Galois/Counter Mode (NIST SP 800-38D).
///
/// A nonce must never be used twice under one key. Random ones are safe for 2^32 messages a key;
/// `Envelope` picks them so.
package enum AESGCM {
    package static let nonceByteCount = 12
    package static let tagByteCount = 16

    /// The ciphertext followed by its tag. Whoever opens it must show the same additional data.
    package static func seal(
        _ plaintext: [UInt8],
        key: SymmetricKey,
        nonce: [UInt8],
        additionalData: [UInt8] = []
    ) throws(CryptographyError) -> [UInt8] {
        let context = CipherContext()
        try context.start(key, nonce, encrypts: true)
        try context.authenticate(additionalData)
        var sealed = try context.update(plaintext)
        try context.finish()
        sealed += try context.tag()
        return sealed
    }

    /// The plaintext, or `notAuthentic` when key, nonce, additional data or any byte is another.
    package static func open(
        _ sealed: [UInt8],
        key: SymmetricKey,
        nonce: [UInt8],
        additionalData: [UInt8] = []
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= tagByteCount else {
            throw CryptographyError(.malformed, "Sealed bytes hold a tag.")
        }
        let context = CipherContext()
        try context.start(key, nonce, encrypts: false)
        try context.authenticate(additionalData)
        let plaintext = try context.update(Array(sealed.dropLast(tagByteCount)))
        try context.expect(tag: Array(sealed.suffix(tagByteCount)))
        try context.finish()
        return plaintext
    }
}

/// One run of the cipher; owns the library's context.
@safe private struct CipherContext: ~Copyable {
    private let context: OpaquePointer?

    init() {
        unsafe context = EVP_CIPHER_CTX_new()
        unsafe precondition(context != nil, "OpenSSL has memory for a context")
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    func start(
        _ key: SymmetricKey,
        _ nonce: [UInt8],
        encrypts: Bool
    ) throws(CryptographyError) {
        guard nonce.count == AESGCM.nonceByteCount else {
            throw CryptographyError(.malformed, "A nonce has \(AESGCM.nonceByteCount) bytes.")
        }
        let done = unsafe key.reveal().withInput { key, _ in
            unsafe nonce.withInput { nonce, _ in
                // 12 bytes are the cipher's own nonce length.
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
        guard done == 1 else { throw Self.failure }
    }

    func authenticate(_ additionalData: [UInt8]) throws(CryptographyError) {
        guard !additionalData.isEmpty else { return }
        var count: Int32 = 0
        let done = unsafe additionalData.withInput { input, length in
            unsafe EVP_CipherUpdate(context, nil, &count, input, Int32(length))
        }
        guard done == 1 else { throw Self.failure }
    }

    func update(_ input: [UInt8]) throws(CryptographyError) -> [UInt8] {
        var done: Int32 = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: input.count) { output, count in
            var written: Int32 = 0
            done = unsafe input.withInput { input, length in
                unsafe EVP_CipherUpdate(
                    context,
                    output.baseAddress,
                    &written,
                    input,
                    Int32(length)
                )
            }
            count = Int(written)
        }
        guard done == 1 || input.isEmpty else { throw Self.failure }
        return output
    }

    /// Ends the message; when opening, this is where the tag is compared.
    func finish() throws(CryptographyError) {
        var none: UInt8 = 0
        var count: Int32 = 0
        guard unsafe EVP_CipherFinal_ex(context, &none, &count) == 1 else {
            throw CryptographyError(.notAuthentic, "The bytes are not what was sealed.")
        }
    }

    func tag() throws(CryptographyError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: AESGCM.tagByteCount)
        guard
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
        else { throw Self.failure }
        return tag
    }

    func expect(tag: [UInt8]) throws(CryptographyError) {
        var tag = tag
        guard
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
        else { throw Self.failure }
    }

    private static var failure: CryptographyError {
        CryptographyError(.library, "AES-256-GCM failed.")
    }
}
