/// The protocol version a request is answered in; later minors of major 1 count as 1.1.
package enum HTTPVersion: Sendable, Hashable {
    case http10
    case http11
}

/// How the length of a request's body is known (RFC 9112 section 6.3).
package enum HTTPFraming: Sendable, Hashable {
    case none
    case length(Int)
    case chunked
}

/// Line and fields of one request as places in the connection's buffer.
///
/// All ranges count from the start of the window that the parser was given; whoever asks for text
/// passes the same bytes again. Nothing is copied until then.
package struct HTTPRequestHead: Sendable, Hashable {
    /// The four forms of a request target (RFC 9112 section 3.2).
    package enum TargetForm: Sendable, Hashable {
        case origin
        case absolute
        case authority
        case asterisk
    }

    /// The places of one field line.
    package struct Field: Sendable, Hashable {
        let nameStart: UInt32
        let nameEnd: UInt32
        let valueStart: UInt32
        let valueEnd: UInt32

        package var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        package var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    package internal(set) var method = HTTPMethod.get
    package internal(set) var version = HTTPVersion.http11
    package internal(set) var targetForm = TargetForm.origin
    /// The path, undecoded; empty when the target is absolute and has none, or is an authority.
    package internal(set) var path = 0..<0
    /// What follows `?`, undecoded.
    package internal(set) var query: Range<Int>?
    /// Host and port: from the target when it has them, which then overrule the Host field
    /// (RFC 9112 section 3.2.2).
    package internal(set) var authority: Range<Int>?
    package internal(set) var framing = HTTPFraming.none
    /// Whether the client lets the connection stay open after the response.
    package internal(set) var keepsAlive = true
    /// Whether the client waits for `100 Continue` before it sends the body.
    package internal(set) var expectsContinue = false
    package internal(set) var fields: [Field] = []
    /// Bytes of the window that the head takes, its empty line included. The body begins there.
    package internal(set) var byteCount = 0
}

extension HTTPRequestHead {
    /// The path as it was sent, `/` for an absolute target without one, `*` for an asterisk.
    package func path(in window: Span<UInt8>) -> String {
        path.isEmpty ? "/" : window.text(path)
    }

    package func query(in window: Span<UInt8>) -> String? {
        query.map { window.text($0) }
    }

    package func authority(in window: Span<UInt8>) -> String? {
        authority.map { window.text($0) }
    }

    /// The first value of `name`, outer white space removed.
    package func value(of name: HTTPFieldName, in window: Span<UInt8>) -> String? {
        for field in fields where window.names(name, in: field.name) {
            return window.text(field.value)
        }
        return nil
    }

    /// All fields as values that outlive the window.
    package func fields(in window: Span<UInt8>) -> HTTPFields {
        var result = HTTPFields()
        for field in fields {
            let name = HTTPFieldName(token: window.text(field.name))
            result.append(parsed: name, window.text(field.value))
        }
        return result
    }
}
