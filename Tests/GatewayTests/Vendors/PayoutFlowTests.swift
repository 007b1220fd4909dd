import HTTP
import JSON
import Testing

/// Refunds that HesabPay pays out, through the running gateway: asked by one person, approved by
/// another, and never sent twice.
@Suite(.serialized) struct PayoutFlowTests {
    private static func stand(settings: [String: String] = [:]) async throws -> VendorStand {
        try await VendorStand(.hesabPayPayouts, settings: settings)
    }

    private func post(
        _ stand: VendorStand,
        _ path: String,
        _ body: JSONValue,
        as person: String,
        key: String
    ) async throws -> TestClient.Answer {
        var fields = HTTPFields()
        fields.append("Gateway-Actor", person)
        return try await stand.stack.client.send(.post, path, body, key: key, fields: fields)
    }

    /// Asks for a refund and returns its identifier and its attempt's.
    private func ask(
        _ stand: VendorStand,
        _ page: VendorStand.Page,
        _ amount: Int64,
        key: String = "ask"
    ) async throws -> (refund: String, attempt: String) {
        let asked = try await post(
            stand,
            "/intents/\(page.intent)/refunds",
            ["amount": .integer(amount)],
            as: "anna",
            key: key
        )
        #expect(asked.status == 201, "\(asked)")
        let refund = asked.body["refunds"]?.arrayValue?.last
        #expect(refund?["outcome"] == "awaiting_approval")
        #expect(asked.integer("amount_refunded") == 0)
        return (
            try #require(refund?["id"]?.stringValue),
            try #require(asked.body["last_attempt"]?["id"]?.stringValue)
        )
    }

    private func payouts(_ stand: VendorStand) async throws -> [JSONValue] {
        let answer = try await stand.simulator.raw(.get, "/_control/payouts", nil)
        return try #require(answer.body["payouts"]?.arrayValue)
    }

    @Test func `a refund is paid out to the payer once a second person agrees`() async throws {
        let stand = try await Self.stand()
        let page = try await stand.paid()
        let (refund, _) = try await ask(stand, page, 150_000)
        #expect(try await payouts(stand).isEmpty)
        let waiting = try await stand.stack.client.get("/cash/refunds")
        let listed = waiting.body["data"]?.arrayValue?.first { $0["id"] == .string(refund) }
        #expect(listed?["gateway"] == "hesabpay")

        let path = "/cash/refunds/\(refund)/approve"
        let own = try await post(stand, path, [:], as: "anna", key: "own")
        #expect(own.status == 403, "\(own)")
        #expect(own.text("code") == "second_person_required")
        let paid = try await post(stand, path, [:], as: "boris", key: "yes")
        #expect(paid.status == 200, "\(paid)")
        #expect(paid.text("status") == "partially_refunded")
        #expect(paid.integer("amount_refunded") == 150_000)
        let again = try await post(stand, path, [:], as: "boris", key: "yes")
        #expect(again.isReplay)
        let sent = try await payouts(stand)
        #expect(sent.count == 1)
        #expect(sent.first?["account_number"] == "0790000117")
        #expect(sent.first?["amount"] == 150_000)
        try await stand.expectAgreement(page)
        // The payer's account is shown to nobody.
        let shown = try await stand.stack.client.get("/intents/\(page.intent)")
        #expect(!"\(shown)".contains("0790000117"))
        #expect(!stand.stack.logs.contains("0790000117"))
    }

    @Test func `turned down, nothing is paid out`() async throws {
        let stand = try await Self.stand()
        let page = try await stand.paid()
        let (refund, _) = try await ask(stand, page, 150_000)
        let no = try await post(
            stand,
            "/cash/refunds/\(refund)/reject",
            [:],
            as: "boris",
            key: "no"
        )
        #expect(no.status == 200, "\(no)")
        #expect(no.text("status") == "captured")
        #expect(try await payouts(stand).isEmpty)
    }

    @Test func `a payout whose answer is lost is settled by two persons, and paid once`()
        async throws
    {
        let stand = try await Self.stand(settings: ["GATEWAY_ESCALATION_SECONDS": "10"])
        let page = try await stand.paid()
        let (refund, attempt) = try await ask(stand, page, 150_000)
        try await stand.fault(["kind": "lose_reply", "name": "send-money-MultiVendor"])
        let path = "/cash/refunds/\(refund)/approve"
        let lost = try await post(stand, path, [:], as: "boris", key: "yes")
        #expect(lost.status == 202, "\(lost)")
        #expect(lost.body["refunds"]?.arrayValue?.last?["outcome"] == "unknown")
        // What cannot be asked after becomes an operator's matter, and is not sent again.
        try await eventually {
            let unknown = try await stand.stack.client.get("/unknowns").body["data"]?.arrayValue
            return unknown?.contains {
                $0["owner"] == "operator" && $0["attempt"]?["id"] == .string(attempt)
            } == true
        }
        #expect(try await payouts(stand).count == 1)
        let proposed = try await post(
            stand,
            "/unknowns/\(attempt)/settlement",
            [
                "outcome": "succeeded", "gateway_reference": "0119",
                "reason": "it stands in the dashboard",
            ],
            as: "anna",
            key: "propose"
        )
        #expect(proposed.status == 201, "\(proposed)")
        let settled = try await post(
            stand,
            "/unknowns/\(attempt)/settlement/approve",
            ["proposed_at": proposed.body["settlements"]?[0]?["proposed_at"] ?? .null],
            as: "boris",
            key: "settle"
        )
        #expect(settled.status == 200, "\(settled)")
        #expect(settled.text("status") == "partially_refunded")
        #expect(settled.integer("amount_refunded") == 150_000)
        #expect(try await payouts(stand).count == 1)
        try await stand.expectAgreement(page)
    }
}

extension VendorUnderTest {
    /// HesabPay with an account whose refunds are payouts.
    static let hesabPayPayouts = hesabPay(
        fields: ["pin": pin, "wire": #"{"refund_mode":"payout"}"#],
        pin: pin
    )

    private static let pin = "4711-pin-of-the-suite"
}
