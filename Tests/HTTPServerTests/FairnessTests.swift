import HTTP
import HTTPServer
import Reactor
import Synchronization
import TestKit
import Testing

@Suite struct FairnessTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    /// What the handler sees; touched on the loop alone.
    private struct Served {
        var greedy = 0
        var greedyBeforeOther: Int?
    }

    @Test func `a connection that keeps its pipeline full lets another have its turn`()
        async throws
    {
        let count = 2_000
        let served = Mutex(Served())
        let hasAsked = Gate()
        let other = Mutex<(@Sendable () -> Void)?>(nil)
        let handler = Handler { exchange in
            if exchange.path == "/other" {
                served.withLock { $0.greedyBeforeOther = $0.greedy }
            } else if served.withLock({
                $0.greedy += 1
                return $0.greedy
            }) == 100 {
                // In the middle of the pipeline: the other's request is in its socket after this.
                other.withLock { $0 }?()
                hasAsked.open()
            }
            exchange.respond(.noContent)
        }
        try await TestServer.run(handler) { server in
            let patient = SharedClient(try server.connect())
            patient.send(FairnessTests.get)
            #expect(try patient.client.answer().status == 204)
            served.withLock { $0 = Served() }
            other.withLock { other in
                other = { patient.send("GET /other HTTP/1.1\r\nHost: h\r\n\r\n") }
            }
            let turnstile = Turnstile()
            server.loop.execute { turnstile.hold() }
            let greedy = try turnstile.whileHeld {
                let greedy = try server.connect()
                greedy.send(String(repeating: FairnessTests.get, count: count))
                return greedy
            }
            await hasAsked.wait()
            #expect(try patient.client.answer().status == 204)
            for _ in 0..<count { #expect(try greedy.answer().status == 204) }
            let before = try #require(served.withLock { $0.greedyBeforeOther })
            // What is left of the burst in which it came, and one more.
            #expect(before <= 100 + 2 * 32)
        }
    }
}

/// A client that one side sends on and the other reads.
private final class SharedClient: @unchecked Sendable {
    // Safe because: sending and receiving touch nothing in common in plain text.
    let client: WireClient

    init(_ client: WireClient) { self.client = client }

    func send(_ text: String) { client.send(text) }
}
