import HTTP
import HTTPServer
import Reactor
import TestKit
import Testing

@Suite struct RequestTests {
    @Test func `a request is answered and the connection stays open`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            for number in 0..<3 {
                client.send("GET /a?n=\(number) HTTP/1.1\r\nHost: example.com\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.field("x-path") == "/a")
                #expect(answer.field("x-query") == "n=\(number)")
                #expect(answer.field("x-authority") == "example.com")
                #expect(answer.field("date")?.hasSuffix("GMT") == true)
                #expect(answer.field("connection") == nil)
            }
        }
    }

    @Test(arguments: [
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n",
    ])
    func `a request is understood wherever it is split`(request: String) async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            let bytes = Array(request.utf8)
            for split in 1..<bytes.count {
                client.send(Array(bytes[..<split]))
                // Lets the first part be read alone, mostly; either way the answer is the same.
                await Task.yield()
                client.send(Array(bytes[split...]))
                let answer = try client.answer()
                #expect(answer.status == 200 && answer.body == "hello world", "split at \(split)")
            }
        }
    }

    @Test func `a request is understood byte by byte`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            let request =
                "PUT /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\n\r\n"
            for byte in request.utf8 {
                client.send([byte])
                try await server.loop.submit {}
            }
            #expect(try client.answer().body == "abc")
        }
    }

    @Test func `pipelined requests are answered in order and together`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            let requests = (0..<20).map { number in
                "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n"
                    + (number < 10 ? "0\(number)" : "\(number)")
            }
            client.send(requests.joined())
            for number in 0..<20 {
                let answer = try client.answer()
                #expect(answer.field("x-path") == "/\(number)")
                #expect(Int(answer.body) == number)
            }
        }
    }

    @Test func `thousands of pipelined requests need no more memory than a few`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            for _ in 0..<50 {
                client.send(String(repeating: request, count: 100))
                for _ in 0..<100 { #expect(try client.answer().status == 200) }
            }
        }
    }

    @Test func `HEAD gets the head of the answer to GET`() async throws {
        let handler = Handler { $0.respond(.ok, body: Array("hello".utf8)) }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try client.answer(isBodiless: true)
            #expect(head.field("content-length") == "5")
            #expect(try client.answer().body == "hello")
        }
    }

    @Test func `a prepared answer serves GET, HEAD, closing and old clients`() async throws {
        let prepared = PreparedResponse(.ok, fields: ["X-A": "b"], body: Array("fine".utf8))
        let handler = Handler { $0.respond(prepared: prepared) }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer(isBodiless: true).field("content-length") == "4")
            let answer = try client.answer()
            #expect(answer.body == "fine" && answer.field("x-a") == "b")
            #expect(answer.field("date")?.hasSuffix(" GMT") == true)
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try client.answer().field("connection") == "keep-alive")
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(try client.answer().field("connection") == "close")
            #expect(client.endsInSilence())
        }
    }

    @Test func `HTTP 1.0 closes unless the client asks otherwise`() async throws {
        try await TestServer.run { server in
            let text = try server.exchange("GET / HTTP/1.0\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("Connection: close\r\n"))
            let client = try server.connect()
            client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(try client.answer().field("connection") == "keep-alive")
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try client.answer().field("connection") == "close")
            #expect(client.endsInSilence())
        }
    }

    @Test func `OPTIONS star and absolute targets are understood`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().field("x-path") == "*")
            client.send("GET http://other:81/p?q HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.field("x-path") == "/p")
            #expect(answer.field("x-authority") == "other:81")
        }
    }

    @Test func `a waiting client is told to go on, others are not`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            let head =
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            client.send(head)
            #expect(try client.answer().status == 100)
            client.send("ab")
            #expect(try client.answer().body == "ab")
            client.send(head + "cd")
            #expect(try client.answer().body == "cd")
        }
    }

    @Test func `a client that waits in vain for 100 is told by the answer, and closed`()
        async throws
    {
        let handler = Handler { $0.respond(.unauthorized) }
        try await TestServer.run(handler) { server in
            let text = try server.exchange(
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 401 "))
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func `a body that the handler ignores does not disturb the next request`() async throws {
        let handler = Handler { $0.respond(.ok) }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n")
            #expect(try client.answer().status == 200)
            client.send(String(repeating: "G", count: 100))
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func `a client may finish sending before it reads`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")
            client.finishSending()
            #expect(try client.readToEnd().hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func `a large body passes in both directions`() async throws {
        try await TestServer.run(Echo(), .with { $0.maximumBodyBytes = 8 << 20 }) { server in
            let client = try server.connect()
            let body = String(repeating: "0123456789abcdef", count: 1 << 18)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            client.send(body)
            #expect(try client.answer().body == body)
        }
    }

    @Test func `the request's own id is kept when it is fit, and made otherwise`() async throws {
        let handler = Handler { exchange in
            exchange.respond(.ok, body: Array(exchange.requestID.utf8))
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: abc-1\r\n\r\n")
            #expect(try client.answer().body == "abc-1")
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: a b\r\n\r\n")
            #expect(try client.answer().body.count == 32)
        }
    }
}
