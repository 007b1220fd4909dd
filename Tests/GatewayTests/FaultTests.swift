import HTTP
import JSON
import TestKit
import Testing

/// Clients that go, and notifications that come as they like, against the running gateway.
@Suite(.serialized) struct FaultTests {
    @Test func `a client gone before its answer has paid once, and may ask again under its key`()
        async throws
    {
        let stack = try await TestStack()
        let body = MainPathTests.hold(stack, try await stack.method())
        try await stack.fault(
            ["kind": "late_reply", "name": "payment_intents.create", "milliseconds": 700]
        )
        try HastyClient.send(stack, "/api/v1/payments/intents", body, key: "gone")
        try await eventually { try await Book(stack.simulator).payments.count == 1 }
        let again = try await stack.insist("/intents", body, key: "gone")
        #expect(again.status == 201)
        #expect(again.isReplay)
        #expect(again.text("status") == "authorized")
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `half a request does nothing`() async throws {
        let stack = try await TestStack()
        let body = MainPathTests.hold(stack, try await stack.method())
        try HastyClient.send(stack, "/api/v1/payments/intents", body, key: "half", rest: 20)
        let whole = try await stack.client.post("/intents", body, key: "half")
        #expect(whole.status == 201)
        #expect(!whole.isReplay)
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `notifications before the answer, twice and out of order tell every fact once`()
        async throws
    {
        let stack = try await TestStack()
        let method = try await stack.method()
        for call in ["payment_intents.create", "payment_intents.capture", "refunds.create"] {
            try await stack.fault(
                ["kind": "late_reply", "name": .string(call), "milliseconds": 700]
            )
        }
        try await stack.fault(
            ["kind": "webhook_duplicate", "name": "*", "times": 1, "always": true]
        )
        try await stack.fault(
            [
                "kind": "webhook_reorder", "name": "*", "times": 2, "milliseconds": 300,
                "percent": 50, "always": true,
            ]
        )
        let held = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        #expect(held.status == 201, "\(held)")
        let id = try #require(held.text("id"))
        let captured = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        #expect(captured.status == 200, "\(captured)")
        let refunded = try await stack.client.post("/intents/\(id)/refunds", ["amount": 2_000])
        #expect(refunded.status == 201, "\(refunded)")
        let idle = try await stack.simulator.raw(.get, "/_control/webhooks?wait_ms=20000", nil)
        #expect(idle.body["idle"] == true, "\(idle)")
        try await eventually {
            let waiting = try await stack.client.get("/webhooks?status=received")
            return waiting.body["data"] == []
        }
        let intent = try await stack.client.get("/intents/\(id)")
        #expect(intent.text("status") == "partially_refunded")
        #expect(intent.integer("amount_captured") == 5_000)
        #expect(intent.integer("amount_refunded") == 2_000)
        let events = try await Feed.all(stack.client).filter { $0.subject == id }
        #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
        for fact in ["authorized", "captured", "refunded"] {
            #expect(events.count { $0.type == "transaction.\(fact)" } == 1, "\(fact)")
        }
        let came = try await stack.client.get("/webhooks?limit=100").body["data"]?.arrayValue
        #expect(try #require(came).contains { $0["duplicates"] != 0 })
        #expect(try #require(came).allSatisfy { $0["status"] != "dead" })
    }
}

/// A client that hangs up as soon as it has spoken.
private enum HastyClient {
    /// - Parameter rest: bytes of the body that are never sent.
    static func send(
        _ stack: TestStack,
        _ path: String,
        _ body: JSONValue,
        key: String,
        rest: Int = 0
    ) throws {
        let bytes = body.bytes()
        let head = """
            POST \(path) HTTP/1.1\r
            Host: gateway\r
            Authorization: Bearer \(stack.apiKey)\r
            Content-Type: application/json\r
            Idempotency-Key: \(key)\r
            Content-Length: \(bytes.count)\r
            \r

            """
        guard try stack.wire().send(Array(head.utf8) + bytes.dropLast(rest)) else {
            throw Program.Failure(description: "the request could not be sent")
        }
    }
}
