import HTTP
import HTTPClient
import Testing

/// What goes over the wire and what comes back.
@Suite struct MessageTests {
    @Test func `a request arrives as it was asked`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond("done")
        }
        defer { peer.stop() }
        let response = try await withClient { client in
            try await client.send(
                HTTPRequest(
                    method: .post,
                    url: peer.url("/v1/./charges?a=%20b"),
                    fields: [
                        "Content-Type": "text/plain", "X-Empty": "", "Idempotency-Key": "k-1",
                    ],
                    body: Array("amount=1".utf8)
                ),
                options: HTTPSendOptions()
            )
        }
        #expect(response.status == .ok)
        #expect(String(decoding: response.body, as: UTF8.self) == "done")
        let lines = try #require(peer.requests.first).split(separator: "\r\n")
        #expect(lines.first == "POST /v1/./charges?a=%20b HTTP/1.1")
        #expect(lines.contains("Content-Type: text/plain"))
        #expect(lines.contains("X-Empty:"))
        #expect(lines.contains("Idempotency-Key: k-1"))
        #expect(lines.contains("Content-Length: 8"))
        #expect(lines.last == "amount=1")
        #expect(!lines.contains { $0.lowercased().hasPrefix("expect") })
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
    func `every method goes out under its own name`(name: String) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond("")
        }
        defer { peer.stop() }
        let method = try #require(HTTPMethod(name))
        let status = try await withClient { client in
            try await client.send(
                HTTPRequest(method: method, url: peer.url(), body: [0x61]),
                options: HTTPSendOptions()
            ).status
        }
        #expect(status == .ok)
        let request = try #require(peer.requests.first)
        #expect(request.hasPrefix("\(name) / HTTP/1.1\r\n"))
        #expect(request.hasSuffix("\r\n\r\na"))
        #expect(!request.contains("Content-Type"))
    }

    @Test func `a POST without a body says so and a HEAD has an answer without one`() async throws {
        let peer = Peer { connection in
            while let request = connection.readRequest() {
                let isHead = request.hasPrefix("HEAD")
                connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: \(isHead ? "900" : "2")\r\n\r\n"
                        + (isHead ? "" : "ok")
                )
            }
        }
        defer { peer.stop() }
        let (head, post) = try await withClient { client in
            let head = try await client.send(
                HTTPRequest(method: .head, url: peer.url()),
                options: HTTPSendOptions()
            )
            let post = try await client.send(
                HTTPRequest(method: .post, url: peer.url()),
                options: HTTPSendOptions()
            )
            return (head, post)
        }
        #expect(head.fields[.contentLength] == "900")
        #expect(head.body.isEmpty)
        #expect(post.body.count == 2)
        #expect(peer.requests.last?.contains("Content-Length: 0\r\n") == true)
        #expect(peer.connections == 1)
    }

    @Test func `interim responses, folded lines, chunks and trailers end as one response`()
        async throws
    {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            connection.write("HTTP/1.1 402 Payment Required\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n")
            connection.write("X-Long: one\r\n  two\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.write("4\r\nsoft\r\n5;ext=1\r\n fail\r\n0\r\nX-Trailer: late\r\n\r\n")
        }
        defer { peer.stop() }
        let response = try await withClient { try await $0.get(peer.url()) }
        #expect(response.status == .paymentRequired)
        #expect(response.fields.values("set-cookie") == ["a", "b"])
        #expect(response.fields["X-Long"] == "one two")
        #expect(response.fields["Link"] == nil)
        #expect(response.fields["X-Trailer"] == nil)
        #expect(String(decoding: response.body, as: UTF8.self) == "soft fail")
    }

    @Test func `a redirect is an answer like any other`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            )
        }
        defer { peer.stop() }
        let response = try await withClient { try await $0.get(peer.url()) }
        #expect(response.status == .found)
        #expect(response.fields[.location] == "http://127.0.0.1:1/")
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1:x", "http://a b/", "http://",
        "http://user:word@127.0.0.1/", "http://127.0.0.1/\u{0}x", "http://127.0.0.1/\r\nX: y",
    ])
    func `a URL that is not plain http or https is not sent`(url: String) async throws {
        let failure = try await withClient { await $0.failure(url) }
        #expect(failure?.code == .invalidRequest)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test(arguments: ["Content-Length", "transfer-encoding", "Connection", "Expect"])
    func `a field that frames the message is refused`(name: String) async throws {
        let name = try #require(HTTPFieldName(name))
        let failure = try await withClient { client -> HTTPTransportError? in
            var request = HTTPRequest(method: .post, url: "http://127.0.0.1:1/")
            request.fields.append(name, "1")
            do throws(HTTPTransportError) {
                _ = try await client.send(request, options: HTTPSendOptions())
                return nil
            } catch {
                return error
            }
        }
        #expect(failure?.code == .invalidRequest)
    }
}
