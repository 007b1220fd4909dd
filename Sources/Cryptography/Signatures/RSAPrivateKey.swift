internal import COpenSSL

/// An RSA key that signs with RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
@safe package final class RSAPrivateKey: @unchecked Sendable {
    // Safe because: OpenSSL counts references atomically and the key is never changed after init.
    let handle: OpaquePointer

    /// A new key; takes some ten milliseconds.
    ///
    /// - Parameter bits: at least 2048; less is the caller's fault.
    package static func generate(bits: Int = 2_048) throws(CryptographyError) -> RSAPrivateKey {
        precondition(bits >= 2_048, "shorter RSA keys can be broken")
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else {
            throw .openSSL("no RSA")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw .openSSL("no key could be made") }
        return unsafe RSAPrivateKey(owning: key)
    }

    /// The key of a PEM text (PKCS #8 or PKCS #1), not encrypted.
    ///
    /// - Throws: `malformed`, or `unsuitableKey` for a key that is not RSA.
    package init(pem: Secret) throws(CryptographyError) {
        let key = unsafe pem.reveal().withBIO { text in
            // A password is never asked for: an encrypted key is malformed.
            unsafe PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key = unsafe key else { throw .openSSL("no private key is here", .malformed) }
        unsafe handle = key
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            throw CryptographyError(.unsuitableKey, "the key is not RSA")
        }
    }

    private init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
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

    /// The signature of `message` under `digest`; as long as the key's modulus.
    package func sign(
        _ message: [UInt8],
        _ digest: Digest = .sha256
    ) throws(CryptographyError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .openSSL("no memory") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(handle)))
        var count = signature.count
        let isSigned = unsafe message.withInput { input, length in
            unsafe EVP_DigestSignInit(context, nil, digest.algorithm, nil, handle) == 1
                && EVP_DigestSign(context, &signature, &count, input, length) == 1
        }
        guard isSigned else { throw .openSSL("the key does not sign") }
        return Array(signature.prefix(count))
    }
}

extension CryptographyError {
    /// An error of the library's; empties its queue, so that no later call trips over it.
    static func openSSL(_ message: String, _ code: Code = .library) -> CryptographyError {
        ERR_clear_error()
        return CryptographyError(code, message)
    }
}

extension [UInt8] {
    /// What `write` leaves in a BIO; nothing when there is no memory for one.
    static func writtenToBIO(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(bio) }
        _ = unsafe write(bio)
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(bio))
        var count = 0
        unsafe BIO_read_ex(bio, &bytes, bytes.count, &count)
        return Array(bytes.prefix(count))
    }

    /// Calls `body` with a BIO that reads these bytes; nil when there is no memory for one.
    func withBIO<R>(_ body: (OpaquePointer) -> R?) -> R? {
        unsafe withInput { bytes, count in
            guard let bio = unsafe BIO_new_mem_buf(bytes, Int32(count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }
}
