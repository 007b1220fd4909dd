internal import COpenSSL

/// Why a TLS context could not be made or a session ended.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The certificate chain cannot be read.
        case certificate
        /// The private key cannot be read or does not belong to the certificate.
        case privateKey = "private_key"
        /// The file of certificate authorities cannot be read.
        case authorities
        /// The peers did not agree, or the peer's certificate is not trusted.
        case handshake
        /// The library failed for a reason of its own.
        case library
    }

    package let code: Code
    /// The library's reason; names no secret.
    package let message: String

    /// An error with the reason that the library queued last.
    init(_ code: Code, fallback: String) {
        self.code = code
        var reasons: [String] = []
        while case let number = ERR_get_error(), number != 0 {
            var text = [CChar](repeating: 0, count: 256)
            unsafe ERR_error_string_n(number, &text, text.count)
            let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            reasons.append(String(decoding: bytes, as: UTF8.self))
        }
        message = reasons.last ?? fallback
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
