import HTTP
import JSON
import PaymentCore
import Postgres
import TestKit
import Testing

@testable import gateway

/// What an operator asks of the command line, against a real installation.
@Suite(.serialized) struct CommandLineTests {
    @Test func `the doctor finds nothing in a sound installation, and says what to do otherwise`()
        async throws
    {
        // Alone in its database: it looks at every tenant's vendors.
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let sound = Program.said(["doctor"], stack.environment)
        #expect(!sound.isFailure, "\(sound.text)")
        for check in ["database", "migrations", "clock", "stripe at \(stack.simulator.baseURL)"] {
            #expect(sound.text.contains("ok    \(check)"), "\(sound.text)")
        }
        var elsewhere = stack.environment
        let port = try FreePort.take()
        elsewhere["GATEWAY_DATABASE_URL"] = "postgres://nobody@127.0.0.1:\(port)/nothing"
        let away = Program.said(["doctor"], elsewhere)
        #expect(away.isFailure)
        #expect(away.text.contains("WRONG database"))
        #expect(away.text.contains("check GATEWAY_DATABASE_URL"))
        let typo = Program.said(["doctor"], stack.environment.merging(["GATEWAY_TYPO": "1"]) { $1 })
        #expect(typo.isFailure)
        #expect(typo.text.contains("WRONG settings"))
        #expect(typo.text.contains("GATEWAY_TYPO"))
        _ = try stack.account("hesabpay", ["api_base": "http://127.0.0.1:\(port)", "api_key": "k"])
        let vendor = Program.said(["doctor"], stack.environment)
        #expect(vendor.isFailure, "\(vendor.text)")
        #expect(vendor.text.contains("WRONG hesabpay"), "\(vendor.text)")
    }

    /// Writes would name what the schema does not have yet, so nothing must be sent there.
    @Test func `the doctor and the readiness probe find a control schema that is behind`()
        async throws
    {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        #expect(try await stack.client.raw(.get, "/health/ready", nil).status == 200)
        try await DatabaseHand.on(stack) { hand in
            try await hand.withOlderControlSchema {
                let readiness = try await stack.client.raw(.get, "/health/ready", nil)
                #expect(readiness.status == 503, "\(readiness)")
                let doctor = Program.said(["doctor"], stack.environment)
                #expect(doctor.isFailure)
                #expect(doctor.text.contains("the control schema is behind"), "\(doctor.text)")
                #expect(doctor.text.contains("run `gateway migrate`"), "\(doctor.text)")
            }
        }
        try await stack.client.untilReady()
    }

    @Test func `a payment is shown with its attempts, and a missing one is told`() async throws {
        let stack = try await TestStack()
        let held = try await stack.client.post(
            "/intents",
            MainPathTests.hold(stack, try await stack.method())
        )
        let id = try #require(held.text("id"))
        _ = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        let shown = Program.said(["intent", "show", stack.tenant, id], stack.environment)
        #expect(!shown.isFailure, "\(shown.text)")
        for part in [
            id, "(minor units)", "captured    5000", "1. att_", "authorize", "2. att_", "capture",
        ] {
            #expect(shown.text.contains(part), "\(part): \(shown.text)")
        }
        let other = try Program.run(
            ["tenant", "create", "--name", "Other"],
            environment: stack.environment
        )
        let missing = Program.said(["intent", "show", other, id], stack.environment)
        #expect(missing.isFailure)
        #expect(missing.text.contains("there is no such payment"))
    }

    @Test func `tenants are made in numbers, listed, and dropped`() async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let made = try Program.run(
            ["-c", "printf 'North\\nSouth\\n' | '\(Program.path)' tenant create --from-input"],
            environment: stack.environment,
            program: "/bin/sh"
        ).split(separator: "\n").map(String.init)
        #expect(made.count == 2)
        let list = try Program.run(["tenant", "list"], environment: stack.environment)
        for tenant in made { #expect(list.contains("\(tenant)  active")) }
        let key = try Program.run(
            ["key", "create", "--tenant", made[0], "--name", "k", "--all-permissions"],
            environment: stack.environment
        )
        let client = TestClient(baseURL: stack.client.baseURL, apiKey: key)
        #expect(try await client.get("/intents").status == 200)
        try Program.run(["tenant", "drop", made[0]], environment: stack.environment)
        // What is remembered of a tenant is at most 5 s old.
        try await eventually { try await client.get("/intents").status == 404 }
        let left = try Program.run(["tenant", "list"], environment: stack.environment)
        #expect(left.contains("\(made[0])  dropped"))
        #expect(left.contains("\(made[1])  active"))
    }

    @Test func `a key works until it is revoked, and is listed without its secret`() async throws {
        let stack = try await TestStack()
        let secret = try Program.run(
            ["key", "create", "--tenant", stack.tenant, "--name", "short", "--all-permissions"],
            environment: stack.environment
        )
        let client = TestClient(baseURL: stack.client.baseURL, apiKey: secret)
        #expect(try await client.get("/intents").status == 200)
        let keys = try Program.run(
            ["key", "list", "--tenant", stack.tenant],
            environment: stack.environment
        )
        #expect(!keys.contains(secret))
        let line = try #require(keys.split(separator: "\n").first { $0.contains("  short  ") })
        let id = String(try #require(line.split(separator: " ").first))
        try Program.run(
            ["key", "revoke", id, "--tenant", stack.tenant],
            environment: stack.environment
        )
        try await eventually { try await client.get("/intents").status == 401 }
    }

    @Test func `errors are told in words, with what to do`() async throws {
        let stack = try await TestStack()
        var elsewhere = stack.environment
        let port = try FreePort.take()
        elsewhere["GATEWAY_DATABASE_URL"] = "postgres://nobody@127.0.0.1:\(port)/nothing"
        let cluster = try await PostgresCluster()
        let fresh = try await cluster.freshDatabase().url
        let unmigrated = elsewhere.merging(["GATEWAY_DATABASE_URL": fresh.text]) { $1 }
        let wrong = fresh.replacing(password: "wrong")
        let refused = elsewhere.merging(["GATEWAY_DATABASE_URL": wrong.text]) { $1 }
        let unmoved = stack.environment.merging(["GATEWAY_MIGRATIONS": "/nope"]) { $1 }
        let noCertificate = ["GATEWAY_TLS_CERTIFICATE": "/nope", "GATEWAY_TLS_KEY": "/nope"]
        let attempt = "att_01h455vb4pex5vsknk084sn02q"
        let decision = [
            "unknowns", "approve", stack.tenant, attempt, "--as", "boris", "--proposed-at",
            "2026-11-23T09:30:00.000001Z",
        ]
        let proposal = [
            "unknowns", "propose", stack.tenant, attempt, "--as", "anna", "--reason", "asked",
        ]
        let cases: [([String], [String: String], String)] = [
            (["tenant", "list"], elsewhere, "check GATEWAY_DATABASE_URL"),
            (["tenant", "list"], refused, "check GATEWAY_DATABASE_URL"),
            (["tenant", "list"], unmigrated, "run `gateway migrate`"),
            (["tenant", "list"], ["GATEWAY_LOOPS": "0"], "`gateway config --reference`"),
            (["doctor"], ["GATEWAY_LOOPS": "0"], "`gateway config --reference`"),
            (
                ["doctor"], ["GATEWAY_DATABASE_URL": "nonsense"],
                "GATEWAY_DATABASE_URL: the database"
            ),
            (["doctor"], ["GATEWAY_VENDOR_CA": "/nope"], "GATEWAY_VENDOR_CA: “/nope”"),
            (
                ["doctor"], ["GATEWAY_GOOGLE_CREDENTIALS": "/nope"],
                "GATEWAY_GOOGLE_CREDENTIALS: cannot read /nope"
            ),
            (["doctor"], unmoved, "WRONG migrations folder"),
            (["migrate"], unmoved, "GATEWAY_MIGRATIONS: “/nope”"),
            (["serve"], noCertificate, "GATEWAY_TLS_CERTIFICATE: “/nope”"),
            (["ping", "http://127.0.0.1:\(port)/"], [:], "connect"),
            (["simulate", "stripe", "--settings", "{"], [:], "this is not JSON"),
            (decision, stack.environment, "not decided: there is no such attempt"),
            (Array(decision.dropLast()) + ["noon"], [:], "'noon' is invalid for '--proposed-at"),
            (proposal + ["--succeeded", "r", "--amount", "0"], [:], "--amount goes with"),
            (proposal + ["--not-done", "--amount", "5"], [:], "--amount goes with --succeeded"),
            (proposal, [:], "give --succeeded with a reference, or --not-done"),
        ]
        for (command, environment, expected) in cases {
            let answer = Program.said(command, environment)
            #expect(answer.isFailure)
            #expect(answer.text.lowercased().contains(expected.lowercased()), "\(answer.text)")
            for value in ["StoreError", "HTTPTransportError", "JSONError", "Error(", "notFound"] {
                #expect(!answer.text.contains(value), "\(answer.text)")
            }
        }
    }

    @Test func `a second person is asked for in the command line's words`() {
        let words = CommandError.words(for: WorkflowError(.secondPersonRequired))
        #expect(words.contains("--as"))
        #expect(!words.contains("Gateway-Actor"))
    }

    @Test func `ports that there are not are refused`() {
        let answer = Program.said(["simulate", "--port", "65533"], [:])
        #expect(answer.isFailure)
        #expect(answer.text.contains("go beyond 65535"), "\(answer.text)")
    }

    @Test func `the program says which one it is`() throws {
        let text = try Program.run(["--version"], environment: [:])
        #expect(text.contains(/control schema [0-9]+, tenant schema [0-9]+/), "\(text)")
    }
}
