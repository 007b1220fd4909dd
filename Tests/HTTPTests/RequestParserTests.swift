import TestKit
import Testing

@testable import HTTP

@Suite struct RequestParserTests {
    @Test(arguments: Corpus.good)
    func `a good stream reads the same however it is split in two`(text: String) {
        let bytes = Array(text.utf8)
        let whole = Reading([bytes])
        #expect(whole.refusal == nil && !whole.requests.isEmpty && !whole.isInsideRequest)
        for split in 1..<bytes.count {
            #expect(Reading([Array(bytes[..<split]), Array(bytes[split...])]) == whole)
        }
        #expect(Reading(bytes.map { [$0] }) == whole)
    }

    @Test(arguments: Corpus.bad)
    func `a bad stream is refused for the same reason however it is split`(refusal: Refusal) {
        let bytes = Array(refusal.text.utf8)
        #expect(Reading([bytes]).refusal == refusal.code)
        for split in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 256)) {
            let reading = Reading([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(reading.refusal == refusal.code)
        }
        #expect(Reading(bytes.map { [$0] }).refusal == refusal.code)
    }

    @Test(arguments: Corpus.good)
    func `a stream that ends early is neither a request nor an error`(text: String) {
        let bytes = Array(text.utf8)
        let whole = Reading([bytes])
        for end in 0..<bytes.count {
            let reading = Reading([Array(bytes[..<end])])
            #expect(reading.refusal == nil)
            #expect(reading != whole || !bytes[end...].contains { $0 != 0x0D && $0 != 0x0A })
        }
    }
}

extension RequestParserTests {
    @Test func `the parts of a request are read as they stand`() throws {
        let request = try #require(Reading(Corpus.good[2]).requests.first)
        #expect(request.line == "GET /a/b%20c?x=1&y[]=2 origin example.com:8080 http11")
        #expect(request.fields["Host"] == "example.com:8080")
        #expect(request.fields["accept"] == "*/*")
    }

    @Test func `an absolute target overrules the host field`() {
        #expect(
            Reading(Corpus.good[3]).requests.first?.line == "GET /x?y absolute other:80 http11"
        )
        #expect(Reading(Corpus.good[4]).requests.first?.line == "GET / absolute other http11")
    }

    @Test func `values lose outer white space only`() {
        let fields = Reading(Corpus.good[14]).requests.first?.fields
        #expect(fields?["X"] == "padded")
        #expect(fields?["Empty"]?.isEmpty == true)
        #expect(fields?["High"] == "\u{e9}")
    }

    @Test func `chunks become one body and trailers stay apart from the fields`() {
        #expect(Reading(Corpus.good[15]).requests.first?.body == Array("hello world".utf8))
        #expect(Reading(Corpus.good[18]).requests.first?.body == Array("hello world".utf8))
        #expect(Reading(Corpus.good[19]).requests.first?.body == Array("hello world".utf8))
        let request = Reading(Corpus.good[16]).requests.first
        #expect(request?.trailers.values("x-sum") == ["1", "2"])
        #expect(request?.fields["x-sum"] == nil)
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: a\r\n", true), ("HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", false),
        ("HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, CLOSE\r\n", false),
        ("HTTP/1.0\r\n", false),
        ("HTTP/1.0\r\nConnection: keep-alive\r\n", true),
        ("HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n", false),
    ])
    func `persistence follows version and connection options`(lines: String, keepsAlive: Bool) {
        #expect(Reading("GET / \(lines)\r\n").requests.first?.keepsAlive == keepsAlive)
    }

    @Test func `only a client of HTTP 1_1 with a body waits to continue`() {
        #expect(Reading(Corpus.good[13]).requests.first?.expectsContinue == true)
        let old = "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
        #expect(Reading(old).requests.first?.expectsContinue == false)
        let empty = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"
        #expect(Reading(empty).requests.first?.expectsContinue == false)
    }

    @Test(arguments: [
        "[::]", "[::1]", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]",
        "[1::3:4:5:6:7:8]", "[fe80::aBcD]:443", "[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5::1.2.3.4]",
        "[::1.2.3.4]:", "[64:ff9b::255.0.10.199]:1",
    ])
    func `an IPv6 address is a host however it is written`(host: String) {
        let reading = Reading("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(reading.requests.first?.line == "GET / origin \(host) http11")
    }

    @Test(
        arguments: [
            ("HEAD / HTTP/1.1\r\n\r\n", true), ("\r\nHEAD / HTTP/1.1\r\n\r\n", true),
            ("HEAD /\r\n", true), ("HEAD # HTTP/1.1\r\n", true), ("HEAD / HTTP/2.0\r\n", true),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n", true),
            ("HEAD /\(String(repeating: "a", count: 9_000))", true),
            (Corpus.good[0] + "HEAD / HTTP/1.1\r\n\r\n", true),
            ("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n", false),
            ("GET / HTTP/1.1\r\n\r\n", false), ("HEADS / HTTP/1.1\r\n\r\n", false),
            ("head / HTTP/1.1\r\n\r\n", false), ("HEAD\r\n", false),
            ("GET / HTTP/1.1\r\nHEAD / HTTP/1.1\r\n", false),
        ]
    )
    func `a refused request is known to ask for a head alone`(text: String, isHead: Bool) {
        let bytes = Array(text.utf8)
        let whole = Reading([bytes])
        #expect(whole.refusal != nil && whole.isHead == isHead)
        #expect(Reading(bytes.map { [$0] }) == whole)
    }

    @Test func `a refused parser stays refused`() throws {
        var parser = HTTPRequestParser()
        let bad = Array("GET / HTTP/1.1\n".utf8)
        let good = Array(Corpus.good[0].utf8)
        #expect(throws: HTTPParseError.self) { try parser.parse(bad.span) }
        #expect(throws: HTTPParseError.self) { try parser.parse(good.span) }
    }

    @Test func `the next request begins where the body ended`() {
        let lines = Reading(Corpus.good[17]).requests.map(\.line)
        #expect(lines.map { $0.prefix(7) } == ["GET /1 ", "POST /2", "GET /3 "])
    }
}

@Suite struct LimitTests {
    private let limits = HTTPLimits(
        requestLineBytes: 20,
        headerBytes: 40,
        fieldCount: 3,
        bodyBytes: 10,
        chunkExtensionBytes: 4,
        trailerBytes: 10,
        leadingEmptyLines: 1
    )

    /// Reads `text` whole and byte by byte; both must agree.
    private func refusal(_ text: String) -> HTTPParseError.Code? {
        let bytes = Array(text.utf8)
        let whole = Reading([bytes], limits: limits)
        #expect(Reading(bytes.map { [$0] }, limits: limits) == whole)
        return whole.refusal
    }

    @Test func `a request line of exactly the limit passes`() {
        let end = " HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(refusal("GET /" + String(repeating: "a", count: 6) + end) == nil)
        #expect(
            refusal("GET /" + String(repeating: "a", count: 7) + end) == .requestLineTooLong
        )
        #expect(refusal(String(repeating: "A", count: 100)) == .requestLineTooLong)
    }

    @Test func `header fields of exactly the limit pass`() {
        // 40 bytes: Host 9, empty line 2, so 29 for the second line.
        let start = "GET / HTTP/1.1\r\nHost: a\r\nA: "
        #expect(refusal(start + String(repeating: "b", count: 24) + "\r\n\r\n") == nil)
        #expect(
            refusal(start + String(repeating: "b", count: 25) + "\r\n\r\n") == .headerTooLarge
        )
        #expect(refusal(start + String(repeating: "b", count: 100)) == .headerTooLarge)
    }

    @Test func `one field more than the limit is refused`() {
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        #expect(refusal(start + "a:\r\nb:\r\n\r\n") == nil)
        #expect(refusal(start + "a:\r\nb:\r\nc:\r\n\r\n") == .tooManyFields)
    }

    @Test func `a body may not exceed the limit in any framing`() {
        let start = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(refusal(start + "Content-Length: 10\r\n\r\n0123456789") == nil)
        #expect(refusal(start + "Content-Length: 11\r\n\r\n") == .bodyTooLarge)
    }

    @Test func `chunks, extensions and trailers are counted together`() {
        func decode(_ text: String) -> HTTPParseError.Code? {
            var decoder = HTTPBodyDecoder(.chunked, limits: limits)
            var rest = Array(text.utf8)
            do throws(HTTPParseError) {
                while true {
                    let step = try decoder.decode(rest.span)
                    rest.removeFirst(step.consumed)
                    if step.outcome == .complete || step.outcome == .needsInput { return nil }
                }
            } catch {
                return error.code
            }
        }
        #expect(decode("5\r\n01234\r\n5\r\n01234\r\n0\r\n\r\n") == nil)
        #expect(decode("5\r\n01234\r\n6\r\n") == .bodyTooLarge)
        #expect(decode("1;a\r\n0\r\n1;b\r\n0\r\n0\r\n\r\n") == nil)
        #expect(decode("1;a\r\n0\r\n1;b\r\n0\r\n0;c\r\n\r\n") == .invalidChunkExtension)
        #expect(decode("0\r\na: 23456\r\n\r\n") == nil)
        #expect(decode("0\r\na: 234567\r\n\r\n") == .trailersTooLarge)
    }

    @Test(arguments: HTTPParseError.Code.allCases)
    func `every reason to refuse is shown and has its status`(code: HTTPParseError.Code) {
        let reachedByLimits: Set<HTTPParseError.Code> = [
            .requestLineTooLong, .headerTooLarge, .tooManyFields,
        ]
        #expect(Corpus.bad.contains { $0.code == code } || reachedByLimits.contains(code))
        let statuses: [HTTPParseError.Code: HTTPStatus] = [
            .requestLineTooLong: .uriTooLong, .headerTooLarge: .requestHeaderFieldsTooLarge,
            .tooManyFields: .requestHeaderFieldsTooLarge,
            .trailersTooLarge: .requestHeaderFieldsTooLarge, .bodyTooLarge: .contentTooLarge,
            .unknownExpectation: .expectationFailed, .unsupportedTransferCoding: .notImplemented,
            .unsupportedVersion: .versionNotSupported,
        ]
        #expect(HTTPParseError(code).status == statuses[code] ?? .badRequest)
    }
}

@Suite struct WordScanTests {
    /// The scans look at eight bytes at a time; a forbidden byte must be found at every offset, and
    /// an allowed one must not stop them.
    @Test func `every byte at every place of a value is judged alike`() {
        for length in 1...20 {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max where byte != 0x0A && byte != 0x0D {
                    var value = [UInt8](repeating: UInt8(ascii: "v"), count: length)
                    value[place] = byte
                    let bytes = Array("GET / HTTP/1.0\r\nA:".utf8) + value + Array("\r\n\r\n".utf8)
                    let isAllowed = byte >= 32 && byte != 127 || byte == 9
                    let expected = isAllowed ? nil : HTTPParseError.Code.invalidFieldValue
                    var parser = HTTPRequestParser()
                    do throws(HTTPParseError) {
                        _ = try parser.parse(bytes.span)
                        #expect(expected == nil, "byte \(byte) at \(place) of \(length)")
                    } catch {
                        #expect(error.code == expected, "byte \(byte) at \(place) of \(length)")
                    }
                }
            }
        }
    }
}
