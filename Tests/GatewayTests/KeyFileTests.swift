import Foundation
import TestKit
import Testing

/// The file that wraps every tenant's data key, and that of the ledger's key, are made once, and
/// missed when they are gone.
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
        let ledger = "\(path).ledger"
        try FileManager.default.moveItem(atPath: ledger, toPath: "\(ledger).away")
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
        for name in [path, ledger] {
            #expect(!FileManager.default.fileExists(atPath: name), "\(name) was made")
            try FileManager.default.moveItem(atPath: "\(name).away", toPath: name)
        }
        try stack.start()
        try await stack.client.untilReady()
        #expect(Self.said(stack, "doctor").text.contains("ok    keys"))
    }

    @Test func `a lost ledger key is missed, and another one made on demand alone`() async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        try await Self.untilSealed(stack)
        #expect(Self.said(stack, "doctor").text.contains("ok    ledger key"))
        let path = "\(stack.folder)/keys.ledger"
        let old = try #require(
            Self.said(stack, "ledger", "key").text.split(separator: " ").last.map(String.init)
        )
        #expect(stack.stop() == 0)
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).away")
        let refused = [
            Self.said(stack, "serve"), Self.said(stack, "ledger", "key"),
            Self.said(stack, "ledger", "verify", stack.tenant),
            Self.said(stack, "audit", "verify", stack.tenant),
        ]
        for answer in refused {
            #expect(answer.isFailure)
            #expect(answer.text.contains("there is no key file \(path)"), "\(answer.text)")
            #expect(answer.text.contains("GATEWAY_LEDGER_KEY_FILE"), "\(answer.text)")
        }
        let doctor = Self.said(stack, "doctor")
        #expect(doctor.text.contains("WRONG ledger key"), "\(doctor.text)")
        let whole = Self.said(stack, "audit", "verify", stack.tenant, "--public-key", old)
        #expect(whole.text.contains("the trail is whole"), "\(whole.text)")
        #expect(!FileManager.default.fileExists(atPath: path), "it was made")

        let new = Self.said(stack, "ledger", "key", "--new")
        #expect(!new.isFailure && !new.text.contains(old), "\(new.text)")
        #expect(Self.said(stack, "ledger", "key", "--new").isFailure)
        let other = Self.said(stack, "doctor")
        #expect(other.text.contains("the newest head was signed with the key"), "\(other.text)")
        let strange = Self.said(stack, "audit", "verify", stack.tenant)
        #expect(strange.isFailure)
        #expect(strange.text.contains("which was not given"), "\(strange.text)")
        let both = Self.said(stack, "audit", "verify", stack.tenant, "--public-key", old)
        #expect(both.text.contains("the trail is whole"), "\(both.text)")
        try stack.start()
        try await stack.client.untilReady()
    }

    /// Waits until all that the stack's making has noted is sealed.
    private static func untilSealed(_ stack: TestStack) async throws {
        try await eventually {
            let trail = said(stack, "audit", "verify", stack.tenant)
            return !trail.isFailure && trail.text.contains("head ")
                && !trail.text.contains("wait to be sealed")
        }
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
