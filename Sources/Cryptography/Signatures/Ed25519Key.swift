internal import COpenSSL

/// A key that signs with Ed25519 (RFC 8032).
@safe package final class Ed25519Key: @unchecked Sendable {
    // Safe because: OpenSSL counts references atomically and the key is never changed after init.
    private let handle: OpaquePointer
    /// The public half, 32 bytes.
    package let publicKey: [UInt8]

    /// A new key.
    package static func generate() throws(CryptographyError) -> Ed25519Key {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else {
            throw .openSSL("no Ed25519")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw .openSSL("no key could be made") }
        return try unsafe Ed25519Key(owning: key)
    }

    /// The key of a PEM text (PKCS #8), not encrypted, as `openssl genpkey -algorithm ed25519`
    /// writes it.
    ///
    /// - Throws: `malformed`, or `unsuitableKey` for another kind of key.
    package convenience init(pem: Secret) throws(CryptographyError) {
        let key = unsafe pem.reveal().withBIO { text in
            // A password is never asked for: an encrypted key is malformed.
            unsafe PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key = unsafe key else { throw .openSSL("no private key is here", .malformed) }
        try unsafe self.init(owning: key)
    }

    private init(owning handle: OpaquePointer) throws(CryptographyError) {
        var count = 32
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_PKEY_get_base_id(handle) == EVP_PKEY_ED25519,
            unsafe EVP_PKEY_get_raw_public_key(handle, &bytes, &count) == 1, count == 32
        else {
            unsafe EVP_PKEY_free(handle)
            throw CryptographyError(.unsuitableKey, "the key is not Ed25519")
        }
        unsafe self.handle = handle
        publicKey = bytes
    }

    deinit { unsafe EVP_PKEY_free(handle) }

    /// The PEM text (PKCS #8), not encrypted.
    package var pem: Secret {
        Secret(
            unsafe [UInt8].writtenToBIO {
                unsafe PEM_write_bio_PrivateKey($0, handle, nil, nil, 0, nil, nil)
            }
        )
    }

    /// The signature of `message`, 64 bytes.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .openSSL("no memory") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let isSigned = unsafe message.withInput { input, length in
            unsafe EVP_DigestSignInit(context, nil, nil, nil, handle) == 1
                && EVP_DigestSign(context, &signature, &count, input, length) == 1
        }
        guard isSigned, count == 64 else { throw .openSSL("the key does not sign") }
        return signature
    }

    /// Whether `signature` is the one that the holder of `publicKey` made of `message`.
    package static func verify(
        _ signature: [UInt8],
        of message: [UInt8],
        by publicKey: [UInt8]
    ) -> Bool {
        guard
            let key = unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519,
                nil,
                publicKey,
                publicKey.count
            )
        else {
            ERR_clear_error()
            return false
        }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let isValid = unsafe message.withInput { input, length in
            unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
                && EVP_DigestVerify(context, signature, signature.count, input, length) == 1
        }
        ERR_clear_error()
        return isValid
    }
}
