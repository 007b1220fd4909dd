internal import COpenSSL
internal import Glibc
internal import Reactor

/// A client under TLS 1.3 that speaks below HTTP: it renews its keys (RFC 8446 section 4.6.3) as
/// often as it is told to. It trusts every server.
@safe package final class RenewingClient {
    private let descriptor: Descriptor
    private let context: OpaquePointer
    private let handle: OpaquePointer
    /// Owned by `handle`.
    private let arriving: OpaquePointer
    private let leaving: OpaquePointer

    package init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = try WireClient.connect(to: port, receiveBuffer)
        guard let context = unsafe SSL_CTX_new(TLS_client_method()),
            let handle = unsafe SSL_new(context),
            let arriving = unsafe BIO_new(BIO_s_mem()),
            let leaving = unsafe BIO_new(BIO_s_mem())
        else { throw WireClient.Unexpected() }
        unsafe self.context = context
        unsafe self.handle = handle
        unsafe self.arriving = arriving
        unsafe self.leaving = leaving
        unsafe SSL_set_bio(handle, arriving, leaving)
        unsafe SSL_set_connect_state(handle)
        while unsafe SSL_do_handshake(handle) != 1 {
            guard flush(), admit() else { throw WireClient.Unexpected() }
        }
        guard flush() else { throw WireClient.Unexpected() }
    }

    deinit {
        unsafe SSL_free(handle)
        unsafe SSL_CTX_free(context)
    }

    /// Renews its keys; false when the server takes no more.
    ///
    /// - Parameter asking: whether the server is to renew its own each time.
    package func renewKeys(times: Int, asking: Bool) -> Bool {
        let kind = asking ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED
        for time in 1...times {
            guard unsafe SSL_key_update(handle, kind) == 1,
                unsafe SSL_do_handshake(handle) == 1
            else { return false }
            if time % 500 == 0 || time == times, !flush() { return false }
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard unsafe SSL_write(handle, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            return false
        }
        return flush()
    }

    /// The next piece of plain text; empty at the end.
    package func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = unsafe SSL_read(handle, &buffer, Int32(buffer.count))
            if count > 0 { return String(decoding: buffer[..<Int(count)], as: UTF8.self) }
            guard unsafe SSL_get_error(handle, count) == SSL_ERROR_WANT_READ, admit() else {
                return ""
            }
        }
    }

    /// Whether the server ends the connection; false when it is still open when the time is up.
    package func isCut() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            switch descriptor.receive(into: &buffer, at: 0..<buffer.count) {
            case .done(0), .failed: return true
            case .done: continue
            case .wouldBlock: return false
            }
        }
    }

    /// Takes in what the server has sent.
    private func admit() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        guard case .done(let count) = descriptor.receive(into: &buffer, at: 0..<buffer.count),
            count > 0
        else { return false }
        return unsafe BIO_write(arriving, buffer, Int32(count)) == Int32(count)
    }

    /// Sends what is to be sent; false when the server does not take it.
    private func flush() -> Bool {
        var buffer = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(leaving))
        guard !buffer.isEmpty else { return true }
        _ = unsafe BIO_read(leaving, &buffer, Int32(buffer.count))
        var start = 0
        while start < buffer.count {
            guard case .done(let count) = descriptor.send(buffer, at: start..<buffer.count) else {
                return false
            }
            start += count
        }
        return true
    }
}
