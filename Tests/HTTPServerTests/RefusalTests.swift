import HTTP
import HTTPServer
import Reactor
import TestKit
import Testing

@Suite struct RefusalTests {
    @Test(arguments: BrokenRequest.Group.allCases)
    func `what is ambiguous or broken is refused and the connection closed`(
        group: BrokenRequest.Group
    ) async throws {
        try await TestServer.run { server in
            for refusal in group.requests {
                let client = try server.connect()
                client.send(refusal.request)
                try expect(refusal, client)
            }
        }
    }

    @Test(arguments: BrokenRequest.Group.allCases)
    func `a broken request behind a good one is refused alike, and nothing after it answered`(
        group: BrokenRequest.Group
    ) async throws {
        try await TestServer.run { server in
            for refusal in group.requests {
                let client = try server.connect()
                client.send(
                    BrokenRequest.get + "\r\n" + refusal.request + BrokenRequest.get + "\r\n"
                )
                #expect(try client.answer().status == 200, "\(refusal.name)")
                try expect(refusal, client)
            }
        }
    }

    private func expect(_ refusal: BrokenRequest, _ client: WireClient) throws {
        let answer = try client.answer()
        #expect(answer.status == refusal.status, "\(refusal.name)")
        #expect(
            answer.body.contains("\"code\":\"\(refusal.code)\""),
            "\(refusal.name): \(answer.body)"
        )
        #expect(answer.body.contains("\"status\":\(refusal.status)"))
        #expect(answer.field("content-type") == "application/problem+json")
        #expect(answer.field("connection") == "close", "\(refusal.name)")
        #expect(client.endsInSilence(), "\(refusal.name)")
    }

    @Test func `what the standard permits is accepted`() async throws {
        let requests = [
            "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nhOsT:h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \t h \t\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nA:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nA: caf\u{E9}\r\n\r\n",
            "GET / HTTP/1.9\r\nHost: h\r\n\r\n",
            "BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /%41?a[]=%20 HTTP/1.1\r\nHost: h\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 005\r\n\r\nhello",
        ]
        try await TestServer.run { server in
            let client = try server.connect()
            for request in requests {
                client.send(request)
                #expect(try client.answer().status == 200, "\(request)")
            }
        }
    }

    @Test func `a request cut by the end of the connection is refused`() async throws {
        try await TestServer.run { server in
            for request in [BrokenRequest.get, BrokenRequest.post + "Content-Length: 5\r\n\r\nhel"]
            {
                let client = try server.connect()
                client.send(request)
                client.finishSending()
                #expect(try client.answer().body.contains("incomplete_request"))
            }
        }
    }

    @Test(arguments: [
        ("HEAD / HTTP/1.1\r\n\r\n", 400), ("HEAD /\r\n", 400), ("HEAD / HTTP/2.0\r\n", 505),
        ("HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400),
        ("HEAD / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n", 417),
        ("HEAD /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n", 414),
    ])
    func `a HEAD request that cannot be read is answered without content`(
        request: String,
        status: Int
    ) async throws {
        try await TestServer.run { server in
            for before in ["", BrokenRequest.get + "\r\n"] {
                let client = try server.connect()
                client.send(before + request)
                if !before.isEmpty { #expect(try client.answer().status == 200) }
                let answer = try client.answer(isBodiless: true)
                #expect(answer.status == status)
                #expect(answer.field("content-length").flatMap { Int($0) } ?? 0 > 0)
                #expect(client.endsInSilence())
            }
        }
    }

    @Test func `a HEAD request that does not come to its end is answered without content`()
        async throws
    {
        try await TestServer.run(Echo(), .with { $0.headerTimeout = .milliseconds(50) }) { server in
            for isFinished in [true, false] {
                let client = try server.connect()
                client.send("HEAD / HTTP/1.1\r\nHo")
                if isFinished { client.finishSending() }
                #expect(try client.answer(isBodiless: true).status == (isFinished ? 400 : 408))
                #expect(client.endsInSilence())
            }
        }
    }

    @Test func `CONNECT is refused: this is no proxy`() async throws {
        try await TestServer.run { server in
            let text = try server.exchange("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 501 "))
        }
    }

    @Test func `the application renders the server's own errors`() async throws {
        let limits = HTTPServerConfiguration.with {
            $0.renderProblem = { problem, requestID, languages in
                HTTPResponse(
                    status: problem.status,
                    fields: [.requestID: requestID],
                    body: Array("<\(problem.code) \(languages ?? "-")>".utf8)
                )
            }
        }
        try await TestServer.run(Echo(), limits) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.body == "<missing_host ->")
            #expect(answer.field("x-request-id")?.count == 32)
        }
    }
}
