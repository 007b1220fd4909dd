internal import COpenSSL

/// The certificates that trust begins with.
package enum TrustAnchors: Sendable {
    /// Those of the operating system.
    case system
    case only([X509Certificate])

    /// Returns when a chain leads from its leaf, the first certificate, over the others to an anchor,
    /// every signature is right, and each certificate may do what it does and is valid. Returns for
    /// how long all of them are, in Unix seconds.
    ///
    /// It does not say whose certificate it is: compare the leaf's `names` with what is expected.
    ///
    /// - Parameter unixTime: seconds; when the chain must be valid.
    /// - Throws: `notAuthentic`; `library` when the anchors cannot be read.
    @discardableResult
    package func verify(
        _ chain: [X509Certificate],
        at unixTime: Int64
    ) throws(CryptographyError) -> Range<Int64> {
        guard let leaf = chain.first else {
            throw CryptographyError(.notAuthentic, "there is no certificate")
        }
        let store = try store()
        guard let context = unsafe X509_STORE_CTX_new(), let others = unsafe OPENSSL_sk_new_null()
        else { throw .openSSL("no memory") }
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe OPENSSL_sk_free(others)
        }
        for certificate in chain.dropFirst() {
            _ = unsafe OPENSSL_sk_push(others, UnsafeRawPointer(certificate.handle))
        }
        guard unsafe X509_STORE_CTX_init(context, store.handle, leaf.handle, others) == 1,
            let parameters = unsafe X509_STORE_CTX_get0_param(context)
        else { throw .openSSL("no verification") }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(unixTime))
        unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_X509_STRICT))
        let isTrusted = unsafe X509_verify_cert(context) == 1
        ERR_clear_error()
        let validity =
            unsafe isTrusted ? Self.validity(of: X509_STORE_CTX_get0_chain(context)) : nil
        // They own the handles that OpenSSL was given: they must live until here.
        guard let validity = withExtendedLifetime((chain, store), { validity }) else {
            throw CryptographyError(.notAuthentic, "the certificate is not trusted")
        }
        return validity
    }

    /// When all certificates of a chain are valid, the anchor's among them; nil for never. To OpenSSL
    /// the last second of a certificate is not one of them.
    private static func validity(of chain: OpaquePointer?) -> Range<Int64>? {
        guard let chain = unsafe chain else { return nil }
        var validity = Int64.min..<Int64.max
        for index in unsafe 0..<OPENSSL_sk_num(chain) {
            guard let handle = unsafe OPENSSL_sk_value(chain, index) else { return nil }
            let own = unsafe X509Certificate.validity(of: OpaquePointer(handle))
            validity = validity.clamped(to: own.lowerBound..<own.upperBound)
        }
        return validity
    }

    private func store() throws(CryptographyError) -> CertificateStore {
        switch self {
        case .system: return try CertificateStore.system.get()
        case .only(let certificates):
            let store = try CertificateStore()
            for certificate in certificates {
                guard unsafe X509_STORE_add_cert(store.handle, certificate.handle) == 1 else {
                    throw .openSSL("an anchor cannot be used")
                }
            }
            return store
        }
    }
}

/// OpenSSL's own collection of anchors.
@safe private final class CertificateStore: @unchecked Sendable {
    // Safe because: OpenSSL locks a store for its readers, and ours are filled by one owner.
    let handle: OpaquePointer

    /// The system's, read once for the process: a bundle of a hundred authorities takes its time.
    static let system = Result { () throws(CryptographyError) in
        let store = try CertificateStore()
        guard unsafe X509_STORE_set_default_paths(store.handle) == 1 else {
            throw .openSSL("the system's authorities cannot be read")
        }
        return store
    }

    init() throws(CryptographyError) {
        guard let handle = unsafe X509_STORE_new() else { throw .openSSL("no memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe X509_STORE_free(handle) }
}
