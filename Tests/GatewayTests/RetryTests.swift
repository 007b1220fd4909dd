import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// Retries and unknown outcomes against the whole installation.
@Suite(.serialized) struct RetryTests {
    private func charge(_ method: String) -> JSONValue {
        [
            "amount": 4_200, "currency": "USD", "capture_method": "automatic",
            "off_session": true, "method": ["kind": "card", "id": .string(method)],
        ]
    }

    /// Waits until the payment's document satisfies the condition.
    private func until(
        _ stack: TestStack,
        _ id: String,
        _ condition: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(30)
        var shown: JSONValue = .null
        while ContinuousClock.now < deadline {
            shown = try await stack.client.get("/intents/\(id)").body
            if condition(shown) { return shown }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "\(shown)\n\(stack.logs.suffix(4_000))")
    }

    @Test func `a soft decline is tried again by itself, as often as the policy says`()
        async throws
    {
        let stack = try await TestStack()
        let set = try await stack.client.send(
            .put,
            "/policies",
            [
                "version": 0,
                "retry": ["mode": "all", "soft_after_seconds": 1, "maximum_retries": 2],
            ]
        )
        #expect(set.status == 200, "\(set)")
        let method = try await stack.method("pm_card_decline_do_not_honor")
        let declined = try await stack.client.post("/intents", charge(method))
        #expect(declined.status == 402, "\(declined)")
        let intent = try #require(declined.body["intent"])
        #expect(intent["retry"]?["state"] == "planned", "\(declined)")
        let id = try #require(intent["id"]?.stringValue)
        let ended = try await until(stack, id) { $0["retry"]?["state"] == "refused" }
        #expect(ended["retry"]?["reason"] == "exhausted", "\(ended)")
        #expect(ended["retry"]?["retries"] == 2)
        #expect(ended["status"] == "requires_payment_method")
        let tries = ended["timeline"]?.arrayValue?.filter { $0["event"] == "authorize.declined" }
        #expect(tries?.count == 3)
        let feed = try await Feed.read(stack.client, atLeast: 4)
        let types = feed.map(\.type)
        #expect(types.count(where: { $0.contains("retry_planned") }) == 2)
        #expect(types.count(where: { $0.contains("retry_exhausted") }) == 1)
        let budget = try await stack.client.get("/retries/budget")
        #expect(budget.body["data"]?[0]?["reason"] == "exhausted")
        #expect(budget.body["data"]?[0]?["retries"] == 2)
    }

    @Test func `an unknown outcome is settled by two people at the command line`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method()
        try await stack.fault(
            ["kind": "lose_request", "name": "payment_intents.*", "always": true]
        )
        let unknown = try await stack.client.post("/intents", charge(method))
        #expect(unknown.status == 202, "\(unknown)")
        let id = try #require(unknown.text("id"))
        let attempt = try #require(unknown.body["last_attempt"]?["id"]?.stringValue)
        let listed = try Program.run(
            ["unknowns", "list", stack.tenant],
            environment: stack.environment
        )
        #expect(listed.contains(attempt))
        #expect(listed.contains("owner gateway"))
        func propose(_ reference: String) throws -> String {
            try Program.run(
                [
                    "unknowns", "propose", stack.tenant, attempt, "--succeeded", reference,
                    "--reason", "seen in the dashboard", "--as", "anna",
                ],
                environment: stack.environment
            )
        }
        func moment(in text: String) throws -> String {
            String(try #require(text.firstMatch(of: /proposed at ([^ ]+) by "anna"/)).1)
        }
        let earlier = try moment(in: propose("pi_other"))
        _ = try propose("pi_seen")
        let proposals = try Program.run(
            ["unknowns", "list", stack.tenant],
            environment: stack.environment
        )
        #expect(proposals.contains(#"succeeded "pi_seen", because "seen in the dashboard""#))
        func approve(_ moment: String) -> [String] {
            ["unknowns", "approve", stack.tenant, attempt, "--proposed-at", moment, "--as"]
        }
        let late = Program.said(approve(earlier) + ["boris"], stack.environment)
        #expect(late.isFailure)
        let current = try moment(in: proposals)
        #expect(late.text.contains(current), "\(late.text)")
        #expect(throws: Program.Failure.self) {
            try Program.run(approve(current) + ["anna"], environment: stack.environment)
        }
        try Program.run(approve(current) + ["boris"], environment: stack.environment)
        let settled = try await until(stack, id) { $0["status"] == "captured" }
        #expect(settled["amount_captured"] == 4_200)
        #expect(settled["settlements"]?[0]?["decided_by"] == "boris")
    }
}
