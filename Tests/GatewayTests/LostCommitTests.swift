import HTTP
import JSON
import TestKit
import Testing

/// The answer to our own COMMIT is lost: the gateway reads what became of it, and one key has one
/// effect, whatever the client hears first.
@Suite(.serialized) struct LostCommitTests {
    /// A gateway that reaches its database over a wire which loses the next answer to a COMMIT.
    private struct Scene {
        let stack: TestStack
        let wire: PostgresProxy

        init() async throws {
            let cluster = try await PostgresCluster()
            wire = try PostgresProxy(target: cluster.superuserURL.port)
            stack = try await TestStack(cluster: cluster, proxy: wire)
        }

        /// Makes a request while the answer to a COMMIT gets lost, and again until it has its answer.
        func pay(
            _ path: String,
            _ body: JSONValue,
            key: String
        ) async throws -> TestClient.Answer {
            wire.set(.cutAtCommitAnswer)
            let first = try? await stack.client.post(path, body, key: key)
            #expect(wire.isPassing, "no COMMIT lost its answer")
            let last = try await stack.insist(path, body, key: key)
            // What was answered with success stays what it was.
            if let first, [200, 201].contains(first.status) {
                #expect(first.body == last.body, "\(path)")
            }
            return last
        }
    }

    @Test func `cash is taken once under each key`() async throws {
        let scene = try await Scene()
        defer { scene.wire.close() }
        let count = 12
        var ids: Set<String> = []
        for number in 0..<count {
            let paid = try await scene.pay(
                "/intents",
                [
                    "amount": .integer(100 + Int64(number)), "currency": "USD",
                    "method": ["kind": "cash", "drawer_id": "front-1"],
                ],
                key: "cash-\(number)"
            )
            #expect(paid.text("status") == "captured", "\(paid)")
            ids.insert(try #require(paid.text("id")))
        }
        #expect(ids.count == count)
        let list = try await scene.stack.client.get("/intents?limit=200")
        #expect(list.body["data"]?.arrayValue?.count == count)
        let drawer = try await scene.stack.client.get("/cash/receipts?drawer_id=front-1")
        #expect(drawer.body["data"]?.arrayValue?.count == count)
        try Program.run(
            ["ledger", "verify", scene.stack.tenant],
            environment: scene.stack.environment
        )
    }

    @Test func `a card is held, captured and refunded once under each key`() async throws {
        let scene = try await Scene()
        defer { scene.wire.close() }
        let hold = MainPathTests.hold(scene.stack, try await scene.stack.method())
        let count = 4
        for number in 0..<count {
            let held = try await scene.pay("/intents", hold, key: "hold-\(number)")
            let id = try #require(held.text("id"))
            try await scene.stack.until(id, "authorized")
            let captured = try await scene.pay(
                "/intents/\(id)/capture",
                ["amount": 5_000],
                key: "capture-\(number)"
            )
            #expect(captured.integer("amount_captured") == 5_000, "\(captured)")
            let refunded = try await scene.pay(
                "/intents/\(id)/refunds",
                ["amount": 2_000],
                key: "refund-\(number)"
            )
            #expect(refunded.integer("amount_refunded") == 2_000, "\(refunded)")
        }
        let book = try await Book(scene.stack.simulator)
        #expect(book.payments.map(\.captured) == Array(repeating: 5_000, count: count))
        #expect(book.payments.map(\.refunded) == Array(repeating: 2_000, count: count))
        let events = try await Feed.read(scene.stack.client, atLeast: 6 * count)
        for fact in ["authorized", "captured", "refunded"] {
            #expect(events.count { $0.type == "transaction.\(fact)" } == count, "\(fact)")
        }
        try Program.run(
            ["ledger", "verify", scene.stack.tenant],
            environment: scene.stack.environment
        )
    }
}
