import HTTP
import JSON
import TestKit
import Testing

/// The database is away when the gateway starts.
@Suite(.serialized) struct DatabaseAbsenceTests {
    private static let cash: JSONValue = [
        "amount": 100, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"],
    ]

    @Test func `a gateway waits for its database, alive and not ready, and then serves`()
        async throws
    {
        let cluster = try await PostgresCluster()
        let stack = try await TestStack(cluster: cluster)
        #expect(stack.stop() == 0)
        try await cluster.stop()
        try stack.start()
        try await stack.client.untilReady("/health")
        let readiness = try await stack.client.raw(.get, "/health/ready", nil)
        #expect(readiness.status == 503)
        #expect(readiness.text("status") == "unavailable")
        let refused = try await stack.client.post("/intents", Self.cash, key: "early")
        #expect(refused.status == 503, "\(refused)")
        #expect(refused.text("code") == "unavailable")
        #expect(refused.fields[.retryAfter] == "1")
        let broken = try stack.wire()
        broken.send("GET / HTTP/1.1\nHost: h\r\n\r\n")
        let refusal = try broken.answer()
        #expect(refusal.status == 400)
        #expect(refusal.field("x-request-id") != nil && refusal.body.contains("problems/"))
        #expect(stack.logs.contains("waiting for the database: GATEWAY_DATABASE_URL"))
        try await cluster.start()
        try await stack.client.untilReady()
        let paid = try await stack.client.post("/intents", Self.cash, key: "early")
        #expect(paid.status == 201, "\(paid)")
        #expect(!paid.isReplay)
        #expect(stack.stop() == 0)
    }

    @Test func `a database URL that cannot be one stops the start with its name`() async throws {
        let stack = try await TestStack()
        let settings = stack.environment.merging(["GATEWAY_DATABASE_URL": "nowhere"]) { $1 }
        #expect {
            try Program.run(["serve"], environment: settings)
        } throws: { error in
            "\(error)".contains("GATEWAY_DATABASE_URL: the database URL")
        }
    }
}
