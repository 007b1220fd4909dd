import HTTP
import TestKit
import Testing

@Suite struct ResponseWriterTests {
    private func head(
        _ status: HTTPStatus = .ok,
        _ fields: HTTPFields = HTTPFields(),
        framing: HTTPResponseWriter.Framing = .length(5),
        keepsAlive: Bool = true,
        version: HTTPVersion = .http11
    ) -> String {
        var bytes = Array("before".utf8)
        HTTPResponseWriter.appendHead(
            status,
            fields,
            framing: framing,
            date: Array("D".utf8),
            keepsAlive: keepsAlive,
            version: version,
            to: &bytes
        )
        return String(decoding: bytes.dropFirst(6), as: UTF8.self)
    }

    @Test func `a head has status, date, fields, length and an empty line`() {
        #expect(
            head(.created, ["Content-Type": "text/plain", "X": "é"])
                == "HTTP/1.1 201 Created\r\nDate: D\r\nContent-Type: text/plain\r\nX: é\r\n"
                + "Content-Length: 5\r\n\r\n"
        )
        #expect(head(HTTPStatus(299), framing: .length(0)).hasPrefix("HTTP/1.1 299 \r\n"))
    }

    @Test func `nobody but the writer frames the message`() {
        let fields: HTTPFields = [
            "content-length": "9", "Transfer-Encoding": "gzip", "CONNECTION": "upgrade",
            "Date": "never",
        ]
        #expect(head(.ok, fields) == head(.ok))
    }

    @Test func `a bodiless status has no length, whatever is asked`() {
        for status in [HTTPStatus.noContent, .notModified, HTTPStatus(103)] {
            #expect(!head(status).contains("Content-Length"))
            #expect(!head(status, framing: .chunked).contains("chunked"))
        }
    }

    @Test func `persistence is said where it is not understood`() {
        #expect(!head().contains("Connection"))
        #expect(head(keepsAlive: false).contains("Connection: close\r\n"))
        #expect(head(version: .http10).contains("Connection: keep-alive\r\n"))
        #expect(head(keepsAlive: false, version: .http10).contains("Connection: close\r\n"))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `what is written in chunks is read as it was`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let chunks = (0..<random.next() % 8).map { _ in
            (0..<random.next() % 300).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        var bytes: [UInt8] = []
        for chunk in chunks { HTTPResponseWriter.appendChunk(chunk.span, to: &bytes) }
        HTTPResponseWriter.appendLastChunk(trailers: ["X-Sum": "1"], to: &bytes)
        let rest: [UInt8] = [1, 2, 3]
        var decoder = HTTPBodyDecoder(.chunked)
        var body: [UInt8] = []
        var pending = bytes + rest
        while true {
            let step = try decoder.decode(pending.span)
            if case .data(let range) = step.outcome { body += pending[range] }
            pending.removeFirst(step.consumed)
            if step.outcome == .complete { break }
        }
        #expect(body == Array(chunks.joined()) && pending == rest)
        #expect(decoder.trailers["x-sum"] == "1")
    }
}

@Suite struct HTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)]
    )
    func `a date is written in the preferred format`(seconds: Int64, text: String) {
        #expect(HTTPDate.bytes(secondsSince1970: seconds) == Array(text.utf8))
    }
}
