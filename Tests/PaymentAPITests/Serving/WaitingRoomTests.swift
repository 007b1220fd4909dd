import HTTPServer
import JSON
import Reactor
import TestKit
import Testing

@testable import PaymentAPI

/// What a process answers while its database is away, on real sockets.
@Suite struct WaitingRoomTests {
    /// The answer to a request with these field lines.
    private static func ask(
        _ path: String,
        _ lines: String = ""
    ) async throws -> WireClient.Answer {
        let loop = try EventLoop(name: "api")
        loop.start()
        let address = try #require(SocketAddress("127.0.0.1", port: 0))
        let server = HTTPServer(
            loop: loop,
            configuration: HTTPServerConfiguration(address: address),
            handler: WaitingRoom(APIConfiguration())
        )
        let port = try await loop.submit { try server.listen() }.port
        let client = try WireClient(port: port)
        client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\(lines)\r\n")
        let answer = try client.answer()
        try await loop.submit { await server.drain(within: .seconds(1)) }
        await loop.stop()
        return answer
    }

    @Test func `it refuses as the API itself does`() async throws {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let refusal = try await Self.ask(
            "/api/v1/payments/intents",
            "X-Request-Id: r-1\r\ntraceparent: \(parent)\r\n"
        )
        #expect(refusal.status == 503)
        #expect(refusal.field("retry-after") == "1")
        #expect(refusal.field("cache-control") == "no-store")
        #expect(refusal.field("x-request-id") == "r-1")
        #expect(refusal.field("traceparent")?.hasPrefix(String(parent.prefix(36))) == true)
        let body = try JSONValue.parse(Array(refusal.body.utf8))
        #expect(body["code"] == "unavailable" && body["request_id"] == "r-1")
    }

    @Test func `it repeats no card number`() async throws {
        let refusal = try await Self.ask("/", "X-Request-Id: 4242424242424242\r\n")
        #expect(refusal.field("x-request-id") == "withheld")
        #expect(try JSONValue.parse(Array(refusal.body.utf8))["request_id"] == "withheld")
        #expect(!refusal.body.contains("4242"))
    }

    @Test func `it lives and is not ready`() async throws {
        #expect(try await Self.ask("/health").status == 200)
        let readiness = try await Self.ask("/health/ready", "X-Request-Id: r-2\r\n")
        #expect(readiness.status == 503)
        #expect(readiness.field("x-request-id") == "r-2")
    }
}
