import HTTP
import JSON
import TestKit
import Testing

/// Races that other gateways are known to have lost and that need real processes; the others are
/// in the core's suite of this name.
@Suite(.serialized) struct KnownRaceTests {
    @Test func `a notification that nobody took is taken when it comes again`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method("pm_card_threeDSecure2Required")
        let page = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        let id = try #require(page.text("id"), "\(page)")
        let reference = try #require(page.body["last_attempt"]?["gateway_reference"]?.stringValue)
        stack.kill()
        try await stack.simulator.act(
            "payment_intents/\(reference)/authenticate",
            ["outcome": "succeeded"]
        )
        try stack.start()
        try await stack.client.untilReady()
        try await stack.simulator.act("clock", ["advance_seconds": 60])
        // Our own look at a page comes after two minutes: this is the notification.
        try await stack.until(id, "authorized")
        // What was done about it is noted after the payment.
        try await eventually {
            let taken = try await stack.client.get("/webhooks?status=applied")
            return taken.body["data"]?.arrayValue?.isEmpty == false
        }
    }

    @Test func `a dispute's event that nothing reads yet is kept where people see it`()
        async throws
    {
        let stack = try await TestStack()
        let kinds = ["charge.dispute.created", "charge.dispute.of_another_time"]
        for kind in kinds {
            try await stack.simulator.act(
                "events",
                [
                    "type": .string(kind),
                    "object": ["id": "dp_1", "object": "dispute", "amount": 900],
                ]
            )
        }
        try await eventually {
            let kept = try await stack.client.get("/webhooks?status=kept").body["data"]?.arrayValue
            let seen = Set(kept?.compactMap { $0["event_type"]?.stringValue } ?? [])
            return seen == Set(kinds)
        }
    }

    @Test func `a double click captures once, whichever process hears it`() async throws {
        let stack = try await TestStack(replicas: 2)
        let method = try await stack.method()
        let held = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        let id = try #require(held.text("id"), "\(held)")
        let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
            for number in 0..<12 {
                // One click with its key, again and again, and others that forgot it.
                let key = number < 8 ? "click" : "click-\(number)"
                group.addTask {
                    try await stack.replicaClient(number % 2).post(
                        "/intents/\(id)/capture",
                        [:],
                        key: key
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.contains { $0.status == 200 })
        #expect(answers.allSatisfy { [200, 409, 422].contains($0.status) }, "\(answers)")
        let intent = try await stack.client.get("/intents/\(id)")
        let book = try #require(try await Book(stack.simulator).payments.first)
        #expect(intent.integer("amount_captured") == book.captured)
        #expect(book.captured == intent.integer("amount"))
        let captures = try #require(intent.body["captures"]?.arrayValue)
        #expect(captures.count == 1, "\(captures)")
        try Program.run(["ledger", "verify", stack.tenant], environment: stack.environment)
    }
}
