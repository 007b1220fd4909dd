import HTTP
import JSON
import TestKit
import Testing

/// Broken and oversized HTTP over raw sockets: the running gateway refuses it in the API's words,
/// closes, does nothing of it, and serves the next client.
@Suite(.serialized) struct BrokenRequestTests {
    private static let path = "/api/v1/payments/intents"
    private static let body =
        #"{"amount":100,"currency":"USD","method":{"kind":"cash","drawer_id":"d"}}"#

    private static func fields(_ stack: TestStack, key: String = "smuggled") -> String {
        """
        Host: h\r
        Authorization: Bearer \(stack.apiKey)\r
        Content-Type: application/json\r
        Idempotency-Key: \(key)\r

        """
    }

    /// A payment that would be made if it were read.
    private static func payment(_ stack: TestStack) -> String {
        "POST \(path) HTTP/1.1\r\n\(fields(stack))Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The gateway serves as before, and no payment was made.
    private static func expectNothingHappened(_ stack: TestStack) async throws {
        #expect(try await stack.client.raw(.get, "/health", nil).status == 200)
        let list = try await stack.client.get("/intents")
        #expect(list.status == 200)
        #expect(list.body["data"] == [])
        #expect(try await stack.client.get("/idempotency/smuggled").status == 404)
    }

    /// The answer is the problem, the last word, and the end of the connection.
    private static func expect(
        _ status: Int,
        _ code: String,
        _ reason: String = "",
        from client: WireClient,
        _ name: String
    ) throws {
        let answer = try client.answer()
        #expect(answer.status == status, "\(name): \(answer.body)")
        #expect(answer.field("content-type") == "application/problem+json", "\(name)")
        #expect(answer.field("connection") == "close", "\(name)")
        let problem = try JSONValue.parse(Array(answer.body.utf8))
        #expect(problem["code"]?.stringValue == code, "\(name)")
        if !reason.isEmpty {
            let detail = problem["detail"]?.stringValue
            #expect(detail?.contains(reason) == true, "\(name): \(problem)")
        }
        #expect(problem["request_id"]?.stringValue?.isEmpty == false)
        #expect(client.endsInSilence(), "\(name)")
    }

    private static func code(of status: Int) -> String {
        switch status {
        case 413: "body_too_large"
        case 417: "expectation_failed"
        case 501: "not_implemented"
        case 505: "http_version_not_supported"
        default: "malformed_request"
        }
    }

    @Test func `what is broken is refused with its reason, and nothing behind it is answered`()
        async throws
    {
        let stack = try await TestStack()
        // What is wrong with a body is found when it is read, so these ask for what reads one.
        let asked = "POST \(Self.path) HTTP/1.1\r\n\(Self.fields(stack))"
        for broken in BrokenRequest.Group.allCases.flatMap(\.requests) {
            let request =
                broken.request.hasPrefix(BrokenRequest.post)
                ? asked + broken.request.dropFirst(BrokenRequest.post.count) : broken.request
            let client = try stack.wire()
            client.send(request + Self.payment(stack))
            try Self.expect(
                broken.status,
                Self.code(of: broken.status),
                broken.status == 400 ? "\(broken.code)." : "",
                from: client,
                broken.name
            )
        }
        try await Self.expectNothingHappened(stack)
    }

    @Test func `each limit of a message has its status`() async throws {
        let stack = try await TestStack()
        let long = String(repeating: "a", count: 9_000)
        let post = "POST \(Self.path) HTTP/1.1\r\n\(Self.fields(stack))"
        let hook = "POST /webhooks/v1/stripe/\(stack.account) HTTP/1.1\r\nHost: h\r\n"
        let cases: [(name: String, request: String, status: Int, code: String)] = [
            ("target", "GET /\(long) HTTP/1.1\r\nHost: h\r\n\r\n", 414, "uri_too_long"),
            ("endless target", "GET /\(long)", 414, "uri_too_long"),
            (
                "header bytes", post + "A: \(long)\r\nB: \(long)\r\n\r\n", 431,
                "header_fields_too_large"
            ),
            (
                "header count", post + String(repeating: "A: b\r\n", count: 100) + "\r\n", 431,
                "header_fields_too_large"
            ),
            ("body of a call", post + "Content-Length: 262145\r\n\r\n", 413, "body_too_large"),
            ("body of any", post + "Content-Length: 1048577\r\n\r\n", 413, "body_too_large"),
            (
                "chunks of a call",
                post + "Transfer-Encoding: chunked\r\n\r\n40001\r\n"
                    + String(repeating: " ", count: 0x40001), 413, "body_too_large"
            ),
            (
                "body of a notification", hook + "Content-Length: 1048577\r\n\r\n", 413,
                "body_too_large"
            ),
        ]
        for refused in cases {
            let client = try stack.wire()
            client.send(refused.request)
            try Self.expect(refused.status, refused.code, from: client, refused.name)
        }
        try await Self.expectNothingHappened(stack)
    }

    @Test func `a slow client is cut, however it is slow`() async throws {
        let stack = try await TestStack(
            settings: ["GATEWAY_HTTP_HEADER_MS": "300", "GATEWAY_HTTP_BODY_MS": "300"]
        )
        let head = "POST \(Self.path) HTTP/1.1\r\n\(Self.fields(stack))"
        let slow = [
            ("half a head", head), ("no body", head + "Content-Length: 60\r\n\r\n"),
            ("half a body", head + "Content-Length: 60\r\n\r\n{\"amount\":100,"),
            ("half a chunk", head + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"amount\""),
        ]
        for (name, beginning) in slow {
            let client = try stack.wire()
            client.send(beginning)
            try Self.expect(408, "request_timeout", from: client, name)
        }
        // Every byte comes in time, the whole does not.
        let dripping = try stack.wire()
        dripping.send("GET / HTTP/1.1\r\nA: ")
        while dripping.send("b") { try await TestClient.pause() }
        #expect(try dripping.answer().status == 408)
        try await Self.expectNothingHappened(stack)
    }

    @Test func `beyond the connections that it takes the gateway says so, and takes others later`()
        async throws
    {
        let stack = try await TestStack(settings: ["GATEWAY_HTTP_CONNECTIONS": "24"])
        let health = "GET /health HTTP/1.1\r\nHost: h\r\n\r\n"
        var held: [WireClient] = []
        var refusal: WireClient.Answer?
        while refusal == nil, held.count <= 24 {
            let client = try stack.wire()
            client.send(health)
            let answer = try client.answer()
            if answer.status == 200 { held.append(client) } else { refusal = answer }
        }
        let refused = try #require(refusal, "24 connections are not the limit")
        #expect(refused.status == 503)
        #expect(refused.body.contains(#""code":"unavailable""#))
        #expect(refused.field("retry-after") == "1")
        #expect(refused.field("connection") == "close")
        // Those that are in are served still.
        for client in held {
            client.send(health)
            #expect(try client.answer().status == 200)
        }
        held = []
        try await eventually {
            let client = try stack.wire()
            client.send(health)
            return try client.answer().status == 200
        }
        try await Self.expectNothingHappened(stack)
    }
}
