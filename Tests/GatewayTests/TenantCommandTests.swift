import HTTP
import JSON
import TestKit
import Testing

/// Commands about a tenant that is not there, and about one that is suspended.
@Suite(.serialized) struct TenantCommandTests {
    private static let stranger = "ten_01h455vb4pex5vsknk084sn02q"

    @Test func `no command takes a tenant that is not there`() async throws {
        let stack = try await TestStack()
        let tenant = Self.stranger
        let (payment, attempt) = (
            "pay_01h455vb4pex5vsknk084sn02q", "att_01h455vb4pex5vsknk084sn02q"
        )
        let proposal = ["--proposed-at", "2026-11-23T09:30:00Z"]
        let commands = [
            ["tenant", "drop", tenant], ["tenant", "drop", tenant, "--erase"],
            ["tenant", "suspend", tenant], ["tenant", "resume", tenant],
            ["tenant", "rotate-key", tenant],
            ["key", "create", "--tenant", tenant, "--name", "k", "--all-permissions"],
            ["key", "list", "--tenant", tenant],
            ["key", "revoke", "key_01h455vb4pex5vsknk084sn02q", "--tenant", tenant],
            ["account", "create", "--tenant", tenant, "--vendor", "cash", "--name", "main"],
            ["account", "list", tenant], ["intent", "show", tenant, payment],
            ["ledger", "verify", tenant], ["ledger", "export", tenant],
            ["ledger", "accounts", tenant], ["audit", "list", tenant],
            ["audit", "export", tenant], ["audit", "verify", tenant], ["jobs", "list", tenant],
            ["jobs", "show", tenant, "purge", "x"], ["jobs", "retry", tenant, "purge", "x"],
            ["jobs", "cancel", tenant, "purge", "x", "--as", "anna"], ["unknowns", "list", tenant],
            [
                "unknowns", "propose", tenant, attempt, "--not-done", "--reason", "seen", "--as",
                "anna",
            ],
            ["unknowns", "approve", tenant, attempt, "--as", "boris"] + proposal,
            ["unknowns", "reject", tenant, attempt, "--as", "boris"] + proposal,
            ["webhooks", "list", tenant],
            ["webhooks", "replay", tenant, "whk_01h455vb4pex5vsknk084sn02q"],
            ["events", "list", tenant], ["events", "dead-letters", tenant],
            ["events", "replay", "iev_01h455vb4pex5vsknk084sn02q", "--tenant", tenant],
        ]
        for command in commands {
            let answer = Program.said(command, stack.environment)
            #expect(answer.isFailure, "\(command)")
            #expect(answer.text.contains("there is no such tenant"), "\(command): \(answer.text)")
        }
        let trail = try Program.run(
            ["audit", "list", "--platform", "--resource", tenant],
            environment: stack.environment
        )
        #expect(trail.isEmpty, "\(trail)")
    }

    @Test func `a suspended tenant reads and moves nothing until it is resumed`() async throws {
        let stack = try await TestStack()
        let paid = try await stack.payCash()
        for _ in 0..<2 {
            try Program.run(["tenant", "suspend", stack.tenant], environment: stack.environment)
        }
        try await eventually {
            let refused = try await stack.client.post("/intents", Self.cash)
            return refused.status == 403 && refused.text("code") == "tenant_suspended"
        }
        #expect(try await stack.client.get("/intents/\(paid)").status == 200)
        try Program.run(["tenant", "resume", stack.tenant], environment: stack.environment)
        try await eventually { try await stack.client.post("/intents", Self.cash).status == 201 }
        let trail = try Program.run(
            ["audit", "list", "--platform", "--resource", stack.tenant],
            environment: stack.environment
        )
        // The second of two does nothing.
        let deeds = trail.matches(of: /gateway tenant (suspend|resume)/).map { $0.output.1 }
        #expect(deeds == ["resume", "suspend"], "\(trail)")
        try Program.run(["tenant", "drop", stack.tenant], environment: stack.environment)
        for verb in ["suspend", "resume"] {
            let answer = Program.said(["tenant", verb, stack.tenant], stack.environment)
            #expect(answer.isFailure)
            #expect(answer.text.contains("is dropped"), "\(answer.text)")
        }
    }

    @Test(arguments: [true, false])
    func `a tenant whose making was cut short is finished`(byMigrating: Bool) async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let create = ["tenant", "create", "--name", "Half", "--if-absent"]
        let tenant = try Program.run(create, environment: stack.environment)
        try await DatabaseHand.on(stack) { try await $0.unmake(tenantNamed: "Half") }
        if byMigrating {
            try Program.run(["migrate"], environment: stack.environment)
        } else {
            #expect(try Program.run(create, environment: stack.environment) == tenant)
        }
        let jobs = try Program.run(["jobs", "list", tenant], environment: stack.environment)
        #expect(jobs.contains("purge"), "\(jobs)")
        let key = try Program.run(
            ["key", "create", "--tenant", tenant, "--name", "k", "--all-permissions"],
            environment: stack.environment
        )
        let client = TestClient(baseURL: stack.client.baseURL, apiKey: key)
        let paid = try await client.post("/intents", Self.cash)
        #expect(paid.status == 201, "\(paid)")
    }

    private static let cash: JSONValue = [
        "amount": 100, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"],
    ]

    @Test func `data keys are rotated, of one tenant and of all, while they are in use`()
        async throws
    {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let old = try await stack.method()
        let other = try Program.run(
            ["tenant", "create", "--name", "Other"],
            environment: stack.environment
        )
        try Program.run(["tenant", "rotate-key", stack.tenant], environment: stack.environment)
        let all = try Program.run(
            ["tenant", "rotate-key", "--all"],
            environment: stack.environment
        )
        for tenant in [stack.tenant, other] {
            #expect(all.contains("\(tenant) has a new data key"), "\(all)")
        }
        // What the older keys sealed opens, and what is sealed now does, too.
        let new = try await stack.method("pm_card_mastercard")
        for method in [old, new] {
            let held = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
            #expect(held.status == 201, "\(held)")
        }
        let trail = try Program.run(
            ["audit", "list", "--platform", "--action", "gateway tenant rotate-key"],
            environment: stack.environment
        )
        #expect(trail.split(separator: "\n").count == 3, "\(trail)")
        #expect(Program.said(["tenant", "rotate-key"], stack.environment).isFailure)
    }
}
