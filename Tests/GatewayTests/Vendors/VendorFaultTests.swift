import HTTP
import JSON
import TestKit
import Testing

/// What goes wrong between the running gateway and a vendor while money moves.
@Suite(.serialized) struct VendorFaultTests {
    @Test(arguments: VendorUnderTest.all.filter { $0.capture != nil })
    func `a capture that is answered with nonsense is found out, and not repeated`(
        vendor: VendorUnderTest
    ) async throws {
        let stand = try await VendorStand(vendor)
        for nonsense in ["html_body", "empty_body", "garbage_body"] {
            let page = try await stand.paid()
            try await stand.fault(
                ["kind": .string(nonsense), "name": .string(vendor.capture ?? "")]
            )
            let unknown = try await stand.stack.client.post(
                "/intents/\(page.intent)/capture",
                ["amount": .integer(vendor.captured)]
            )
            #expect(unknown.status == 202, "\(nonsense): \(unknown)")
            #expect(unknown.body["last_attempt"]?["outcome"] == "unknown", "\(nonsense)")
            let intent = try await stand.stack.until(page.intent, "captured")
            #expect(intent["amount_captured"]?.integerValue == vendor.captured, "\(nonsense)")
            #expect(intent["captures"]?.arrayValue?.count == 1, "\(nonsense)")
            try await stand.expectAgreement(page)
        }
    }

    @Test func `a tenant whose key is lost holds up nobody else's notifications`() async throws {
        // A cluster of its own: what cannot be read stays due.
        let stand = try await VendorStand(.payPal, cluster: try await PostgresCluster())
        let environment = stand.stack.environment
        let other = try Program.run(
            ["tenant", "create", "--name", "Lost"],
            environment: environment
        )
        try Program.run(
            [
                "account", "create", "--tenant", other, "--vendor", "octo", "--name", "main",
                "--set", "shop_id=28", "--set", "octo_secret=s", "--set", "unique_key=k",
            ],
            environment: environment
        )
        try await DatabaseHand.on(stand.stack) { hand in
            try await hand.leaveUnreadable(2_000, every: .milliseconds(5), ofTenantNamed: "Lost")
        }
        // A process that has opened the key would still know it.
        #expect(stand.stack.stop() == 0)
        try stand.stack.start()
        try await stand.stack.client.untilReady()
        for _ in 0..<3 {
            let page = try await stand.open()
            try await stand.vendor.pay(page, stand.simulator)
            try await stand.stack.until(page.intent, "authorized", within: .seconds(10))
        }
    }

    @Test func `an access token that ends under way is replaced once, the capture made once`()
        async throws
    {
        let stand = try await VendorStand(.payPal)
        let page = try await stand.paid()
        let before = try await stand.calls("oauth2.token").count
        let ended = try await stand.simulator.raw(.delete, "/_control/access_tokens", nil)
        #expect(ended.status < 300, "\(ended)")
        try await stand.capture(page)
        #expect(try await stand.calls("oauth2.token").count == before + 1)
        let captures = try await stand.calls("authorizations.capture")
        #expect(captures.count { $0["status"] == 201 } == 1)
        let intent = try await stand.stack.client.get("/intents/\(page.intent)")
        #expect(intent.integer("amount_captured") == stand.vendor.captured)
        try await stand.expectAgreement(page)
    }
}

extension VendorStand {
    /// The simulator's latest calls of one operation.
    func calls(_ operation: String) async throws -> [JSONValue] {
        let answer = try await simulator.raw(
            .get,
            "/_control/requests?operation=\(operation)",
            nil
        )
        return try #require(answer.body["requests"]?.arrayValue)
    }
}
