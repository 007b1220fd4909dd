internal import COpenSSL

/// An authority of our own that issues certificates: for simulators, tests and development. Only
/// those who were given its certificate trust it.
package struct CertificateAuthority: Sendable {
    package let certificate: X509Certificate
    private let key: RSAPrivateKey
    private let name: String

    /// An authority with a new key and a certificate that it signed itself.
    ///
    /// - Parameters:
    ///   - name: its common name.
    ///   - validity: Unix seconds.
    package init(name: String, validity: ClosedRange<Int64>) throws(CryptographyError) {
        let key = try RSAPrivateKey.generate()
        certificate = try CertificateDraft(
            subject: name,
            issuer: name,
            validity: validity,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ]
        ).signed(for: key, by: key, as: nil)
        self.key = key
        self.name = name
    }

    /// A certificate for signing under a DNS name.
    package func issue(
        to name: String,
        for key: RSAPrivateKey,
        validity: ClosedRange<Int64>
    ) throws(CryptographyError) -> X509Certificate {
        try CertificateDraft(
            subject: name,
            issuer: self.name,
            validity: validity,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_subject_alt_name, "DNS:\(name)"),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid:always"),
            ]
        ).signed(for: key, by: self.key, as: certificate)
    }
}

/// What a certificate says before it is signed.
private struct CertificateDraft {
    let subject: String
    let issuer: String
    let validity: ClosedRange<Int64>
    /// In the library's words.
    let extensions: [(kind: Int32, value: String)]

    /// - Parameter authority: the issuer's certificate; nil when the certificate signs itself.
    func signed(
        for key: RSAPrivateKey,
        by issuerKey: RSAPrivateKey,
        as authority: X509Certificate?
    ) throws(CryptographyError) -> X509Certificate {
        guard let draft = unsafe X509_new() else { throw .openSSL("no memory") }
        let certificate = unsafe X509Certificate(owning: draft)
        // Nineteen decimal digits at most, and never negative.
        let serial = SecureRandom.bytes(7).reduce(UInt64(1)) { $0 << 8 | UInt64($1) }
        let isFilled =
            unsafe X509_set_version(draft, Int(X509_VERSION_3)) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(draft), serial) == 1
            && ASN1_TIME_set(X509_getm_notBefore(draft), Int(validity.lowerBound)) != nil
            && ASN1_TIME_set(X509_getm_notAfter(draft), Int(validity.upperBound)) != nil
            && Self.name(X509_get_subject_name(draft), subject)
            && Self.name(X509_get_issuer_name(draft), issuer)
            && X509_set_pubkey(draft, key.handle) == 1
        guard isFilled else { throw .openSSL("the names or times cannot be used", .malformed) }
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, authority?.handle ?? draft, draft, nil, nil, 0)
        for (kind, value) in extensions {
            guard let part = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else {
                throw .openSSL("an extension cannot be used", .malformed)
            }
            defer { unsafe X509_EXTENSION_free(part) }
            guard unsafe X509_add_ext(draft, part, -1) == 1 else { throw .openSSL("no memory") }
        }
        guard unsafe X509_sign(draft, issuerKey.handle, EVP_sha256()) > 0 else {
            throw .openSSL("the key does not sign")
        }
        return certificate
    }

    private static func name(_ subject: OpaquePointer?, _ text: String) -> Bool {
        unsafe X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1
    }
}
