import Foundation
import TestKit
import Testing

/// Two installations that were given one port by mistake.
@Suite(.serialized) struct TakenPortTests {
    /// The loops of one process share their port, and the kernel would let another process share it.
    @Test(arguments: ["1", "2"])
    func `a second installation on the port of a first ends and names the setting`(
        loops: String
    ) async throws {
        let stack = try await TestStack(settings: ["GATEWAY_LOOPS": loops])
        let port = try #require(stack.client.baseURL.split(separator: ":").last)
        let second = try ServingProcess(
            ["serve"],
            environment: stack.environment.merging(["GATEWAY_HTTP_PORT": String(port)]) { $1 },
            logPath: "\(stack.folder)/second.log"
        )
        defer { second.kill() }
        try await eventually { !second.isRunning }
        #expect(second.ending == EXIT_FAILURE)
        let log = try String(contentsOfFile: second.logPath, encoding: .utf8)
        #expect(log.contains("GATEWAY_HTTP_PORT: “127.0.0.1:\(port)”"), "\(log)")
        #expect(!log.contains("the gateway serves"), "\(log)")
    }
}
