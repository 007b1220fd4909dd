import HTTP
import HTTPServer
import Reactor
import Synchronization
import TestKit
import Testing

@Suite struct StreamTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func `a streamed answer comes in chunks and the connection stays open`() async throws {
        let handler = Handler { exchange in
            exchange.start(.ok, fields: [.contentType: "text/plain"])
            do {
                for part in ["one", "", "two"] { try await exchange.write(Array(part.utf8)) }
            } catch {
                Issue.record("the client is there")
            }
            exchange.finish(trailers: ["X-Sum": "6"])
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                client.send(StreamTests.get)
                let answer = try client.answer()
                #expect(answer.field("transfer-encoding") == "chunked")
                #expect(answer.field("content-length") == nil)
                #expect(answer.body == "onetwo")
                #expect(answer.field("trailer-field") == "X-Sum: 6")
            }
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + StreamTests.get)
            #expect(try client.answer(isBodiless: true).status == 200)
            #expect(try client.answer().body == "onetwo")
        }
    }

    @Test func `an HTTP 1.0 client gets the stream until the end of the connection`() async throws {
        let handler = Handler { exchange in
            exchange.start(.ok)
            do { try await exchange.write(Array("one".utf8)) } catch {}
            exchange.finish()
        }
        try await TestServer.run(handler) { server in
            let text = try server.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(!text.contains("Transfer-Encoding"))
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.hasSuffix("\r\n\r\none"))
        }
    }

    @Test func `a writer waits for a slow reader instead of filling the memory`() async throws {
        let written = Mutex(0)
        let total = 24 << 20
        let handler = Handler { exchange in
            exchange.start(.ok)
            let part = [UInt8](repeating: 0x61, count: 1 << 16)
            do {
                for _ in 0..<(total >> 16) {
                    try await exchange.write(part)
                    written.withLock { $0 += part.count }
                }
            } catch {
                Issue.record("the client is there")
            }
            exchange.finish()
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send(StreamTests.get)
            #expect(client.receive())
            var before = -1
            // Until the writer stands still: then the socket buffers are full, and nothing else.
            while case let now = written.withLock({ $0 }), now != before {
                before = now
                try await server.loop.submit { [loop = server.loop] in
                    try await loop.sleep(for: .milliseconds(20))
                }
            }
            #expect(before < total)
            #expect(try client.answer().body.utf8.count == total)
        }
    }

    @Test func `a stream that the handler does not finish looks broken`() async throws {
        let handler = Handler { exchange in
            exchange.start(.ok)
            do { try await exchange.write(Array("half".utf8)) } catch {}
        }
        try await TestServer.run(handler) { server in
            let text = try server.exchange(StreamTests.get)
            #expect(!text.contains("0\r\n\r\n"))
        }
    }

    @Test func `a writer hears that nobody listens`() async throws {
        let failed = Gate()
        let handler = Handler { exchange in
            exchange.start(.ok)
            do {
                while true { try await exchange.write([UInt8](repeating: 0x61, count: 1 << 16)) }
            } catch {
                failed.open()
            }
        }
        try await TestServer.run(handler) { server in
            var client: WireClient? = try server.connect()
            client?.send(StreamTests.get)
            #expect(client?.receive() == true)
            client?.resetOnClose()
            client = nil
            await failed.wait()
            try await server.until { $0.connectionCount == 0 }
        }
    }

    @Test func `a handler that says nothing is answered for`() async throws {
        try await TestServer.run(Handler { _ in }) { server in
            let client = try server.connect()
            client.send(StreamTests.get)
            let answer = try client.answer()
            #expect(answer.status == 500 && answer.body.contains("internal_error"))
        }
    }

    @Test func `bodiless statuses have no length and no body`() async throws {
        let handler = Handler { $0.respond(.noContent, body: Array("dropped".utf8)) }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send(StreamTests.get + StreamTests.get)
            for _ in 0..<2 {
                let answer = try client.answer()
                #expect(answer.status == 204 && answer.field("content-length") == nil)
            }
        }
    }

    @Test func `a field value cannot break out of its line`() async throws {
        let handler = Handler { $0.respond(.ok, fields: ["X-A": "a\r\nX-Evil: b"]) }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send(StreamTests.get)
            #expect(try client.answer().field("x-evil") == nil)
        }
    }
}
