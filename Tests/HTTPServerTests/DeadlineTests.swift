import HTTP
import HTTPServer
import Reactor
import Synchronization
import TestKit
import Testing

@testable import HTTPServer

/// Small deadlines, each alone in its test.
@Suite struct DeadlineTests {
    private static let post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"

    @Test func `a head that takes too long is answered 408`() async throws {
        try await TestServer.run(Echo(), .with { $0.headerTimeout = .milliseconds(50) }) { server in
            let text = try server.exchange("GET / HTTP/1.1\r\nHo")
            #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("request_timeout"))
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func `a server that rested for long gives its next client all the time`() async throws {
        let limits = HTTPServerConfiguration.with { $0.headerTimeout = .seconds(1) }
        try await TestServer.run(Echo(), limits) { server in
            // Nothing may wake the loop meanwhile, so the time is spent elsewhere.
            try await Task.sleep(for: .milliseconds(1_200))
            let client = try server.connect()
            try await server.until { $0.connectionCount == 1 }
            try await server.loop.submit { [loop = server.loop] in
                try await loop.sleep(for: .milliseconds(1))
            }
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func `a client that drips bytes gains no time`() async throws {
        try await TestServer.run(Echo(), .with { $0.headerTimeout = .milliseconds(80) }) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nA: ")
            // If every byte gained time, this would go on until the header is too large.
            while client.send("b") {
                try await server.loop.submit { [loop = server.loop] in
                    try await loop.sleep(for: .milliseconds(5))
                }
            }
            #expect(try client.answer().status == 408)
        }
    }

    @Test func `a body that takes too long is answered 408`() async throws {
        try await TestServer.run(Echo(), .with { $0.bodyTimeout = .milliseconds(50) }) { server in
            for body in ["hel", ""] {
                let text = try server.exchange(DeadlineTests.post + body)
                #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("request_timeout"))
            }
        }
    }

    @Test func `a silent connection is closed without a word`() async throws {
        let limits = HTTPServerConfiguration.with {
            $0.headerTimeout = .milliseconds(50)
            $0.idleTimeout = .milliseconds(50)
        }
        try await TestServer.run(Echo(), limits) { server in
            #expect(try server.connect().endsInSilence())
            let client = try server.connect()
            client.send(DeadlineTests.post + "hello")
            #expect(try client.answer().status == 200)
            #expect(client.endsInSilence())
        }
    }

    @Test func `a client that does not read is reset`() async throws {
        let gate = Gate()
        let body = [UInt8](repeating: 0x61, count: 32 << 20)
        let handler = Handler { exchange in
            await gate.wait()
            exchange.respond(.ok, body: body)
        }
        try await TestServer.run(handler, .with { $0.writeTimeout = .milliseconds(50) }) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            // Before the answer, for after it the connection may end at any instant.
            try await gate.untilWaiting()
            gate.open()
            try await server.until { $0.connectionCount == 0 }
            #expect(try client.readToEnd().utf8.count < body.count)
        }
    }

    @Test func `a client that takes its answer slowly gets it whole`() async throws {
        let whole = 8 << 20
        let handler = Handler { $0.respond(.ok, body: [UInt8](repeating: 0x61, count: whole)) }
        let limits = HTTPServerConfiguration.with { $0.writeTimeout = .milliseconds(600) }
        try await TestServer.run(handler, limits) { server in
            let client = try server.connect(receiveBuffer: 64 * 1024)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let start = ContinuousClock.now
            // Several times what a client has that takes nothing.
            while start.duration(to: .now) < .seconds(2), client.receive() {
                try await server.loop.submit { [loop = server.loop] in
                    try await loop.sleep(for: .milliseconds(20))
                }
            }
            #expect(try client.answer().body.utf8.count == whole)
        }
    }

    @Test func `a client that takes its answer in drops is reset`() async throws {
        let whole = 8 << 20
        let handler = Handler { $0.respond(.ok, body: [UInt8](repeating: 0x61, count: whole)) }
        let limits = HTTPServerConfiguration.with { $0.writeTimeout = .milliseconds(200) }
        try await TestServer.run(handler, limits) { server in
            let client = try server.connect(receiveBuffer: 4 * 1024)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            // If every drop gained time, this would go on for hours.
            while client.receive(atMost: 64) {
                try await server.loop.submit { [loop = server.loop] in
                    try await loop.sleep(for: .milliseconds(5))
                }
            }
            #expect(client.wasReset)
        }
    }

    @Test func `a late handler is answered for, runs to its end and is not heard`() async throws {
        let ended = Mutex(0)
        let loops = Mutex<EventLoop?>(nil)
        let handler = Handler { exchange in
            guard let loop = loops.withLock({ $0 }) else { return }
            do { try await loop.sleep(for: .milliseconds(150)) } catch {}
            #expect(!Task.isCancelled)
            exchange.respond(.ok, body: Array("late".utf8))
            ended.withLock { $0 += 1 }
        }
        try await TestServer.run(handler, .with { $0.requestTimeout = .milliseconds(50) }) {
            server in
            loops.withLock { $0 = server.loop }
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 504 && answer.body.contains("deadline_exceeded"))
            #expect(answer.field("connection") == "close")
            #expect(client.endsInSilence())
            try await server.until { $0.connectionCount == 0 }
            #expect(ended.withLock { $0 } == 1)
        }
    }

    @Test(arguments: ["hello", "hel"])
    func `a connection that was answered for ends, whatever its late handler reads`(
        body: String
    ) async throws {
        let gate = Gate()
        let handler = Handler { exchange in
            await gate.wait()
            do throws(HTTPBodyError) { _ = try await exchange.body() } catch {}
        }
        try await TestServer.run(handler, .with { $0.requestTimeout = .milliseconds(50) }) {
            server in
            let client = try server.connect()
            client.send(DeadlineTests.post + body)
            #expect(try client.answer().status == 504)
            gate.open()
            try await server.until { $0.connectionCount == 0 }
            withExtendedLifetime(client) {}  // It was not the client that closed.
        }
    }

    @Test func `a body that nobody read is not timed once it has come`() async throws {
        let whole = [UInt8](repeating: 0x61, count: 8 << 20)
        let handler = Handler { $0.respond(.ok, body: $0.hasBody ? whole : []) }
        try await TestServer.run(handler, .with { $0.bodyTimeout = .milliseconds(500) }) { server in
            let client = try server.connect(receiveBuffer: 64 * 1024)
            client.send(DeadlineTests.post)
            #expect(client.receive())
            client.send("hello")
            // The answer is on its way for longer than a body may take.
            try await server.loop.submit { [loop = server.loop] in
                try await loop.sleep(for: .milliseconds(700))
            }
            #expect(try client.answer().body.utf8.count == whole.count)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func `a handler that knows it takes longer may say so`() async throws {
        let loops = Mutex<EventLoop?>(nil)
        let handler = Handler { exchange in
            guard let loop = loops.withLock({ $0 }) else { return }
            exchange.deadline = loop.now.advanced(by: .seconds(60))
            do { try await loop.sleep(for: .milliseconds(100)) } catch {}
            exchange.respond(.ok)
        }
        try await TestServer.run(handler, .with { $0.requestTimeout = .milliseconds(30) }) {
            server in
            loops.withLock { $0 = server.loop }
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
        }
    }

    @Test func `an earlier answer is sent while a later handler waits`() async throws {
        let gate = Gate()
        let handler = Handler { exchange in
            if exchange.path == "/slow" { await gate.wait() }
            exchange.respond(.ok)
        }
        try await TestServer.run(handler) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().status == 200)
            gate.open()
            #expect(try client.answer().status == 200)
        }
    }

    @Test(arguments: [true, false])
    func `a client that leaves does not stop its handler`(resets: Bool) async throws {
        let gate = Gate()
        let outcome = Mutex<Bool?>(nil)
        let handler = Handler { exchange in
            await gate.wait()
            outcome.withLock { $0 = Task.isCancelled }
            exchange.respond(.ok, body: Array("for nobody".utf8))
        }
        try await TestServer.run(handler) { server in
            var client: WireClient? = try server.connect()
            client?.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await gate.untilWaiting()
            if resets { client?.resetOnClose() }
            client = nil
            try await server.loop.submit {}
            gate.open()
            try await server.until { $0.connectionCount == 0 }
            #expect(outcome.withLock { $0 } == false)
        }
    }

    @Test func `the deadlines come out in the order of their meaning`() {
        let start = LoopTime.current
        var deadlines = Deadlines()
        #expect(deadlines.next == .never && deadlines.takeExpired(at: start) == nil)
        deadlines.input = start.advanced(by: .seconds(2))
        deadlines.answer = start.advanced(by: .seconds(1))
        deadlines.output = start.advanced(by: .seconds(3))
        #expect(deadlines.next == start.advanced(by: .seconds(1)))
        #expect(deadlines.takeExpired(at: start) == nil)
        let late = start.advanced(by: .seconds(4))
        #expect(deadlines.takeExpired(at: late) == .output)
        #expect(deadlines.takeExpired(at: late) == .input)
        #expect(deadlines.takeExpired(at: late) == .answer)
        #expect(deadlines.takeExpired(at: late) == nil)
    }
}
