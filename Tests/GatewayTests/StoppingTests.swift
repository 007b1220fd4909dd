import Glibc
import HTTP
import JSON
import TestKit
import Testing

/// What SIGTERM does to the real binary, whatever it is busy with.
@Suite(.serialized) struct StoppingTests {
    /// Runs `body` while a payment waits for its vendor.
    private static func withSlowRequest(
        _ stack: TestStack,
        _ body: () async throws -> Void
    ) async throws {
        let method = try await stack.method()
        try await stack.fault([
            "kind": "latency", "milliseconds": 60_000, "name": "payment_intents.create",
        ])
        let client = stack.client
        async let answer = try? client.post("/intents", MainPathTests.hold(stack, method))
        try await DatabaseHand.on(stack) { hand in
            try await eventually { try await hand.asked() == 1 }
        }
        try await body()
        stack.kill()
        _ = await answer
    }

    @Test func `a second SIGTERM ends the process at once`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_DRAIN_SECONDS": "600"])
        try await Self.withSlowRequest(stack) {
            stack.send(SIGTERM)
            try await eventually { stack.logs.contains("draining") }
            #expect(stack.ending() == nil)
            stack.send(SIGTERM)
            try await eventually(within: .seconds(10)) { stack.ending() != nil }
            #expect(stack.ending() == EXIT_FAILURE)
        }
    }

    @Test func `a worker begins nothing more while requests are waited for`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_DRAIN_SECONDS": "600"])
        try await Self.withSlowRequest(stack) {
            stack.send(SIGTERM)
            try await eventually(within: .seconds(20)) {
                stack.logs.contains("the worker has stopped")
            }
            #expect(stack.ending() == nil)
        }
    }

    @Test func `work that hangs is left to its leases when the time is over`() async throws {
        let stack = try await TestStack(settings: [
            "GATEWAY_DRAIN_SECONDS": "1", "GATEWAY_STATEMENT_MS": "600000",
        ])
        try await DatabaseHand.on(stack) { hand in
            try await hand.holding("publisher") {
                try await hand.leaveEvents(1, of: "held-up", large: 0)
                try await eventually { try await hand.waiting(for: "publisher") > 0 }
                stack.send(SIGTERM)
                try await eventually(within: .seconds(20)) { stack.ending() != nil }
            }
        }
        #expect(stack.ending() == 0)
        #expect(stack.logs.contains("work is left to its leases"))
    }

    @Test(arguments: [[:], ["GATEWAY_LOOPS": "2"]])
    func `a process that waits for its database ends in order`(
        settings: [String: String]
    ) async throws {
        let cluster = try await PostgresCluster()
        let stack = try await TestStack(cluster: cluster, settings: settings)
        #expect(stack.stop() == 0)
        try await cluster.stop()
        try stack.start()
        try await stack.client.untilReady("/health")
        stack.send(SIGTERM)
        try await eventually(within: .seconds(20)) { stack.ending() != nil }
        #expect(stack.ending() == 0)
    }
}
