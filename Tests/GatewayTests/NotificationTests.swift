import Cryptography
import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// Deliveries that are not the vendor's, or not of now, against the running gateway: refused with
/// their reason, and nothing is stored or changed. Those that come twice, out of order and before the
/// answer are in ``FaultTests``.
@Suite(.serialized) struct NotificationTests {
    /// A hold at the vendor, and a word about it that would change it if it were believed.
    private struct Scene {
        let stack: TestStack
        let intent: String
        let event: [UInt8]

        init() async throws {
            stack = try await TestStack()
            let method = try await stack.method()
            let held = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
            intent = try #require(held.text("id"), "\(held)")
            let attempt = held.body["last_attempt"]
            let reference = try #require(attempt?["gateway_reference"]?.stringValue)
            let lie: JSONValue = [
                "id": "evt_lie", "object": "event", "type": "payment_intent.canceled",
                "livemode": false, "created": 1,
                "data": [
                    "object": [
                        "id": .string(reference), "object": "payment_intent", "amount": 12_500,
                        "currency": "usd", "status": "canceled", "livemode": false,
                        "metadata": [:],
                    ]
                ],
            ]
            event = lie.bytes()
            // What the vendor itself said of the hold is through.
            let idle = try await stack.simulator.raw(.get, "/_control/webhooks?wait_ms=20000", nil)
            #expect(idle.body["idle"] == true)
        }

        var path: String { "/webhooks/v1/stripe/\(stack.account)" }

        func signature(_ secret: String? = nil, age: Int = 0, of body: [UInt8]? = nil) -> String {
            let time = Int(Date().timeIntervalSince1970) - age
            let message = Array("\(time).".utf8) + (body ?? event)
            let key = Array((secret ?? stack.webhookSecret).utf8)
            return "t=\(time),v1=\(Hex.encode(HMAC.sha256(key: key, message: message)))"
        }

        func deliver(
            _ body: [UInt8]? = nil,
            to path: String? = nil,
            signed signature: String?
        ) async throws -> TestClient.Answer {
            try await TestClient(baseURL: stack.client.baseURL, apiKey: nil).raw(
                .post,
                path ?? self.path,
                bytes: body ?? event,
                fields: signature.map { ["Stripe-Signature": $0] } ?? HTTPFields()
            )
        }

        func expectNothingChanged() async throws {
            let list = try await stack.client.get("/webhooks?limit=200")
            let types = list.body["data"]?.arrayValue?.map { $0["event_type"]?.stringValue }
            #expect(types?.contains("payment_intent.canceled") == false, "\(list)")
            #expect(try await stack.client.get("/intents/\(intent)").text("status") == "authorized")
        }
    }

    @Test func `what is not signed by the vendor, now, is refused with its reason and not stored`()
        async throws
    {
        let scene = try await Scene()
        let genuine = scene.signature()
        let zeros = String(repeating: "0", count: 64)
        let cases: [(signature: String?, body: [UInt8]?, reason: String)] = [
            (nil, nil, "signature_missing"), ("", nil, "signature_malformed"),
            ("nonsense", nil, "signature_malformed"),
            (scene.signature("whsec_of_somebody_else"), nil, "signature_wrong"),
            ("t=\(Int(Date().timeIntervalSince1970)),v1=\(zeros)", nil, "signature_wrong"),
            (genuine, scene.event + [0x20], "signature_wrong"),
            (scene.signature(age: 301), nil, "timestamp_outside_tolerance"),
            (scene.signature(age: -3_600), nil, "timestamp_outside_tolerance"),
            (scene.signature(of: Array("{".utf8)), Array("{".utf8), "unreadable_body"),
        ]
        for refusal in cases {
            let refused = try await scene.deliver(refusal.body, signed: refusal.signature)
            #expect(refused.status == 400, "\(refusal.reason): \(refused)")
            #expect(refused.text("code") == "signature_invalid", "\(refusal.reason)")
            #expect(refused.text("detail")?.contains(refusal.reason) == true, "\(refused)")
        }
        try await scene.expectNothingChanged()
    }

    @Test func `a worker deletes what is past its retention`() async throws {
        let scene = try await Scene()
        let stack = scene.stack
        try await eventually {
            let applied = try await stack.client.get("/webhooks?status=applied")
            return applied.body["data"]?.arrayValue?.isEmpty == false
        }
        stack.kill()
        try await DatabaseHand.on(stack) {
            try await $0.ageNotifications(by: .seconds(91 * 86_400))
        }
        try stack.start()
        try await stack.client.untilReady()
        try await eventually {
            let applied = try await stack.client.get("/webhooks?status=applied")
            return applied.body["data"]?.arrayValue?.isEmpty == true
        }
        #expect(try await stack.client.get("/intents/\(scene.intent)").status == 200)
    }

    @Test func `a huge delivery, and one for nobody, are refused unread`() async throws {
        let scene = try await Scene()
        let huge = scene.event + [UInt8](repeating: 0x20, count: 1 << 20)
        let large = try await scene.deliver(huge, signed: scene.signature(of: huge))
        #expect(large.status == 413, "\(large)")
        #expect(large.text("code") == "body_too_large")
        let stranger = scene.path.replacingOccurrences(of: scene.stack.account, with: "mac_nobody")
        let unknown = try await scene.deliver(to: stranger, signed: scene.signature())
        #expect(unknown.status == 404)
        #expect(unknown.text("code") == "not_found")
        let paypal = "/webhooks/v1/paypal/\(scene.stack.account)"
        #expect(try await scene.deliver(to: paypal, signed: scene.signature()).status == 404)
        let unnamed = try await scene.deliver(to: "/webhooks/v1/stripe", signed: scene.signature())
        #expect(unnamed.status == 404)
        #expect(unnamed.text("code") == "account_not_named")
        try await scene.expectNothingChanged()
    }

    @Test func `the same delivery is taken once and counted each time`() async throws {
        let scene = try await Scene()
        let other = Array(
            String(decoding: scene.event, as: UTF8.self)
                .replacingOccurrences(of: "payment_intent.canceled", with: "review.opened").utf8
        )
        for _ in 0..<3 {
            let taken = try await scene.deliver(other, signed: scene.signature(of: other))
            #expect(taken.status == 200, "\(taken)")
        }
        try await eventually {
            let kept = try await scene.stack.client.get("/webhooks?status=kept")
            let found = kept.body["data"]?.arrayValue?
                .filter { $0["event_type"] == "review.opened" }
            return found?.map { $0["duplicates"]?.integerValue } == [2]
        }
        try await scene.expectNothingChanged()
    }

    @Test func `one whose every run ended its process is put aside for an operator`() async throws {
        let scene = try await Scene()
        let key = "evt_fatal_\(scene.intent)"
        let fatal = Array(
            String(decoding: scene.event, as: UTF8.self)
                .replacingOccurrences(of: "payment_intent.canceled", with: "review.opened")
                .replacingOccurrences(of: "evt_lie", with: key).utf8
        )
        let taken = try await scene.deliver(fatal, signed: scene.signature(of: fatal))
        #expect(taken.status == 200, "\(taken)")
        try await eventually {
            let kept = try await scene.stack.client.get("/webhooks?status=kept")
            return kept.body["data"]?.arrayValue?.contains { $0["event_type"] == "review.opened" }
                ?? false
        }
        try await DatabaseHand.on(scene.stack) { hand in
            try await hand.leaveFatal(key, runs: 20)
        }
        try await eventually {
            let dead = try await scene.stack.client.get("/webhooks?status=dead")
            return dead.body["data"]?.arrayValue?.map { $0["last_error"]?.stringValue }
                == ["no run of it came to an end"]
        }
        try await eventually {
            let told = try await scene.stack.client.raw(.get, "/metrics", nil).body.stringValue
            return told?.contains("webhooks_dead_total{vendor=\"stripe\"} 1\n") == true
        }
        try await scene.expectNothingChanged()
    }
}
