/// A request that RFC 9112 lets a recipient refuse, and how ours does.
package struct BrokenRequest: Sendable {
    package let name: String
    package let request: String
    package let status: Int
    /// The server's own word for it.
    package let code: String

    init(_ name: String, _ request: String, _ status: Int, _ code: String) {
        self.name = name
        self.request = request
        self.status = status
        self.code = code
    }

    package static let get = "GET / HTTP/1.1\r\nHost: h\r\n"
    package static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    static let lines: [BrokenRequest] = [
        .init(
            "bare LF after the request line",
            "GET / HTTP/1.1\nHost: h\r\n\r\n",
            400,
            "bare_line_feed"
        ),
        .init("bare LF after a field", get + "A: b\n\r\n", 400, "bare_line_feed"),
        .init("bare LF at the end", get + "\n", 400, "bare_line_feed"),
        .init("bare CR in a value", get + "A: b\rc\r\n\r\n", 400, "bare_carriage_return"),
        .init(
            "bare CR in the target",
            "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "bare_carriage_return"
        ),
        .init("NUL in a value", get + "A: b\0c\r\n\r\n", 400, "invalid_field_value"),
        .init("control byte in a value", get + "A: b\u{1}\r\n\r\n", 400, "invalid_field_value"),
        .init("DEL in a value", get + "A: \u{7F}\r\n\r\n", 400, "invalid_field_value"),
        .init("obs-fold", get + "A: b\r\n c\r\n\r\n", 400, "folded_field"),
        .init("obs-fold with a tab", get + "A: b\r\n\tc\r\n\r\n", 400, "folded_field"),
        .init(
            "white space before the first field",
            "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
            400,
            "folded_field"
        ),
        .init("space before the colon", get + "A : b\r\n\r\n", 400, "space_before_colon"),
        .init("tab before the colon", get + "A\t: b\r\n\r\n", 400, "space_before_colon"),
        .init("no colon", get + "A\r\n\r\n", 400, "invalid_field_name"),
        .init("empty name", get + ": b\r\n\r\n", 400, "invalid_field_name"),
        .init("name that is no token", get + "A(: b\r\n\r\n", 400, "invalid_field_name"),
        .init("NUL in a name", get + "A\0: b\r\n\r\n", 400, "invalid_field_name"),
        .init("name beyond ASCII", get + "é: b\r\n\r\n", 400, "invalid_field_name"),
    ]

    static let requestLines: [BrokenRequest] = [
        .init("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "malformed_version"),
        .init("space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400, "malformed_version"),
        .init("tab between", "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_method"),
        .init("no version", "GET /\r\nHost: h\r\n\r\n", 400, "malformed_request_line"),
        .init(
            "method that is no token",
            "G<T / HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_method"
        ),
        .init("a TLS hello", "\u{16}\u{3}\u{1}\u{2}", 400, "invalid_method"),
        .init("leading white space", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_method"),
        .init("target without slash", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init("star without OPTIONS", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init("fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init("target beyond ASCII", "GET /é HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init("broken escape", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init(
            "absolute without host",
            "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        .init(
            "user information",
            "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        .init("other scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        .init(
            "CONNECT without port",
            "CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        .init("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "unsupported_version"),
        .init(
            "HTTP/0.9 version",
            "GET / HTTP/0.9\r\nHost: h\r\n\r\n",
            505,
            "unsupported_version"
        ),
        .init(
            "lower-case version",
            "GET / http/1.1\r\nHost: h\r\n\r\n",
            400,
            "malformed_version"
        ),
        .init(
            "version of two digits",
            "GET / HTTP/1.10\r\nHost: h\r\n\r\n",
            400,
            "malformed_version"
        ),
    ]

    static let hosts: [BrokenRequest] = [
        .init("no host", "GET / HTTP/1.1\r\n\r\n", 400, "missing_host"),
        .init("two hosts", get + "Host: h\r\n\r\n", 400, "duplicate_host"),
        .init(
            "two hosts in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
            400,
            "duplicate_host"
        ),
        .init("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "invalid_host"),
        .init("host with a path", "GET / HTTP/1.1\r\nHost: h/a\r\n\r\n", 400, "invalid_host"),
        .init("host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "invalid_host"),
        .init("host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "invalid_host"),
        .init(
            "host that is no IPv6 address",
            "GET / HTTP/1.1\r\nHost: [1:2:3]\r\n\r\n",
            400,
            "invalid_host"
        ),
        .init("port too high", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n", 400, "invalid_host"),
        .init("unknown expectation", get + "Expect: more\r\n\r\n", 417, "unknown_expectation"),
    ]

    static let framing: [BrokenRequest] = [
        .init(
            "CL and TE",
            post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "conflicting_framing"
        ),
        .init(
            "TE and CL",
            post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            400,
            "conflicting_framing"
        ),
        .init(
            "two equal lengths",
            post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            400,
            "duplicate_content_length"
        ),
        .init(
            "two lengths",
            post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            400,
            "duplicate_content_length"
        ),
        .init(
            "length list",
            post + "Content-Length: 5, 5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "negative length",
            post + "Content-Length: -5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "signed length",
            post + "Content-Length: +5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "hexadecimal length",
            post + "Content-Length: 0x5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "empty length",
            post + "Content-Length: \r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "length with a space",
            post + "Content-Length: 1 0\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        .init(
            "length beyond 64 bits",
            post + "Content-Length: 18446744073709551621\r\n\r\nhello",
            413,
            "body_too_large"
        ),
        .init(
            "TE identity",
            post + "Transfer-Encoding: identity\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        .init(
            "TE gzip before chunked",
            post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            501,
            "unsupported_transfer_coding"
        ),
        .init(
            "TE chunked not last",
            post + "Transfer-Encoding: chunked, gzip\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        .init(
            "TE chunked twice",
            post + "Transfer-Encoding: chunked, chunked\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        .init(
            "TE chunked in two lines",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        .init(
            "TE with a vertical tab",
            post + "Transfer-Encoding: \u{B}chunked\r\n\r\n",
            400,
            "invalid_field_value"
        ),
        .init(
            "TE with a parameter",
            post + "Transfer-Encoding: chunked;q=1\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        .init("TE empty", post + "Transfer-Encoding:\r\n\r\n", 400, "invalid_transfer_encoding"),
        .init(
            "TE in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
    ]

    static let chunks: [BrokenRequest] = [
        .init("size that is not hexadecimal", chunked + "g\r\n", 400, "invalid_chunk_size"),
        .init("size with 0x", chunked + "0x5\r\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        .init("negative size", chunked + "-1\r\n", 400, "invalid_chunk_size"),
        .init("signed size", chunked + "+5\r\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        .init("empty size", chunked + "\r\n", 400, "invalid_chunk_size"),
        .init(
            "size with a space",
            chunked + "5 \r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        .init(
            "size with a leading space",
            chunked + " 5\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        .init(
            "size of 17 digits",
            chunked + "00000000000000005\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        .init("size beyond the limit", chunked + "ffffffff\r\n", 413, "body_too_large"),
        .init("LF after the size", chunked + "5\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        .init(
            "CR alone after the size",
            chunked + "5\rhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        .init(
            "LF in an extension",
            chunked + "5;a\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_extension"
        ),
        .init(
            "extension without a name",
            chunked + "5;\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_extension"
        ),
        .init(
            "extension whose quote stays open",
            chunked + "5;a=\"b\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_extension"
        ),
        .init(
            "data longer than its size",
            chunked + "5\r\nhello!\r\n0\r\n\r\n",
            400,
            "invalid_chunk_end"
        ),
        .init("LF after the data", chunked + "5\r\nhello\n0\r\n\r\n", 400, "invalid_chunk_end"),
        .init("LF in a trailer", chunked + "0\r\nA: b\n\r\n", 400, "bare_line_feed"),
        .init(
            "framing in a trailer",
            chunked + "0\r\nContent-Length: 5\r\n\r\n",
            400,
            "forbidden_trailer"
        ),
        .init("trailer without colon", chunked + "0\r\nA\r\n\r\n", 400, "invalid_field_name"),
    ]
}

extension BrokenRequest {
    package enum Group: CaseIterable, Sendable {
        case lines
        case requestLines
        case hosts
        case framing
        case chunks

        package var requests: [BrokenRequest] {
            switch self {
            case .lines: BrokenRequest.lines
            case .requestLines: BrokenRequest.requestLines
            case .hosts: BrokenRequest.hosts
            case .framing: BrokenRequest.framing
            case .chunks: BrokenRequest.chunks
            }
        }
    }
}
