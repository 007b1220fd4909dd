import HTTP
import JSON
import Testing

/// How soon events get out, whatever else their tenant waits for.
@Suite(.serialized) struct EventLatencyTests {
    @Test(.timeLimit(.minutes(5)))
    func `events get out while a vendor keeps the tenant's jobs waiting`() async throws {
        let stack = try await TestStack()
        let card = try await stack.method()
        try await stack.fault(["kind": "lose_reply", "name": "payment_intents.create"])
        try await stack.fault(["kind": "webhook_lose", "always": true])
        // The look-up of what was lost takes longer than all that follows.
        try await stack.fault(
            ["kind": "late_reply", "name": "*", "milliseconds": 25_000, "always": true]
        )
        let unknown = try await stack.client.post("/intents", MainPathTests.hold(stack, card))
        #expect(unknown.status == 202, "\(unknown)")
        let lost = try #require(unknown.text("id"))
        func calls() async throws -> Int64 {
            let journal = try await stack.simulator.raw(.get, "/_control/requests", nil)
            return try #require(journal.integer("count"), "\(journal)")
        }
        let asked = try await calls()
        try await eventually { try await calls() > asked }
        for _ in 0..<3 {
            let id = try await stack.payCash()
            try await eventually(within: .seconds(5)) {
                let feed = try await stack.client.get("/events?limit=500").body["data"]
                return feed?.arrayValue?.contains { $0["subject"]?.stringValue == id } == true
            }
        }
        let still = try await stack.client.get("/intents/\(lost)")
        #expect(still.text("status") == "processing", "the vendor was not slow: \(still)")
    }
}
