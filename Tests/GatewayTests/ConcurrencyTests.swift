import Foundation
import HTTP
import JSON
import Testing

/// Many at once: one effect per key, and sums that never exceed.
@Suite(.serialized) struct ConcurrencyTests {
    @Test func `the same request a hundred times at once has one effect`() async throws {
        let stack = try await TestStack(replicas: 2)
        let method = try await stack.method()
        let body = MainPathTests.hold(stack, method)
        let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await stack.replicaClient(number % 2).post("/intents", body, key: "same")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let final = answers.filter { $0.status == 201 }
        #expect(!final.isEmpty)
        #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 })
        #expect(Set(final.map { $0.text("id") }).count == 1)
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `a hundred parallel captures, refunds and voids never exceed`() async throws {
        let stack = try await TestStack(replicas: 2)
        let method = try await stack.method("pm_card_multicapture")
        let held = try await stack.client.post(
            "/intents",
            MainPathTests.hold(stack, method, amount: 10_000)
        )
        let id = try #require(held.text("id"), "\(held)")
        // Whatever comes first of the hundred, there is something to give back.
        let first = try await stack.client.post(
            "/intents/\(id)/capture",
            ["amount": 700, "final": false]
        )
        #expect(first.status == 200, "\(first)")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let client = stack.replicaClient(number % 2)
                    switch number % 10 {
                    case 0..<6:
                        return try await client.post(
                            "/intents/\(id)/capture",
                            ["amount": 700, "final": false]
                        ).status
                    case 6..<9:
                        return try await client.post(
                            "/intents/\(id)/refunds",
                            ["amount": 300]
                        ).status
                    default:
                        return try await client.post("/intents/\(id)/void", [:]).status
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { [200, 201, 202, 409, 422].contains($0) }, "\(statuses)")
        #expect(statuses.contains { $0 < 300 }, "nothing moved")
        let intent = try await stack.client.get("/intents/\(id)").body
        let captured = try #require(intent["amount_captured"]?.integerValue)
        let refunded = try #require(intent["amount_refunded"]?.integerValue)
        #expect(captured >= 700)
        #expect(captured <= 10_000)
        #expect(refunded <= captured)
        let book = try #require(try await Book(stack.simulator).payments.first)
        #expect(book.captured == captured)
        #expect(book.refunded == refunded)
    }

    @Test func `a key used for another request is refused`() async throws {
        let stack = try await TestStack()
        let cash: JSONValue = [
            "amount": 100, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"],
        ]
        let other: JSONValue = [
            "amount": 101, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"],
        ]
        #expect(try await stack.client.post("/intents", cash, key: "k").status == 201)
        // The members in another order are the same body.
        let reordered: JSONValue = [
            "method": ["drawer_id": "d", "kind": "cash"], "currency": "USD", "amount": 100,
        ]
        let replay = try await stack.client.post("/intents", reordered, key: "k")
        #expect(replay.status == 201)
        #expect(replay.isReplay)
        let reused = try await stack.client.post("/intents", other, key: "k")
        #expect(reused.status == 422)
        #expect(reused.text("code") == "idempotency_key_reused")
        let missing = try await stack.client.send(.post, "/intents", cash)
        #expect(missing.status == 400)
    }
}
