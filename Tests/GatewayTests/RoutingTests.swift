import Foundation
import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

/// Routes and vendors' health in two processes over one database.
@Suite(.serialized) struct RoutingTests {
    private static let payment: JSONValue = [
        "amount": 2_500, "currency": "USD", "method": ["kind": "card"], "property_id": "kabul-1",
    ]

    private static func put(
        _ rules: [JSONValue],
        over version: Int64,
        _ stack: TestStack
    ) async throws {
        let answer = try await stack.replicaClient(0).send(
            .put,
            "/adapters/routes",
            ["version": .integer(version), "rules": .array(rules)]
        )
        try #require(answer.status == 200, "\(answer)")
    }

    private static func rule(
        _ name: String,
        _ targets: [(String, Int64)],
        cascade: Bool = false
    ) -> JSONValue {
        [
            "name": .string(name),
            "cascade": .bool(cascade),
            "targets": .array(
                targets.map { ["merchant_account_id": .string($0.0), "weight": .integer($0.1)] }
            ),
        ]
    }

    /// Waits until a process previews what is expected; the time that it took.
    private static func untilPreview(
        _ stack: TestStack,
        _ replica: Int,
        _ isExpected: (JSONValue) -> Bool
    ) async throws -> Duration {
        let started = ContinuousClock.now
        var last: JSONValue = .null
        while ContinuousClock.now - started < .seconds(20) {
            last = try await stack.replicaClient(replica)
                .post("/adapters/routes/preview", Self.payment).body
            if isExpected(last) { return ContinuousClock.now - started }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "replica \(replica) does not follow: \(last)")
    }

    @Test func `a change of routes is effective in every process within 5 s`() async throws {
        let stack = try await TestStack(replicas: 2)
        for (version, name) in ["first", "second"].enumerated() {
            try await Self.put([Self.rule(name, [(stack.account, 1)])], over: Int64(version), stack)
            for replica in 0..<2 {
                let time = try await Self.untilPreview(stack, replica) {
                    $0["routing"]?["rule"]?.stringValue == name
                }
                #expect(time < .seconds(5))
            }
        }
    }

    @Test func `a dead vendor is left by every process, and its tenant is told`() async throws {
        let stack = try await TestStack(replicas: 2)
        let account = try await Self.deadAccount(stack)
        try await Self.put(
            [Self.rule("all", [(account, 1), (stack.account, 0)])],
            over: 0,
            stack
        )
        _ = try await Self.untilPreview(stack, 0) { $0["routing"]?["rule"] == "all" }
        for _ in 0..<5 {
            let answer = try await stack.client.post("/intents", Self.payment)
            #expect(answer.text("code") == "vendor_unavailable", "\(answer)")
        }
        let moved = try await stack.client.post("/intents", Self.payment)
        #expect(moved.text("merchant_account_id") == stack.account, "\(moved)")
        let shown = try await stack.client.get("/intents/\(try #require(moved.text("id")))").body
        #expect(shown["routing"]?["skipped"]?[0]?["reason"] == "ill")

        let time = try await Self.untilPreview(stack, 1) {
            $0["merchant_account_id"]?.stringValue == stack.account
        }
        #expect(time < .seconds(5))
        let health = try await stack.replicaClient(1).get("/adapters/health").body["data"]
        let ill = health?.arrayValue?.first {
            $0["merchant_account_id"]?.stringValue == account
        }
        #expect(ill?["state"] == "open")
        #expect(ill?["reason"] == "failures")
        let told = try await Self.untilTold(stack)
        #expect(told["subject"]?.stringValue == account)
        #expect(told["data"]?["adapter_health"]?["state"] == "open")
    }

    @Test func `a gateway that is not reached is passed by within the request`() async throws {
        let stack = try await TestStack()
        let account = try await Self.deadAccount(stack)
        try await Self.put(
            [Self.rule("all", [(account, 1), (stack.account, 0)], cascade: true)],
            over: 0,
            stack
        )
        let taken = try await stack.client.post("/intents", Self.payment, key: "once")
        #expect(taken.status == 201, "\(taken)")
        #expect(taken.text("merchant_account_id") == stack.account)
        let id = try #require(taken.text("id"))
        let timeline = try await stack.client.get("/intents/\(id)").body["timeline"]
        let events = timeline?.arrayValue?.compactMap { $0["event"]?.stringValue }
        #expect(
            events == [
                "created", "authorize.asked", "authorize.not_done", "authorize.asked",
                "authorize.requires_action",
            ]
        )
        let replay = try await stack.client.post("/intents", Self.payment, key: "once")
        #expect(replay.isReplay)
        #expect(replay.text("id") == id)
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `of three gateways two are down at once: the third takes it, the others rest`()
        async throws
    {
        let stack = try await TestStack()
        let dead = [
            try await Self.deadAccount(stack, "first"), try await Self.deadAccount(stack, "second"),
        ]
        try await Self.put(
            [Self.rule("all", [(dead[0], 1), (dead[1], 0), (stack.account, 0)], cascade: true)],
            over: 0,
            stack
        )
        _ = try await Self.untilPreview(stack, 0) { $0["routing"]?["rule"] == "all" }
        var taken = 0
        var last = JSONValue.null
        for number in 0..<8 {
            let answer = try await stack.client.post("/intents", Self.payment, key: "n\(number)")
            #expect(answer.status == 201, "\(answer)")
            #expect(answer.text("merchant_account_id") == stack.account)
            if answer.status == 201 { taken += 1 }
            last = try await stack.client.get("/intents/\(try #require(answer.text("id")))").body
        }
        // Both breakers are open by now, so the last one was tried where it was taken alone.
        let skipped = last["routing"]?["skipped"]?.arrayValue ?? []
        #expect(skipped.compactMap { $0["merchant_account_id"]?.stringValue } == dead)
        #expect(skipped.allSatisfy { $0["reason"] == "ill" })
        let events = last["timeline"]?.arrayValue?.compactMap { $0["event"]?.stringValue }
        #expect(events == ["created", "authorize.asked", "authorize.requires_action"])
        let health = try await stack.client.get("/adapters/health").body["data"]?.arrayValue ?? []
        for account in dead {
            let ill = health.first { $0["merchant_account_id"]?.stringValue == account }
            #expect(ill?["state"] == "open")
        }
        #expect(try await Book(stack.simulator).payments.count == taken)
    }

    /// An account at an address where nobody listens.
    private static func deadAccount(
        _ stack: TestStack,
        _ name: String = "dead"
    ) async throws -> String {
        let dead = try await stack.client.post(
            "/adapters/accounts",
            [
                "vendor": "stripe", "name": .string(name), "mode": "test",
                "credentials": [
                    "fields": [
                        "secret_key": "sk_test_dead",
                        "api_base": .string("http://127.0.0.1:\(try FreePort.take())"),
                    ]
                ],
            ]
        )
        return try #require(dead.text("id"), "\(dead)")
    }

    private static func untilTold(_ stack: TestStack) async throws -> JSONValue {
        let started = ContinuousClock.now
        while ContinuousClock.now - started < .seconds(20) {
            let events = try await stack.client.get("/events?limit=200").body["data"]?.arrayValue
            let told = events?.first {
                $0["type"]?.stringValue?.contains("adapter.health_changed") == true
            }
            if let told { return told }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "nobody was told")
    }
}
