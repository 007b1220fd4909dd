/// Writes responses in HTTP/1.1 form (RFC 9112 section 4) onto the end of a connection's bytes.
///
/// It owns what frames a message: Content-Length, Transfer-Encoding, Connection and Date come from
/// its arguments, and the caller's fields of these names are left out.
package enum HTTPResponseWriter {
    /// How the body's length is given.
    package enum Framing: Sendable, Hashable {
        /// A body of so many bytes; also the answer to HEAD, whose body is then not sent.
        case length(Int)
        /// Chunks; only for clients of HTTP/1.1.
        case chunked
        /// No body and no length: 1xx, 204, 304, or a body that ends with the connection.
        case none
    }

    /// Appends status line, fields and the empty line.
    ///
    /// - Parameters:
    ///   - date: The value of the Date field, kept by the caller who has a clock.
    ///   - keepsAlive: Whether the connection stays open; also said to a client of HTTP/1.0.
    package static func appendHead(
        _ status: HTTPStatus,
        _ fields: HTTPFields,
        framing: Framing,
        date: [UInt8],
        keepsAlive: Bool,
        version: HTTPVersion = .http11,
        to bytes: inout [UInt8]
    ) {
        appendStatusLine(status, to: &bytes)
        append("Date: ", to: &bytes)
        bytes.append(contentsOf: date)
        endLine(&bytes)
        for field in fields.all where !isOwned(field.name) {
            append(field.name, field.value, to: &bytes)
        }
        switch status.isBodiless ? .none : framing {
        case .length(let count):
            append("Content-Length: ", to: &bytes)
            appendDecimal(count, to: &bytes)
            endLine(&bytes)
        case .chunked:
            append("Transfer-Encoding: chunked\r\n", to: &bytes)
        case .none:
            break
        }
        switch (version, keepsAlive) {
        case (_, false): append("Connection: close\r\n", to: &bytes)
        case (.http10, true): append("Connection: keep-alive\r\n", to: &bytes)
        case (.http11, true): break
        }
        endLine(&bytes)
    }

    /// The interim answer that lets a waiting client send its body.
    package static let `continue`: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends one chunk; an empty one is skipped, as it would end the body.
    package static func appendChunk(_ data: Span<UInt8>, to bytes: inout [UInt8]) {
        if data.isEmpty { return }
        append(String(data.count, radix: 16), to: &bytes)
        endLine(&bytes)
        unsafe data.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        endLine(&bytes)
    }

    /// Appends what ends a chunked body.
    package static func appendLastChunk(
        trailers: HTTPFields = HTTPFields(),
        to bytes: inout [UInt8]
    ) {
        append("0\r\n", to: &bytes)
        for field in trailers.all where !isOwned(field.name) {
            append(field.name, field.value, to: &bytes)
        }
        endLine(&bytes)
    }
}

extension HTTPResponseWriter {
    private static func appendStatusLine(_ status: HTTPStatus, to bytes: inout [UInt8]) {
        append("HTTP/1.1 ", to: &bytes)
        appendDecimal(status.code, to: &bytes)
        bytes.append(ASCII.space)  // Stands even before an empty reason.
        append(status.reason, to: &bytes)
        endLine(&bytes)
    }

    private static func append(
        _ name: HTTPFieldName,
        _ value: String,
        to bytes: inout [UInt8]
    ) {
        append(name.spelling, to: &bytes)
        append(": ", to: &bytes)
        append(value, to: &bytes)
        endLine(&bytes)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8)
    }

    private static func appendDecimal(_ number: Int, to bytes: inout [UInt8]) {
        append(String(number), to: &bytes)
    }

    private static func endLine(_ bytes: inout [UInt8]) {
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }

    private static func isOwned(_ name: HTTPFieldName) -> Bool {
        name == .contentLength || name == .transferEncoding || name == .connection || name == .date
    }
}
