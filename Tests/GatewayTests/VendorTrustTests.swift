import Foundation
import JSON
import TestKit
import Testing

/// Whom the gateway calls as a vendor: one behind an authority that only the operator knows, and one
/// inside the operator's network, as a proxy of the house or a test system is.
@Suite(.serialized) struct VendorTrustTests {
    @Test(.timeLimit(.minutes(5)))
    func `a vendor is called under the operator's own authority, and told nothing without it`()
        async throws
    {
        let certificates = try TestCertificates.shared.get()
        let stack = try await TestStack(
            replicas: 2,
            own: [0: ["GATEWAY_VENDOR_CA": certificates.authority.certificate]]
        )
        let output = "\(stack.folder)/secure.json"
        let simulator = try ServingProcess(
            [
                "simulate", "stripe", "--port", "0", "--certificate",
                certificates.server.certificate, "--private-key", certificates.server.key,
            ],
            environment: [:],
            logPath: output
        )
        defer { simulator.kill() }
        try await eventually { try String(contentsOfFile: output, encoding: .utf8).hasSuffix("\n") }
        let listening = try JSONValue.parse(String(contentsOfFile: output, encoding: .utf8))
        let base = try #require(listening["stripe"]?["base_url"]?.stringValue)
        #expect(base.hasPrefix("https://"))
        _ = try stack.account(
            "stripe",
            ["secret_key": "sk_test_suite", "webhook_secrets": "whsec_other", "api_base": base]
        )
        let kept: JSONValue = ["kind": "card", "provider": "stripe", "token": "pm_card_visa"]
        let refused = try await stack.replicaClient(1).post("/payment-methods", kept)
        #expect(refused.status == 503, "\(refused)")
        let attached = try await stack.client.post("/payment-methods", kept)
        #expect(attached.status == 201, "\(attached)")
        let paid = try await stack.client.post(
            "/intents",
            [
                "amount": 500, "currency": "USD",
                "method": ["kind": "card", "id": .string(try #require(attached.text("id")))],
            ]
        )
        #expect(paid.status == 201, "\(paid)")
        #expect(paid.text("status") == "authorized")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a vendor at an address that is not public hears nothing, unless the operator allows it`()
        async throws
    {
        let stack = try await TestStack(
            replicas: 2,
            own: [1: ["GATEWAY_VENDOR_ADDRESSES": "public"]]
        )
        let kept: JSONValue = ["kind": "card", "provider": "stripe", "token": "pm_card_visa"]
        let refused = try await stack.replicaClient(1).post("/payment-methods", kept)
        #expect(refused.status == 503, "\(refused)")
        let attached = try await stack.client.post("/payment-methods", kept)
        #expect(attached.status == 201, "\(attached)")
    }
}
