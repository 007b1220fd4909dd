import Foundation
import TestKit
import Testing

/// The file that wraps every tenant's data key is made once, and missed when it is gone.
@Suite(.serialized) struct KeyFileTests {
    private static func said(
        _ stack: TestStack,
        _ arguments: String...
    ) -> (isFailure: Bool, text: String) {
        Program.said(arguments, stack.environment)
    }

    @Test func `a lost key file is never replaced`() async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let path = "\(stack.folder)/keys"
        let keys = try String(contentsOfFile: path, encoding: .utf8)
        #expect(keys.contains(/\nlocal-[0-9a-f]{8}:/))
        #expect(Self.said(stack, "doctor").text.contains("ok    keys"))
        #expect(stack.stop() == 0)
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).away")
        try FileManager.default.removeItem(atPath: "\(path).ledger")
        let refused = [
            Self.said(stack, "serve"), Self.said(stack, "tenant", "create", "--name", "Next"),
            Self.said(stack, "account", "list", stack.tenant),
            Self.said(stack, "tenant", "rotate-key", "--all"),
        ]
        for answer in refused {
            #expect(answer.isFailure)
            #expect(answer.text.contains("there is no key file \(path)"), "\(answer.text)")
            #expect(answer.text.contains("GATEWAY_KEY_FILE"), "\(answer.text)")
            #expect(answer.text.contains("GATEWAY_DATABASE_URL"), "\(answer.text)")
        }
        let doctor = Self.said(stack, "doctor")
        #expect(doctor.isFailure)
        #expect(doctor.text.contains("WRONG keys"), "\(doctor.text)")
        #expect(doctor.text.contains("WRONG accounts of \(stack.tenant)"), "\(doctor.text)")
        // What needs no key works without one.
        #expect(Self.said(stack, "tenant", "list").text.contains(stack.tenant))
        for name in [path, "\(path).ledger"] {
            #expect(!FileManager.default.fileExists(atPath: name), "\(name) was made")
        }
        try FileManager.default.moveItem(atPath: "\(path).away", toPath: path)
        try stack.start()
        try await stack.client.untilReady()
        #expect(Self.said(stack, "doctor").text.contains("ok    keys"))
    }

    @Test func `another installation's key file is found out by the doctor`() async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let other = try await TestStack(cluster: try await PostgresCluster())
        var environment = stack.environment
        environment["GATEWAY_KEY_FILE"] = "\(other.folder)/keys"
        #expect {
            try Program.run(["doctor"], environment: environment)
        } throws: { error in
            "\(error)".contains("WRONG keys") && "\(error)".contains("there is no key named local-")
        }
    }
}
