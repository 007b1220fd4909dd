import HTTP
import JSON
import TestKit
import Testing

/// The port of health and metrics alone.
@Suite(.serialized) struct ProbePortTests {
    private static func serving(
        _ stack: TestStack,
        _ roles: String,
        _ body: (TestClient) async throws -> Void
    ) async throws {
        let port = try FreePort.take()
        let process = try ServingProcess(
            ["serve", "--roles", roles],
            environment: stack.environment.merging([
                "GATEWAY_METRICS_PORT": "\(port)", "GATEWAY_HTTP_PORT": "\(try FreePort.take())",
            ]) { $1 },
            logPath: "\(stack.folder)/probed.log"
        )
        defer { process.kill() }
        try await body(TestClient(baseURL: "http://127.0.0.1:\(port)", apiKey: nil))
        #expect(process.stop() == 0)
    }

    @Test(arguments: ["worker", "api,webhooks,worker"])
    func `it tells of the process, whatever its roles, and serves nobody`(
        roles: String
    ) async throws {
        let stack = try await TestStack()
        try await Self.serving(stack, roles) { probe in
            try await probe.untilReady()
            #expect(try await probe.raw(.get, "/health", nil).status == 200)
            try await eventually {
                let metrics = try await probe.raw(.get, "/metrics", nil).body.stringValue ?? ""
                return metrics.contains("\njobs_oldest_age_seconds ")
                    && metrics.contains("# HELP process_resident_memory_bytes")
            }
            let paths = [
                "/api/v1/payments/intents", "/openapi.json", "/webhooks/v1/stripe/\(stack.account)",
            ]
            for path in paths {
                #expect(try await probe.raw(.get, path, nil).status == 404, "\(path)")
            }
        }
    }

    @Test func `a worker that waits for its database says so there`() async throws {
        let cluster = try await PostgresCluster()
        let stack = try await TestStack(cluster: cluster)
        #expect(stack.stop() == 0)
        try await cluster.stop()
        try await Self.serving(stack, "worker") { probe in
            try await probe.untilReady("/health")
            #expect(try await probe.raw(.get, "/health/ready", nil).status == 503)
            try await cluster.start()
            try await probe.untilReady()
        }
    }
}
