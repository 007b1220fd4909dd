internal import COpenSSL

/// One TLS connection as a machine without a socket: ciphertext and plaintext go in and out as
/// bytes, and whoever owns the socket moves the ciphertext.
///
/// The handshake runs by itself while bytes are read. Belongs to one thread.
@safe package final class TLSSession {
    /// The result of reading plaintext.
    package enum Reading: Equatable {
        case bytes(Int)
        /// Nothing is left; more ciphertext is needed.
        case needsInput
        /// The peer said that nothing more will come.
        case finished
        case failed(TLSError)
    }

    private let handle: OpaquePointer
    /// Owned by `handle`.
    private let arriving: OpaquePointer
    private let leaving: OpaquePointer
    private var hasFailed = false

    /// A session that waits for a client's handshake.
    package static func accepting(_ context: TLSContext) throws(TLSError) -> TLSSession {
        let session = try TLSSession(context)
        unsafe SSL_set_accept_state(session.handle)
        return session
    }

    /// A session that starts a handshake with the server called `name`, which its certificate must
    /// prove: a host name or a numeric address.
    package static func connecting(
        _ context: TLSContext,
        to name: String
    ) throws(TLSError) -> TLSSession {
        let session = try TLSSession(context)
        let parameters = unsafe SSL_get0_param(session.handle)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 {
            ERR_clear_error()
            guard unsafe SSL_set1_host(session.handle, name) == 1 else {
                throw TLSError(.library, fallback: "the server's name cannot be used")
            }
            unsafe name.withCString {
                _ = unsafe SSL_ctrl(
                    session.handle,
                    SSL_CTRL_SET_TLSEXT_HOSTNAME,
                    Int(TLSEXT_NAMETYPE_host_name),
                    UnsafeMutableRawPointer(mutating: $0)
                )
            }
        }
        unsafe SSL_set_connect_state(session.handle)
        _ = unsafe SSL_do_handshake(session.handle)  // Only queues the first message.
        return session
    }

    private init(_ context: TLSContext) throws(TLSError) {
        ERR_clear_error()
        guard
            let handle = unsafe SSL_new(context.handle),
            let arriving = unsafe BIO_new(BIO_s_mem()),
            let leaving = unsafe BIO_new(BIO_s_mem())
        else { throw TLSError(.library, fallback: "no memory for a TLS session") }
        unsafe self.handle = handle
        unsafe self.arriving = arriving
        unsafe self.leaving = leaving
        unsafe SSL_set_bio(handle, arriving, leaving)
    }

    deinit { unsafe SSL_free(handle) }

    /// Takes ciphertext that came from the peer.
    package func admit(_ ciphertext: [UInt8], at range: Range<Int>) {
        precondition(range.upperBound <= ciphertext.count)
        var taken = 0
        unsafe ciphertext.withUnsafeBytes { bytes in
            let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            unsafe BIO_write_ex(arriving, source.baseAddress, source.count, &taken)
        }
        precondition(taken == range.count, "a memory BIO takes all")
    }

    /// Moves decrypted bytes into `plaintext[range]`.
    package func read(into plaintext: inout [UInt8], at range: Range<Int>) -> Reading {
        precondition(range.upperBound <= plaintext.count && !range.isEmpty)
        ERR_clear_error()
        var count = 0
        let result = unsafe plaintext.withUnsafeMutableBytes { bytes in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range])
            return unsafe SSL_read_ex(handle, target.baseAddress, target.count, &count)
        }
        if result == 1 { return .bytes(count) }
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .finished
        default:
            hasFailed = true
            return .failed(TLSError(.handshake, fallback: "the TLS session failed"))
        }
    }

    /// Encrypts `plaintext[range]` for `takeCiphertext`; false when the session cannot send: the
    /// handshake is not done, or the session failed or was finished.
    package func write(_ plaintext: [UInt8], at range: Range<Int>) -> Bool {
        precondition(range.upperBound <= plaintext.count)
        guard isEstablished, !hasFailed else { return false }
        guard !range.isEmpty else { return true }
        ERR_clear_error()
        var count = 0
        let result = unsafe plaintext.withUnsafeBytes { bytes in
            let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            return unsafe SSL_write_ex(handle, source.baseAddress, source.count, &count)
        }
        hasFailed = result != 1
        return result == 1 && count == range.count
    }

    /// Appends to `ciphertext` what must be sent to the peer.
    package func takeCiphertext(into ciphertext: inout [UInt8]) {
        let pending = unsafe BIO_ctrl_pending(leaving)
        guard pending > 0 else { return }
        let start = ciphertext.count
        ciphertext.append(contentsOf: repeatElement(0, count: pending))
        var count = 0
        _ = unsafe ciphertext.withUnsafeMutableBytes { bytes in
            unsafe BIO_read_ex(leaving, bytes.baseAddress?.advanced(by: start), pending, &count)
        }
        precondition(count == pending, "a memory BIO gives all")
    }

    /// Says to the peer that nothing more will be sent.
    package func finish() {
        guard isEstablished, !hasFailed else { return }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(handle)
        ERR_clear_error()
    }

    /// Whether the handshake is done.
    package var isEstablished: Bool { unsafe SSL_is_init_finished(handle) == 1 }

    /// The protocol that ALPN chose; `nil` when the peer offered none.
    package var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(handle, &name, &length)
        guard let start = unsafe name, length > 0 else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(length))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// `TLSv1.2` or `TLSv1.3`.
    package var version: String { unsafe String(cString: SSL_get_version(handle)) }

    /// The subject of the peer's verified certificate in RFC 2253 form (`CN=…,O=…`); `nil` without
    /// one.
    package var peerSubject: String? {
        guard let certificate = unsafe SSL_get1_peer_certificate(handle) else { return nil }
        defer { unsafe X509_free(certificate) }
        guard unsafe SSL_get_verify_result(handle) == Int(X509_V_OK),
            let text = unsafe BIO_new(BIO_s_mem())
        else { return nil }
        defer { unsafe BIO_free(text) }
        let name = unsafe X509_get_subject_name(certificate)
        guard unsafe X509_NAME_print_ex(text, name, 0, COPENSSL_XN_RFC2253) >= 0 else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(text))
        var count = 0
        unsafe BIO_read_ex(text, &bytes, bytes.count, &count)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
