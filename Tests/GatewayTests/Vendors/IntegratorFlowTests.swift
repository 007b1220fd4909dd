import EventDelivery
import Foundation
import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

/// A vendor that a customer brings, the example of `docs/integrator.md`, under the running gateway.
@Suite(.serialized, .enabled(if: IntegratorExample.python != nil))
struct IntegratorFlowTests {
    /// The example behind a wire that can lose what it says.
    private struct Stand {
        let stack: TestStack
        let bank: IntegratorExample
        let wire: PostgresProxy
        let webhook: String

        init() async throws {
            stack = try await TestStack()
            bank = try IntegratorExample()
            let port = bank.baseURL.split(separator: ":").last.flatMap { Int($0) }
            wire = try PostgresProxy(target: try #require(port))
            var fields = ["secrets": IntegratorExample.secret]
            for operation in ["authorize", "capture", "void", "refund", "look_up"] {
                fields["\(operation)_url"] = "http://127.0.0.1:\(wire.port)/\(operation)"
            }
            let account = try stack.account("integrator", fields)
            webhook = "/webhooks/v1/integrator/\(account)"
        }

        func close() {
            bank.stop()
            wire.close()
        }

        /// A hold that its payer agreed to on the bank's page.
        func held() async throws -> VendorStand.Page {
            let page = try await stack.open(
                [
                    "amount": 12_500, "currency": "EUR", "capture_method": "manual",
                    "provider": "integrator", "method": ["kind": "redirect"],
                    "return_url": "https://hotel.example/thanks",
                ]
            )
            let agreed = try await stack.client.submit("choice=agree", to: page.url)
            #expect(agreed == 303)
            try await stack.until(page.intent, "authorized")
            return page
        }

        /// Tells what the bank would, signed at `seconds` with `secret`.
        func tell(
            _ page: VendorStand.Page,
            secret: String = IntegratorExample.secret,
            at seconds: Int64 = SystemSeconds.now
        ) async throws -> TestClient.Answer {
            let event: JSONValue = [
                "id": "evt_of_the_suite", "type": "payment.updated", "mode": "test",
                "created_at": "2025-01-01T00:00:00Z",
                "data": [
                    "reference": .string(page.reference), "attempt": .string(page.attempt),
                    "status": "captured", "amount": 12_500, "currency": "EUR",
                    "captured": 12_500, "capturable": 0,
                ],
            ]
            let signature = StandardWebhook.signature(
                of: event.bytes(),
                id: "evt_of_the_suite",
                at: seconds,
                VendorToken(secret)
            )
            return try await stack.client.raw(
                .post,
                webhook,
                event,
                fields: [
                    "webhook-id": "evt_of_the_suite",
                    "webhook-timestamp": "\(seconds)",
                    "webhook-signature": try #require(signature),
                ]
            )
        }
    }

    @Test func `a payment is taken, captured, given back in part; another is given up`()
        async throws
    {
        let stand = try await Stand()
        defer { stand.close() }
        let client = stand.stack.client
        let page = try await stand.held()
        let captured = try await client.post("/intents/\(page.intent)/capture", ["amount": 5_000])
        #expect(captured.text("status") == "captured", "\(captured)")
        let refunded = try await client.post("/intents/\(page.intent)/refunds", ["amount": 2_000])
        #expect(refunded.text("status") == "partially_refunded", "\(refunded)")
        #expect(refunded.integer("amount_refunded") == 2_000)
        let other = try await stand.held()
        let voided = try await client.post("/intents/\(other.intent)/void", [:])
        #expect(voided.text("status") == "voided", "\(voided)")
    }

    @Test func `a capture whose reply is lost is found out, and not repeated`() async throws {
        let stand = try await Stand()
        defer { stand.close() }
        let page = try await stand.held()
        stand.wire.set(.cutAtAnswer)
        let unknown = try await stand.stack.client.post(
            "/intents/\(page.intent)/capture",
            ["amount": 5_000]
        )
        #expect(unknown.status == 202, "\(unknown)")
        let intent = try await stand.stack.until(page.intent, "captured")
        #expect(intent["amount_captured"] == 5_000)
        // Twice as much would be more than was held.
        let rest = try await stand.stack.client.post(
            "/intents/\(page.intent)/refunds",
            ["amount": 5_000]
        )
        #expect(rest.text("status") == "refunded", "\(rest)")
    }

    @Test func `a notification is believed with the right signature, in time, and once`()
        async throws
    {
        let stand = try await Stand()
        defer { stand.close() }
        let page = try await stand.held()
        let foreign = "whsec_//////////////////////////////////////////8="
        #expect(try await stand.tell(page, secret: foreign).status == 400)
        #expect(try await stand.tell(page, at: SystemSeconds.now - 600).status == 400)
        let held = try await stand.stack.client.get("/intents/\(page.intent)")
        #expect(held.text("status") == "authorized")
        for _ in 0..<2 { #expect(try await stand.tell(page).status == 200) }
        let intent = try await stand.stack.until(page.intent, "captured")
        #expect(intent["amount_captured"] == 12_500)
        #expect(intent["captures"]?.arrayValue?.count == 1)
        let webhooks = try await stand.stack.client.get("/webhooks").body["data"]?.arrayValue
        let told = webhooks?.first { $0["event_id"] == "evt_of_the_suite" }
        #expect(told?["duplicates"] == 1)
    }
}

/// The machine's clock, as a signer reads it.
private enum SystemSeconds {
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}
