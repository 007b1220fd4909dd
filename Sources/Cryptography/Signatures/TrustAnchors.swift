internal import COpenSSL

/// The certificates that trust begins with.
package enum TrustAnchors: Sendable {
    /// Those of the operating system.
    case system
    case only([X509Certificate])

    /// Returns when a chain leads from its leaf, the first certificate, over the others to an anchor,
    /// every signature is right, and each certificate may do what it does and is valid.
    ///
    /// It does not say whose certificate it is: hold `names` of the leaf against what is expected.
    ///
    /// - Parameter unixTime: seconds; when the chain must be valid.
    /// - Throws: `notAuthentic`; `library` when the anchors cannot be read.
    package func verify(
        _ chain: [X509Certificate],
        at unixTime: Int64
    ) throws(CryptographyError) {
        guard let leaf = chain.first else {
            throw CryptographyError(.notAuthentic, "there is no certificate")
        }
        guard let store = unsafe X509_STORE_new(), let context = unsafe X509_STORE_CTX_new(),
            let others = unsafe OPENSSL_sk_new_null()
        else { throw .openSSL("no memory") }
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe X509_STORE_free(store)
            unsafe OPENSSL_sk_free(others)
        }
        try unsafe fill(store)
        for certificate in chain.dropFirst() {
            _ = unsafe OPENSSL_sk_push(others, UnsafeRawPointer(certificate.handle))
        }
        guard unsafe X509_STORE_CTX_init(context, store, leaf.handle, others) == 1,
            let parameters = unsafe X509_STORE_CTX_get0_param(context)
        else { throw .openSSL("no verification") }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(unixTime))
        unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_X509_STRICT))
        let isTrusted = unsafe X509_verify_cert(context) == 1
        ERR_clear_error()
        // `chain` owns the handles on the stack: it must live until here.
        guard withExtendedLifetime(chain, { isTrusted }) else {
            throw CryptographyError(.notAuthentic, "the certificate is not trusted")
        }
    }

    private func fill(_ store: OpaquePointer) throws(CryptographyError) {
        switch self {
        case .system:
            guard unsafe X509_STORE_set_default_paths(store) == 1 else {
                throw .openSSL("the system's authorities cannot be read")
            }
        case .only(let certificates):
            for certificate in certificates {
                guard unsafe X509_STORE_add_cert(store, certificate.handle) == 1 else {
                    throw .openSSL("an anchor cannot be used")
                }
            }
        }
    }
}
