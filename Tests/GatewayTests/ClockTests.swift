import Foundation
import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

/// A replica whose clock is an hour wrong, in either direction: the database's counts.
@Suite(.serialized) struct ClockTests {
    /// Two replicas; the first, which vendors notify, is wrong.
    private static func stack(_ seconds: Int) async throws -> TestStack {
        let error = ["GATEWAY_TEST_CLOCK_ERROR_SECONDS": "\(seconds)"]
        return try await TestStack(replicas: 2, own: [0: error])
    }

    private static func time(_ document: JSONValue?) throws -> Timestamp {
        try #require(document?.stringValue.flatMap(Timestamp.init(rfc3339:)))
    }

    @Test(arguments: [3_600, -3_600])
    func `payments are made, told of and dated as by any other`(seconds: Int) async throws {
        let stack = try await Self.stack(seconds)
        let method = try await stack.method("pm_card_threeDSecure2Required")
        let began = SystemTime.now
        let waiting = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        let id = try #require(waiting.text("id"), "\(waiting)")
        let attempt = waiting.body["last_attempt"]
        let reference = try #require(attempt?["gateway_reference"]?.stringValue)
        // The vendor signs with the true time, which the wrong clock would refuse.
        try await stack.simulator.act(
            "payment_intents/\(reference)/authenticate",
            ["outcome": "succeeded"]
        )
        try await stack.until(id, "authorized")
        var held = try await stack.replicaClient(1).get("/intents/\(id)").body
        try await eventually {
            held = try await stack.replicaClient(1).get("/intents/\(id)").body
            return held["authorization"]?["expires_at"]?.stringValue != nil
        }
        let made = try Self.time(held["created_at"])
        #expect(made - began < .seconds(60) && began - made < .seconds(60))
        // A week, which is what holds have that no vendor or policy says more of.
        let life = try Self.time(held["authorization"]?["expires_at"]) - made
        #expect(life - .seconds(7 * 86_400) < .seconds(60))
        #expect(.seconds(7 * 86_400) - life < .seconds(60))
        let captured = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        #expect(captured.status == 200, "\(captured)")
        try await eventually {
            let told = try await Feed.all(stack.replicaClient(1)).filter { $0.subject == id }
            return told.count { $0.type == "transaction.captured" } == 1
        }
        #expect(stack.logs.contains("this machine's clock is not the database's"))
    }

    @Test(arguments: [3_600, -3_600])
    func `a lost reply is found out once, and nobody is called too early`(
        seconds: Int
    ) async throws {
        let stack = try await Self.stack(seconds)
        let method = try await stack.method()
        for _ in 0..<3 {
            try await stack.fault(["kind": "lose_reply", "name": "payment_intents.create"])
        }
        // The vendor's own word could come before the loss is noticed.
        try await stack.fault(["kind": "webhook_lose", "always": true])
        let body = MainPathTests.hold(stack, method)
        let unknown = try await stack.client.post("/intents", body, key: "once")
        #expect(unknown.status == 202, "\(unknown)")
        let id = try #require(unknown.text("id"))
        let found = try await stack.until(id, "authorized", within: .seconds(60))
        #expect(found["discrepancy"] != true, "an hour is no age of seconds")
        #expect(try await Book(stack.simulator).payments.count == 1)
        var events: [Feed.Event] = []
        try await eventually {
            events = try await Feed.all(stack.client).filter { $0.subject == id }
            return events.contains { $0.type == "transaction.authorized" }
        }
        #expect(events.count { $0.type == "transaction.authorized" } == 1)
        #expect(!events.contains { $0.type == "reconciliation.discrepancy_found" })
    }
}

/// The true time.
private enum SystemTime {
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
}
