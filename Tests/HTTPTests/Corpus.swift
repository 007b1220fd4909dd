import HTTP
import Testing

/// A request that must be refused, and the reason.
struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let code: HTTPParseError.Code

    var testDescription: String { "\(code.rawValue): \(text.debugDescription)" }

    init(_ code: HTTPParseError.Code, _ text: String) {
        self.text = text
        self.code = code
    }

    /// A request that is fine but for `lines`, field lines each with its end.
    static func fields(_ code: HTTPParseError.Code, _ lines: String) -> Refusal {
        Refusal(code, "POST /a HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
    }

    /// A chunked request whose body is `body`.
    static func chunks(_ code: HTTPParseError.Code, _ body: String) -> Refusal {
        fields(code, "Transfer-Encoding: chunked\r\n\r\n\(body)")
    }
}

enum Corpus {
    static let good: [String] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/b%20c?x=1&y[]=2 HTTP/1.1\r\nhOsT: example.com:8080\r\nAccept:*/*\r\n\r\n",
        "GET http://other:80/x?y HTTP/1.1\r\nHost: ignored\r\n\r\n",
        "GET HTTPS://other HTTP/1.1\r\nHost: ignored\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET / HTTP/1.9\r\nHost: a\r\nConnection: foo, close\r\n\r\n",
        "PROPFIND-AND-MORE /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nX: \t padded \t \r\nEmpty:\r\nHigh: \u{e9}\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "5\r\nhello\r\n6;a=b;c=\"d e\"\r\n world\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "000a\r\n0123456789\r\n00\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n",
        // Pipelined.
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\n"
            + "abc\r\nGET /3 HTTP/1.1\r\nHost: c\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5 ;a=b\r\nhello\r\n6\t \t; a = b\r\n world\r\n0 ;c\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;a=\"\";b=\"\t\\\"\\\\;\u{e9}\";c\r\nhello\r\n"
            + "6;a\t=\t\"b\" ;!=#\r\n world\r\n0;a=\"0\\\t\"\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::ffff:192.0.2.1]\r\n\r\n"
            + "GET http://[1:22:333:4444:a:B:c:D]:80/ HTTP/1.1\r\nHost: [::]\r\n\r\n",
    ]

    static let requestLines: [Refusal] = [
        Refusal(.invalidMethod, " GET / HTTP/1.1\r\n"),
        Refusal(.invalidMethod, "\u{16}\u{3}\u{1}"),
        Refusal(.invalidMethod, "G(T / HTTP/1.1\r\n"),
        Refusal(.invalidMethod, "GET\t/ HTTP/1.1\r\n"),
        Refusal(.malformedRequestLine, "GET\r\n"),
        Refusal(.malformedRequestLine, "GET \r\n"),
        Refusal(.malformedRequestLine, "GET /\r\n"),
        Refusal(.malformedRequestLine, "\r\n\r\n\r\nGET / HTTP/1.1\r\n"),
        Refusal(.bareLineFeed, "\nGET / HTTP/1.1\r\n"),
        Refusal(.bareLineFeed, "GET / HTTP/1.1\n"),
        Refusal(.bareCarriageReturn, "GET\r/ HTTP/1.1\r\n"),
        Refusal(.bareCarriageReturn, "GET /\r HTTP/1.1\r\n"),
        Refusal(.malformedVersion, "GET /  HTTP/1.1\r\n"),
        Refusal(.malformedVersion, "GET / HTTP/1.1 \r\n"),
        Refusal(.malformedVersion, "GET / http/1.1\r\n"),
        Refusal(.malformedVersion, "GET / HTTP/1.10\r\n"),
        Refusal(.malformedVersion, "GET / HTTP/01.1\r\n"),
        Refusal(.malformedVersion, "GET / HTTP/1,1\r\n"),
        Refusal(.malformedVersion, "GET / HTTP/a.1\r\n"),
        Refusal(.malformedVersion, "GET / \r\n"),
        Refusal(.malformedVersion, "GET / HTTPS/1.1\r\n"),
        Refusal(.unsupportedVersion, "GET / HTTP/2.0\r\n"),
        Refusal(.unsupportedVersion, "PRI * HTTP/2.0\r\n"),
        Refusal(.unsupportedVersion, "GET / HTTP/0.9\r\n"),
    ]

    static let targets: [Refusal] =
        [
            "a", "*", "a.example:443", "ftp://a/", "http:///a", "http://", "http://u@a/",
            "http://a:0/",
            "http://a:65536/", "http://a:x/", "http://[::1/", "http://[a]/", "http://[1:2:3]/",
            "/#f", "/?#f",
            "/\u{1}", "/\u{7f}", "/\u{e9}", "/<", "/\"", "/\\", "/^", "/`", "/{", "/|", "/[", "/?<",
            "/%", "/%4", "/%4g", "/?%", "/?a%2",
        ].map { Refusal(.invalidTarget, "GET \($0) HTTP/1.1\r\n") }
        + [
            Refusal(.invalidTarget, "CONNECT / HTTP/1.1\r\n"),
            Refusal(.invalidTarget, "CONNECT a HTTP/1.1\r\n"),
            Refusal(.invalidTarget, "CONNECT a: HTTP/1.1\r\n"),
            Refusal(.invalidTarget, "CONNECT http://a:1/ HTTP/1.1\r\n"),
            Refusal(.invalidTarget, "POST * HTTP/1.1\r\n"),
        ]

    static let fields: [Refusal] = [
        .fields(.foldedField, "A: b\r\n c\r\n"),
        .fields(.foldedField, "A: b\r\n\tc\r\n"),
        Refusal(.foldedField, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        .fields(.spaceBeforeColon, "A : b\r\n"),
        .fields(.spaceBeforeColon, "A\t: b\r\n"),
        .fields(.invalidFieldName, ": b\r\n"),
        .fields(.invalidFieldName, "A\r\n"),
        .fields(.invalidFieldName, "A(: b\r\n"),
        .fields(.invalidFieldName, "\u{e9}: b\r\n"),
        .fields(.invalidFieldValue, "A: b\u{0}\r\n"),
        .fields(.invalidFieldValue, "A: \u{b}b\r\n"),
        .fields(.invalidFieldValue, "A: b\u{7f}\r\n"),
        .fields(.bareCarriageReturn, "A: b\rc\r\n"),
        .fields(.bareCarriageReturn, "A: b\r\r\n"),
        .fields(.bareCarriageReturn, "A\r: b\r\n"),
        .fields(.bareLineFeed, "A: b\n"),
        .fields(.bareLineFeed, "A: b\r\n\n"),
        Refusal(.missingHost, "GET / HTTP/1.1\r\n\r\n"),
        Refusal(.missingHost, "GET http://a/ HTTP/1.1\r\n\r\n"),
        .fields(.duplicateHost, "Host: a\r\n"),
        Refusal(.duplicateHost, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        .fields(.unknownExpectation, "Expect: more\r\n"),
    ]

    static let hosts: [Refusal] = [
        "", "a b", "a/b", "u@a", "a:x", "a:0", "a:65536", "a:1:2", "[::1", "[g::]",
        "[]", "a#", "a?", "%", "%4", "\u{e9}",
        // Impossible IPv6 addresses.
        "[::::::]", "[:::]", "[:]", "[.:.:.]", "[1:2:3]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]",
        "[1:2:3:4::5:6:7:8]", "[::12345]", "[:1::]", "[1::2:]", "[1:2:3:4:5:6:7:]", "[::1.2.3]",
        "[::1.2.3.4.5]", "[::1.2.3.256]", "[::1.2.3.04]", "[::1.2..4]", "[::1.2.3.]",
        "[::1.2.3.a]", "[::1.2.3.4:5]", "[1:2:3:4:5:6:7:1.2.3.4]", "[1.2.3.4]", "[::1%25lo]",
        "[::1]a", "[::\(String(repeating: "9", count: 40)).1.1.1]",
    ].map { Refusal(.invalidHost, "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n") }

    static let framing: [Refusal] = [
        .fields(.conflictingFraming, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        .fields(.conflictingFraming, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        .fields(.duplicateContentLength, "Content-Length: 5\r\nContent-Length: 5\r\n"),
        .fields(.duplicateContentLength, "Content-Length: 5\r\nContent-Length: 6\r\n"),
        .fields(.invalidContentLength, "Content-Length: 5, 5\r\n"),
        .fields(.invalidContentLength, "Content-Length: 5 5\r\n"),
        .fields(.invalidContentLength, "Content-Length: +5\r\n"),
        .fields(.invalidContentLength, "Content-Length: -5\r\n"),
        .fields(.invalidContentLength, "Content-Length: 0x5\r\n"),
        .fields(.invalidContentLength, "Content-Length: 5.0\r\n"),
        .fields(.invalidContentLength, "Content-Length:\r\n"),
        .fields(.bodyTooLarge, "Content-Length: 1048577\r\n"),
        .fields(.bodyTooLarge, "Content-Length: 99999999999999999999999\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: gzip\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: identity\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding:\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: chunked, chunked\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: chunked, gzip\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: chunked,\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: , chunked\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: xchunked\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: chunked;q=1\r\n"),
        .fields(.invalidTransferEncoding, "Transfer-Encoding: \"chunked\"\r\n"),
        .fields(
            .invalidTransferEncoding,
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
        ),
        .fields(.unsupportedTransferCoding, "Transfer-Encoding: gzip, chunked\r\n"),
        .fields(
            .unsupportedTransferCoding,
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
        ),
        Refusal(
            .invalidTransferEncoding,
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
    ]

    static let chunks: [Refusal] = [
        .chunks(.invalidChunkSize, "\r\n"),
        .chunks(.invalidChunkSize, "g\r\n"),
        .chunks(.invalidChunkSize, "+5\r\n"),
        .chunks(.invalidChunkSize, "-5\r\n"),
        .chunks(.invalidChunkSize, "0x5\r\n"),
        .chunks(.invalidChunkSize, " 5\r\n"),
        .chunks(.invalidChunkSize, "5 \r\nhello\r\n"),
        .chunks(.invalidChunkSize, "5\t\r\nhello\r\n"),
        .chunks(.invalidChunkSize, "5 \n"),
        .chunks(.invalidChunkSize, "5 5;a\r\n"),
        .chunks(.invalidChunkSize, " ;a\r\n"),
        .chunks(.invalidChunkExtension, "5\(String(repeating: " ", count: 2_000));\r\n"),
        .chunks(.invalidChunkSize, "5\n"),
        .chunks(.invalidChunkSize, "5\rh"),
        .chunks(.invalidChunkSize, "1_0\r\n"),
        .chunks(.invalidChunkSize, ";a\r\n"),
        .chunks(.invalidChunkSize, "0000000000000001\r\n"),
        .chunks(.invalidChunkSize, "ffffffffffffffffff\r\n"),
        .chunks(.bodyTooLarge, "100001\r\n"),
        .chunks(.bodyTooLarge, "7fffffffffffff\r\n"),
        .chunks(.invalidChunkExtension, "5;a\nb\r\n"),
        .chunks(.invalidChunkExtension, "5;a\u{0}\r\n"),
        .chunks(.invalidChunkExtension, "5;\(String(repeating: "a", count: 2_000))\r\n"),
        .chunks(.invalidChunkExtension, "5;\r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5; \r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5 ;\r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5;;a\r\n"),
        .chunks(.invalidChunkExtension, "5;a;\r\n"),
        .chunks(.invalidChunkExtension, "5;=b\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\r\n"),
        .chunks(.invalidChunkExtension, "5;a= \r\n"),
        .chunks(.invalidChunkExtension, "5;a=;b\r\n"),
        .chunks(.invalidChunkExtension, "5;a==b\r\n"),
        .chunks(.invalidChunkExtension, "5;a=b=c\r\n"),
        .chunks(.invalidChunkExtension, "5;a=b c\r\n"),
        .chunks(.invalidChunkExtension, "5;a b\r\n"),
        .chunks(.invalidChunkExtension, "5;a \r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5;a=b\t\r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\" \r\nhello\r\n"),
        .chunks(.invalidChunkExtension, "5;a,b\r\n"),
        .chunks(.invalidChunkExtension, "5;\"a\"\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\r\n0\r\n\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\\\"\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\\\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\"c\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"b\"\"c\"\r\n"),
        .chunks(.invalidChunkExtension, "5;a=b\"c\"\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"\u{7f}\"\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\"\\\u{0}\"\r\n"),
        .chunks(.invalidChunkExtension, "5;\u{e9}\r\n"),
        .chunks(.invalidChunkExtension, "5;a=\u{e9}\r\n"),
        .chunks(.invalidChunkExtension, "0;\r\n\r\n"),
        .chunks(.invalidChunkEnd, "5\r\nhello!\r\n"),
        .chunks(.invalidChunkEnd, "5\r\nhello\n"),
        .chunks(.invalidChunkEnd, "5\r\nhello\r0"),
        .chunks(.bareLineFeed, "0\r\n\n"),
        .chunks(.bareLineFeed, "0\r\nA: b\n\r\n"),
        .chunks(.foldedField, "0\r\nA: b\r\n c\r\n\r\n"),
        .chunks(.spaceBeforeColon, "0\r\nA : b\r\n\r\n"),
        .chunks(.bareCarriageReturn, "0\r\nA: b\rc\r\n\r\n"),
        .chunks(.forbiddenTrailer, "0\r\nContent-Length: 5\r\n\r\n"),
        .chunks(.forbiddenTrailer, "0\r\ntransfer-encoding: chunked\r\n\r\n"),
        .chunks(.forbiddenTrailer, "0\r\nHost: b\r\n\r\n"),
        .chunks(.forbiddenTrailer, "0\r\nAuthorization: b\r\n\r\n"),
        .chunks(.trailersTooLarge, "0\r\nA: \(String(repeating: "b", count: 5_000))\r\n\r\n"),
    ]

    static let bad = requestLines + targets + fields + hosts + framing + chunks
}
