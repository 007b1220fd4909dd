import Testing

/// A request that must be refused, and how.
struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let status: Int
    let code: String

    init(_ name: String, _ request: String, _ status: Int, _ code: String) {
        self.name = name
        self.request = request
        self.status = status
        self.code = code
    }

    var testDescription: String { name }

    static let get = "GET / HTTP/1.1\r\nHost: h\r\n"
    static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    static let lines: [Refusal] = [
        Refusal(
            "bare LF after the request line",
            "GET / HTTP/1.1\nHost: h\r\n\r\n",
            400,
            "bare_line_feed"
        ),
        Refusal("bare LF after a field", get + "A: b\n\r\n", 400, "bare_line_feed"),
        Refusal("bare LF at the end", get + "\n", 400, "bare_line_feed"),
        Refusal("bare CR in a value", get + "A: b\rc\r\n\r\n", 400, "bare_carriage_return"),
        Refusal(
            "bare CR in the target",
            "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "bare_carriage_return"
        ),
        Refusal("NUL in a value", get + "A: b\0c\r\n\r\n", 400, "invalid_field_value"),
        Refusal("control byte in a value", get + "A: b\u{1}\r\n\r\n", 400, "invalid_field_value"),
        Refusal("DEL in a value", get + "A: \u{7F}\r\n\r\n", 400, "invalid_field_value"),
        Refusal("obs-fold", get + "A: b\r\n c\r\n\r\n", 400, "folded_field"),
        Refusal("obs-fold with a tab", get + "A: b\r\n\tc\r\n\r\n", 400, "folded_field"),
        Refusal(
            "white space before the first field",
            "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
            400,
            "folded_field"
        ),
        Refusal("space before the colon", get + "A : b\r\n\r\n", 400, "space_before_colon"),
        Refusal("tab before the colon", get + "A\t: b\r\n\r\n", 400, "space_before_colon"),
        Refusal("no colon", get + "A\r\n\r\n", 400, "invalid_field_name"),
        Refusal("empty name", get + ": b\r\n\r\n", 400, "invalid_field_name"),
        Refusal("name that is no token", get + "A(: b\r\n\r\n", 400, "invalid_field_name"),
        Refusal("NUL in a name", get + "A\0: b\r\n\r\n", 400, "invalid_field_name"),
        Refusal("name beyond ASCII", get + "é: b\r\n\r\n", 400, "invalid_field_name"),
    ]

    static let requestLines: [Refusal] = [
        Refusal("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "malformed_version"),
        Refusal("space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400, "malformed_version"),
        Refusal("tab between", "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_method"),
        Refusal("no version", "GET /\r\nHost: h\r\n\r\n", 400, "malformed_request_line"),
        Refusal(
            "method that is no token",
            "G<T / HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_method"
        ),
        Refusal("a TLS hello", "\u{16}\u{3}\u{1}\u{2}", 400, "invalid_method"),
        Refusal("leading white space", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_method"),
        Refusal("target without slash", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal("star without OPTIONS", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal("fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal("target beyond ASCII", "GET /é HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal("broken escape", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal(
            "absolute without host",
            "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        Refusal(
            "user information",
            "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        Refusal("other scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid_target"),
        Refusal(
            "CONNECT without port",
            "CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n",
            400,
            "invalid_target"
        ),
        Refusal("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "unsupported_version"),
        Refusal(
            "HTTP/0.9 version",
            "GET / HTTP/0.9\r\nHost: h\r\n\r\n",
            505,
            "unsupported_version"
        ),
        Refusal(
            "lower-case version",
            "GET / http/1.1\r\nHost: h\r\n\r\n",
            400,
            "malformed_version"
        ),
        Refusal(
            "version of two digits",
            "GET / HTTP/1.10\r\nHost: h\r\n\r\n",
            400,
            "malformed_version"
        ),
    ]

    static let hosts: [Refusal] = [
        Refusal("no host", "GET / HTTP/1.1\r\n\r\n", 400, "missing_host"),
        Refusal("two hosts", get + "Host: h\r\n\r\n", 400, "duplicate_host"),
        Refusal(
            "two hosts in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
            400,
            "duplicate_host"
        ),
        Refusal("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "invalid_host"),
        Refusal("host with a path", "GET / HTTP/1.1\r\nHost: h/a\r\n\r\n", 400, "invalid_host"),
        Refusal("host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "invalid_host"),
        Refusal("host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "invalid_host"),
        Refusal("port too high", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n", 400, "invalid_host"),
        Refusal("unknown expectation", get + "Expect: more\r\n\r\n", 417, "unknown_expectation"),
    ]

    static let framing: [Refusal] = [
        Refusal(
            "CL and TE",
            post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "conflicting_framing"
        ),
        Refusal(
            "TE and CL",
            post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            400,
            "conflicting_framing"
        ),
        Refusal(
            "two equal lengths",
            post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            400,
            "duplicate_content_length"
        ),
        Refusal(
            "two lengths",
            post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            400,
            "duplicate_content_length"
        ),
        Refusal(
            "length list",
            post + "Content-Length: 5, 5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "negative length",
            post + "Content-Length: -5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "signed length",
            post + "Content-Length: +5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "hexadecimal length",
            post + "Content-Length: 0x5\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "empty length",
            post + "Content-Length: \r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "length with a space",
            post + "Content-Length: 1 0\r\n\r\nhello",
            400,
            "invalid_content_length"
        ),
        Refusal(
            "length beyond 64 bits",
            post + "Content-Length: 18446744073709551621\r\n\r\nhello",
            413,
            "body_too_large"
        ),
        Refusal(
            "TE identity",
            post + "Transfer-Encoding: identity\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        Refusal(
            "TE gzip before chunked",
            post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            501,
            "unsupported_transfer_coding"
        ),
        Refusal(
            "TE chunked not last",
            post + "Transfer-Encoding: chunked, gzip\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        Refusal(
            "TE chunked twice",
            post + "Transfer-Encoding: chunked, chunked\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        Refusal(
            "TE chunked in two lines",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        Refusal(
            "TE with a vertical tab",
            post + "Transfer-Encoding: \u{B}chunked\r\n\r\n",
            400,
            "invalid_field_value"
        ),
        Refusal(
            "TE with a parameter",
            post + "Transfer-Encoding: chunked;q=1\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
        Refusal("TE empty", post + "Transfer-Encoding:\r\n\r\n", 400, "invalid_transfer_encoding"),
        Refusal(
            "TE in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "invalid_transfer_encoding"
        ),
    ]

    static let chunks: [Refusal] = [
        Refusal("size that is not hexadecimal", chunked + "g\r\n", 400, "invalid_chunk_size"),
        Refusal("size with 0x", chunked + "0x5\r\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        Refusal("negative size", chunked + "-1\r\n", 400, "invalid_chunk_size"),
        Refusal("signed size", chunked + "+5\r\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        Refusal("empty size", chunked + "\r\n", 400, "invalid_chunk_size"),
        Refusal(
            "size with a space",
            chunked + "5 \r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        Refusal(
            "size with a leading space",
            chunked + " 5\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        Refusal(
            "size of 17 digits",
            chunked + "00000000000000005\r\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        Refusal("size beyond the limit", chunked + "ffffffff\r\n", 413, "body_too_large"),
        Refusal("LF after the size", chunked + "5\nhello\r\n0\r\n\r\n", 400, "invalid_chunk_size"),
        Refusal(
            "CR alone after the size",
            chunked + "5\rhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_size"
        ),
        Refusal(
            "LF in an extension",
            chunked + "5;a\nhello\r\n0\r\n\r\n",
            400,
            "invalid_chunk_extension"
        ),
        Refusal(
            "data longer than its size",
            chunked + "5\r\nhello!\r\n0\r\n\r\n",
            400,
            "invalid_chunk_end"
        ),
        Refusal("LF after the data", chunked + "5\r\nhello\n0\r\n\r\n", 400, "invalid_chunk_end"),
        Refusal("LF in a trailer", chunked + "0\r\nA: b\n\r\n", 400, "bare_line_feed"),
        Refusal(
            "framing in a trailer",
            chunked + "0\r\nContent-Length: 5\r\n\r\n",
            400,
            "forbidden_trailer"
        ),
        Refusal("trailer without colon", chunked + "0\r\nA\r\n\r\n", 400, "invalid_field_name"),
    ]
}

enum RefusalGroup: CaseIterable {
    case lines
    case requestLines
    case hosts
    case framing
    case chunks

    var refusals: [Refusal] {
        switch self {
        case .lines: Refusal.lines
        case .requestLines: Refusal.requestLines
        case .hosts: Refusal.hosts
        case .framing: Refusal.framing
        case .chunks: Refusal.chunks
        }
    }
}
