import HTTP
import JSON
import TestKit
import Testing

/// `gateway account create`: what is not named stays as it is.
@Suite(.serialized) struct AccountCommandTests {
    private static func create(
        _ stack: TestStack,
        _ words: String...,
        named name: String = "second"
    ) throws -> String {
        try Program.run(
            [
                "account", "create", "--tenant", stack.tenant, "--vendor", "stripe", "--name", name,
            ] + words,
            environment: stack.environment
        )
    }

    @Test func `an account that is replaced keeps what is not named`() async throws {
        let stack = try await TestStack()
        let id = try Self.create(
            stack,
            "--default",
            "--settlement-currency",
            "EUR",
            "--webhook-network",
            "3.18.12.0/24",
            "--set",
            "secret_key=sk_test_a",
            "--set",
            "webhook_secrets=whsec_a"
        )
        let patched = try await stack.client.send(
            .patch,
            "/adapters/accounts/\(id)",
            ["active": false],
            key: "off"
        )
        #expect(patched.status == 200, "\(patched)")
        let before = try await stack.client.get("/adapters/accounts/\(id)").body
        // Nothing named, then the secrets alone.
        #expect(try Self.create(stack, "--replace") == id)
        #expect(try await stack.client.get("/adapters/accounts/\(id)").body == before)
        let again = try Self.create(
            stack,
            "--replace",
            "--set",
            "secret_key=sk_test_b",
            "--set",
            "webhook_secrets=whsec_b"
        )
        #expect(again == id)
        #expect(try await stack.client.get("/adapters/accounts/\(id)").body == before)
        // What is named changes, and nothing else.
        _ = try Self.create(stack, "--replace", "--settlement-currency", "USD")
        let after = try await stack.client.get("/adapters/accounts/\(id)").body
        #expect(after["settlement_currency"]?.stringValue == "USD")
        for name in ["default", "active", "webhook_networks", "mode"] {
            #expect(after[name] == before[name], "\(name)")
        }
    }

    @Test func `credentials come by standard input, where no process list shows them`() async throws
    {
        let stack = try await TestStack()
        let piped = """
            printf 'secret_key=sk_test_suite\\nwebhook_secrets=whsec_a\\nwebhook_secrets=whsec_b\\n' |
                "$0" "$@" --set-from-input
            """
        let id = try Program.run(
            [
                "bash", "-c", piped, Program.path, "account", "create", "--tenant", stack.tenant,
                "--vendor", "stripe", "--name", "piped",
            ],
            environment: stack.environment,
            program: "/usr/bin/env"
        )
        let account = try await stack.client.get("/adapters/accounts/\(id)")
        #expect(account.text("name") == "piped", "\(account)")
    }

    @Test func `a mode that would change is refused`() async throws {
        let stack = try await TestStack()
        #expect {
            try Self.create(stack, "--replace", "--live", named: "main")
        } throws: { "\($0)".contains("is for test money, and a mode never changes") }
    }

    @Test(arguments: [
        ["--set-from-input"], ["--from-env", "secret_key=KEY"], ["--from-file", "/somewhere.json"],
        ["--from-secret", "projects/hotel/secrets/stripe"],
    ])
    func `credentials from two places are refused`(source: [String]) async throws {
        let command = [
            "account", "create", "--tenant", "ten_01h455vb4pex5vsknk084sn02q", "--vendor",
            "stripe", "--name", "x", "--set", "secret_key=sk_test_a",
        ]
        #expect {
            try Program.run(command + source, environment: [:])
        } throws: { "\($0)".contains("give one of --set, --set-from-input") }
    }
}
