internal import COpenSSL

/// What all sessions of one side share: certificate, key, trust and protocol settings.
///
/// Immutable; a new certificate is a new context, which new connections use while old ones live on.
/// Speaks TLS 1.2 and 1.3 and, by ALPN, `http/1.1` alone.
@safe package final class TLSContext: @unchecked Sendable {
    // Safe because: OpenSSL counts references atomically and the settings are not changed after init.
    let handle: OpaquePointer

    /// Whether a server asks its clients for a certificate.
    package enum ClientCertificates: String, Sendable, Hashable, CaseIterable {
        case ignored
        /// Asked for; one that is not trusted ends the handshake, having none does not.
        case optional
        case required
    }

    /// A context for accepting.
    ///
    /// - Parameters:
    ///   - certificateChain: path of a PEM file, the leaf first.
    ///   - privateKey: path of a PEM file.
    ///   - clientCertificates: whether clients are asked for certificates.
    ///   - clientAuthorities: path of a PEM file with the authorities that clients are trusted by.
    /// - Throws: codes `certificate`, `privateKey`, `authorities`, `library`.
    package static func server(
        certificateChain: String,
        privateKey: String,
        clientCertificates: ClientCertificates = .ignored,
        clientAuthorities: String? = nil
    ) throws(TLSError) -> TLSContext {
        guard let method = unsafe TLS_server_method() else {
            throw TLSError(.library, fallback: "no server method")
        }
        let context = try unsafe TLSContext(method)
        try context.identify(certificateChain: certificateChain, privateKey: privateKey)
        try context.expectClients(clientCertificates, trustedBy: clientAuthorities)
        unsafe SSL_CTX_set_alpn_select_cb(context.handle, selectProtocol, nil)
        return context
    }

    /// A context for connecting; peers must prove the name asked for.
    ///
    /// - Parameters:
    ///   - authorities: path of a PEM file with the trusted authorities; `nil` means the system's.
    ///   - certificateChain: path of a PEM file with our own certificate, for servers that ask.
    ///   - privateKey: path of a PEM file with its key.
    package static func client(
        authorities: String? = nil,
        certificateChain: String? = nil,
        privateKey: String? = nil
    ) throws(TLSError) -> TLSContext {
        guard let method = unsafe TLS_client_method() else {
            throw TLSError(.library, fallback: "no client method")
        }
        let context = try unsafe TLSContext(method)
        if let authorities {
            try context.trust(authorities)
        } else if unsafe SSL_CTX_set_default_verify_paths(context.handle) != 1 {
            throw TLSError(.authorities, fallback: "the system's authorities cannot be read")
        }
        if let certificateChain, let privateKey {
            try context.identify(certificateChain: certificateChain, privateKey: privateKey)
        }
        unsafe SSL_CTX_set_verify(context.handle, SSL_VERIFY_PEER, nil)
        var offered = TLSContext.httpProtocol
        unsafe SSL_CTX_set_alpn_protos(context.handle, &offered, UInt32(offered.count))
        return context
    }

    private init(_ method: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        guard let handle = unsafe SSL_CTX_new(method) else {
            throw TLSError(.library, fallback: "no memory for a TLS context")
        }
        unsafe self.handle = handle
        unsafe SSL_CTX_ctrl(
            handle,
            SSL_CTRL_SET_MIN_PROTO_VERSION,
            Int(TLS1_2_VERSION),
            nil
        )
        // Forward secrecy and authenticated encryption alone; TLS 1.3 has nothing else.
        let suites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        guard unsafe SSL_CTX_set_cipher_list(handle, suites) == 1 else {
            throw TLSError(.library, fallback: "the library lacks the cipher suites")
        }
        // Idle connections give their buffers back; the peer cannot start a handshake at will.
        unsafe SSL_CTX_ctrl(handle, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        unsafe SSL_CTX_set_options(handle, COPENSSL_OP_NO_RENEGOTIATION)
    }

    deinit { unsafe SSL_CTX_free(handle) }

    private func identify(certificateChain: String, privateKey: String) throws(TLSError) {
        guard unsafe SSL_CTX_use_certificate_chain_file(handle, certificateChain) == 1 else {
            throw TLSError(.certificate, fallback: "the certificate chain cannot be read")
        }
        guard
            unsafe SSL_CTX_use_PrivateKey_file(handle, privateKey, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_check_private_key(handle) == 1
        else {
            throw TLSError(.privateKey, fallback: "the private key does not fit the certificate")
        }
    }

    private func trust(_ authorities: String) throws(TLSError) {
        guard unsafe SSL_CTX_load_verify_file(handle, authorities) == 1 else {
            throw TLSError(.authorities, fallback: "the authorities cannot be read")
        }
    }

    private func expectClients(
        _ expectation: ClientCertificates,
        trustedBy authorities: String?
    ) throws(TLSError) {
        let mode: Int32
        switch expectation {
        case .ignored: return
        case .optional: mode = SSL_VERIFY_PEER
        case .required: mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
        guard let authorities else {
            throw TLSError(.authorities, fallback: "client certificates need authorities")
        }
        try trust(authorities)
        unsafe SSL_CTX_set_client_CA_list(handle, SSL_load_client_CA_file(authorities))
        unsafe SSL_CTX_set_verify(handle, mode, nil)
        // No resumption: a resumed session would not show its certificate to changed authorities.
        unsafe SSL_CTX_ctrl(handle, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        unsafe SSL_CTX_set_num_tickets(handle, 0)
        unsafe SSL_CTX_set_options(handle, COPENSSL_OP_NO_TICKET)
    }

    /// `http/1.1` in ALPN's form: a length, then the name.
    private static let httpProtocol: [UInt8] = [8] + Array("http/1.1".utf8)

    /// Picks `http/1.1` from the client's offer; an offer without it ends the handshake, as RFC 7301
    /// section 3.2 has it, so that no HTTP/2 client talks into an HTTP/1.1 server.
    private static let selectProtocol: SSL_CTX_alpn_select_cb_func = {
        _,
        selected,
        selectedLength,
        offered,
        offeredLength,
        _ in
        guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        var position = 0
        while position < Int(offeredLength) {
            let length = unsafe Int(offered[position])
            guard length > 0, position + 1 + length <= Int(offeredLength) else { break }
            let name = unsafe UnsafeBufferPointer(start: offered + position + 1, count: length)
            if unsafe name.elementsEqual("http/1.1".utf8) {
                unsafe selected?.pointee = name.baseAddress
                unsafe selectedLength?.pointee = UInt8(length)
                return SSL_TLSEXT_ERR_OK
            }
            position += 1 + length
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}
