internal import COpenSSL

/// A certificate (RFC 5280). That it can be read says nothing about whether to trust it: see
/// `TrustAnchors`.
@safe package final class X509Certificate: @unchecked Sendable {
    // Safe because: OpenSSL counts references atomically and the certificate is never changed.
    let handle: OpaquePointer

    /// The certificates of a PEM text in their order: the leaf first, then its intermediates. What
    /// stands between them is skipped.
    ///
    /// - Throws: `malformed` when there is none, one cannot be read, or there are more than 10.
    package static func chain(pem: [UInt8]) throws(CryptographyError) -> [X509Certificate] {
        var certificates: [X509Certificate] = []
        _ = unsafe pem.withBIO { text -> Void? in
            // One more than allowed is read, so that it is seen.
            while certificates.count <= 10,
                let certificate = unsafe PEM_read_bio_X509(text, nil, nil, nil)
            {
                certificates.append(unsafe X509Certificate(owning: certificate))
            }
            return ()
        }
        let reason = ERR_GET_REASON(ERR_peek_last_error())
        ERR_clear_error()
        // The library says that no start line follows: the end was reached without a fault.
        guard !certificates.isEmpty, certificates.count <= 10, reason == PEM_R_NO_START_LINE
        else { throw CryptographyError(.malformed, "the certificates cannot be read") }
        return certificates
    }

    init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit { unsafe X509_free(handle) }

    /// Unix seconds; outside of them the certificate means nothing.
    package var validity: ClosedRange<Int64> { unsafe Self.validity(of: handle) }

    static func validity(of handle: OpaquePointer) -> ClosedRange<Int64> {
        let start = unsafe seconds(X509_get0_notBefore(handle))
        return start...max(start, unsafe seconds(X509_get0_notAfter(handle)))
    }

    /// The DNS names it speaks for, as written: the subject's alternative names, or its common name
    /// when it has none.
    package var names: [String] {
        let alternatives = alternativeNames
        return alternatives.isEmpty ? commonName.map { [$0] } ?? [] : alternatives
    }

    /// Whether `signature` over `message` was made with the certificate's RSA key
    /// (RSASSA-PKCS1-v1_5). False, too, when the key is of another kind or shorter than 2048 bits.
    package func verify(
        _ signature: [UInt8],
        of message: [UInt8],
        _ digest: Digest = .sha256
    ) -> Bool {
        defer { ERR_clear_error() }
        guard let key = unsafe X509_get0_pubkey(handle),
            unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA,
            unsafe EVP_PKEY_get_bits(key) >= 2_048,
            let context = unsafe EVP_MD_CTX_new()
        else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, digest.algorithm, nil, key) == 1 else {
            return false
        }
        return unsafe signature.withInput { signature, signatureLength in
            unsafe message.withInput { message, length in
                unsafe EVP_DigestVerify(context, signature, signatureLength, message, length) == 1
            }
        }
    }

    /// The PEM text.
    package var pem: String {
        let text = unsafe [UInt8].writtenToBIO { unsafe PEM_write_bio_X509($0, handle) }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: Parts

    private var alternativeNames: [String] {
        guard let all = unsafe X509_get_ext_d2i(handle, NID_subject_alt_name, nil, nil) else {
            return []
        }
        let names = OpaquePointer(all)
        defer { unsafe GENERAL_NAMES_free(names) }
        return unsafe (0..<OPENSSL_sk_num(names)).compactMap { index in
            guard let entry = unsafe OPENSSL_sk_value(names, index) else { return nil }
            let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
            var kind: Int32 = 0
            let value = unsafe GENERAL_NAME_get0_value(name, &kind)
            guard kind == GEN_DNS, let value = unsafe value else { return nil }
            return unsafe Self.text(value.assumingMemoryBound(to: ASN1_STRING.self))
        }
    }

    private var commonName: String? {
        guard let subject = unsafe X509_get_subject_name(handle) else { return nil }
        let index = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(subject, index),
            let value = unsafe X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        return unsafe Self.text(value)
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>) -> String? {
        guard let start = unsafe ASN1_STRING_get0_data(string) else { return nil }
        let length = unsafe Int(ASN1_STRING_length(string))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: length)
        // A zero inside would make the name mean less to C than to us.
        guard unsafe !bytes.contains(0) else { return nil }
        return unsafe String(validating: bytes, as: UTF8.self)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return 0 }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}
