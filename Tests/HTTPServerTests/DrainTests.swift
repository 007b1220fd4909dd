import HTTP
import Reactor
import Synchronization
import TestKit
import Testing

@testable import HTTPServer

@Suite struct DrainTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func `idle connections end, running requests finish, new ones are refused`() async throws
    {
        let gate = Gate()
        let handler = Handler { exchange in
            if exchange.path == "/slow" { await gate.wait() }
            exchange.respond(.ok)
        }
        try await TestServer.run(handler) { server in
            let idle = try server.connect()
            idle.send(DrainTests.get)
            #expect(try idle.answer().status == 200)
            let busy = try server.connect()
            busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            try await gate.untilWaiting()
            let drained = Mutex(false)
            async let drain: Void = server.loop.submit { [server = server.server] in
                await server.drain(within: .seconds(10))
                drained.withLock { $0 = true }
            }
            #expect(idle.endsInSilence())
            #expect(throws: WireClient.Unexpected.self) { try server.connect() }
            #expect(!drained.withLock { $0 })
            gate.open()
            let answer = try busy.answer()
            #expect(answer.status == 200 && answer.field("connection") == "close")
            #expect(busy.endsInSilence())
            busy.finishSending()
            try await drain
        }
    }

    @Test func `a request that is arriving is still served`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\n")
            try await server.until { $0.connectionCount == 1 }
            // The bytes are read in the turn after the connection was accepted.
            try await server.loop.submit { [loop = server.loop] in
                try await loop.sleep(for: .milliseconds(20))
            }
            async let drain: Void = server.loop.submit { [server = server.server] in
                await server.drain(within: .seconds(10))
            }
            try await server.until { $0.isDraining }
            client.send("Host: h\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.field("connection") == "close")
            client.finishSending()
            try await drain
        }
    }

    @Test func `what does not finish in time is cut`() async throws {
        let gate = Gate()
        let handler = Handler { exchange in
            await gate.wait()
            exchange.respond(.ok)
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send(DrainTests.get)
            try await gate.untilWaiting()
            try await server.loop.submit { [server = server.server] in
                await server.drain(within: .milliseconds(20))
            }
            #expect(client.endsInSilence())
            gate.open()
            try await server.until { $0.connectionCount == 0 }
        }
    }

    @Test func `a request that came with its connection is served before the end`() async throws {
        try await TestServer.run { server in
            let turnstile = Turnstile()
            async let drain: Void = server.loop.submit { [server = server.server] in
                turnstile.hold()
                await server.drain(within: .seconds(10))
            }
            let client = try turnstile.whileHeld {
                let client = try server.connect()
                client.send(DrainTests.get)
                return client
            }
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.field("connection") == "close")
            client.finishSending()
            try await drain
        }
    }

    @Test func `the next request of an idle connection is served when it is here`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            client.send(DrainTests.get)
            #expect(try client.answer().status == 200)
            let turnstile = Turnstile()
            async let drain: Void = server.loop.submit { [server = server.server] in
                turnstile.hold()
                await server.drain(within: .seconds(10))
            }
            turnstile.whileHeld { _ = client.send(DrainTests.get) }
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.field("connection") == "close")
            client.finishSending()
            try await drain
        }
    }

    @Test func `an empty line before the next request does not hold the end up`() async throws {
        try await TestServer.run { server in
            let client = try server.connect()
            client.send(DrainTests.get)
            #expect(try client.answer().status == 200)
            client.send("\r\n")
            // The turn that runs this has read what came before it.
            try await server.loop.submit {}
            let start = ContinuousClock.now
            try await server.loop.submit { [server = server.server] in
                await server.drain(within: .seconds(10))
            }
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(client.endsInSilence())
        }
    }

    @Test func `a stream that is cut does not look whole to a client of HTTP 1_0`() async throws {
        let gate = Gate()
        let handler = Handler { exchange in
            exchange.start(.ok)
            do { try await exchange.write(Array("half".utf8)) } catch {}
            await gate.wait()
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(client.receive())
            try await gate.untilWaiting()
            try await server.loop.submit { [server = server.server] in
                await server.drain(within: .milliseconds(20))
            }
            _ = try client.readToEnd()
            #expect(client.wasReset)
            gate.open()
            try await server.until { $0.connectionCount == 0 }
        }
    }
}

@Suite struct ObserverTests {
    private final class Log: HTTPServerObserver {
        let records = Mutex<[HTTPServerRecord]>([])

        func finished(_ record: HTTPServerRecord) { records.withLock { $0.append(record) } }
    }

    @Test func `every answer is reported, also those that the server made`() async throws {
        let log = Log()
        let handler = Handler { exchange in
            exchange.route = "/things/{id}"
            if exchange.path != "/silent" { exchange.respond(.created, body: [1, 2, 3]) }
        }
        try await TestServer.run(handler, .with { $0.observer = log }) { server in
            let client = try server.connect()
            client.send("PUT /things/1 HTTP/1.1\r\nHost: h\r\nX-Request-Id: r-1\r\n\r\n")
            client.send("GET /silent HTTP/1.1\r\nHost: h\r\n\r\n")
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            client.send("HEAD broken\r\n\r\n")
            _ = try client.readToEnd()
        }
        let records = log.records.withLock { $0 }
        #expect(records.map(\.status.code) == [201, 500, 201, 400])
        #expect(records.map(\.isServerMade) == [false, true, false, true])
        #expect(records.map(\.method?.rawValue) == ["PUT", "GET", "HEAD", nil])
        #expect(records.map(\.route?.first) == ["/", "/", "/", nil])
        #expect([0, 2, 3].map { records[$0].bytes } == [3, 0, 0])
        #expect(records[0].requestID == "r-1" && records[0].route == "/things/{id}")
        #expect(records[0].path == "/things/1" && records[0].peerAddress == "127.0.0.1")
        #expect(records[1].requestID.count == 32)
    }
}
