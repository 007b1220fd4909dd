import HTTP
import JSON
import TestKit
import Testing

/// What was sold, told to Click by a durable job: the payment never waits for it, and it is not lost.
@Suite(.serialized) struct ClickSaleFlowTests {
    private static let submit = "ofd_data.submit_items"

    private func job(_ till: ClickTill, of intent: String) async throws -> TestClient.Answer {
        try await till.stack.client.get("/jobs/register_sale/\(intent)")
    }

    @Test func `a payment by link has its fiscal receipt`() async throws {
        let till = try await ClickTill()
        let intent = try await till.payByLink()
        let receipt = try await till.receipt(of: intent)
        #expect(receipt.hasPrefix("https://ofd.soliq.uz/"))
        #expect(try await till.calls(Self.submit) == 1)
        #expect(try await job(till, of: intent).status == 404, "it is done")
    }

    @Test(arguments: ["lose_reply", "fail"])
    func `a receipt whose answer is lost is asked for, and told again only when there is none`(
        fault: String
    ) async throws {
        let till = try await ClickTill()
        try await till.simulator.act(
            "faults",
            ["kind": .string(fault), "name": .string(Self.submit)]
        )
        let intent = try await till.payByLink()
        try await eventually {
            try await job(till, of: intent).text("last_error")?.isEmpty == false
        }
        let paid = try await till.stack.client.get("/intents/\(intent)")
        #expect(paid.text("status") == "captured", "the payment stands")
        #expect(paid.body["details"]?["fiscal_qr_code_url"] == nil)
        let again = try await till.stack.client.post("/jobs/register_sale/\(intent)/retry", [:])
        #expect(again.status < 300, "\(again)")
        _ = try await till.receipt(of: intent)
        #expect(try await till.calls(Self.submit) == (fault == "lose_reply" ? 1 : 2))
    }

    @Test func `a receipt that cannot be right is a dead letter, and alarms`() async throws {
        let till = try await ClickTill()
        let intent = try await till.payByLink(ClickTill.order(of: 7_000_000))
        try await eventually { try await job(till, of: intent).text("state") == "dead" }
        let dead = try await job(till, of: intent)
        #expect(dead.text("last_error")?.contains("add up") == true, "\(dead)")
        #expect(try await till.calls(Self.submit) == 0)
        let metrics = try await till.stack.client.raw(.get, "/metrics", nil)
        let line = #"jobs_dead_total{kind="register_sale"} 1"#
        #expect(metrics.body.stringValue?.contains(line) == true)
    }
}
