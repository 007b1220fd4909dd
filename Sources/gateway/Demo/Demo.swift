import HTTP
import JSON

/// Plays what a booking service does in its first hour, step by step, against a running gateway
/// and its simulator.
struct Demo {
    let gateway: GatewayClient
    let simulator: GatewayClient
    /// Where the other vendors are, by their names.
    let others: [String: GatewayClient]
    /// Makes the keys of one run its own.
    let run: String
    /// Waits between two looks at something that takes its time.
    let pause: @Sendable () async -> Void

    func play() async throws {
        let card = try await method("pm_card_visa")
        try await holdCaptureRefund(card)
        try await decline()
        try await authenticate()
        try await lostReply(card)
        try await cash()
        try await everyVendor()
        let events = try await gateway.get("/api/v1/payments/events?limit=500")
        title("Every change is in the feed")
        show("events", "\(events.body["data"]?.arrayValue?.count ?? 0)")
        print(Self.curl(gateway, card))
    }

    // MARK: Steps

    private func holdCaptureRefund(_ card: String) async throws {
        title("1. Hold 125.00, capture 50.00, refund 20.00")
        let held = try await pay("hold", method: card)
        try expect(held, 201, "authorized")
        let id = held.text("id")
        let captured = try await gateway.post(
            "/api/v1/payments/intents/\(id)/capture",
            ["amount": 5_000],
            key: key("capture")
        )
        try expect(captured, 200, "captured")
        let refunded = try await gateway.post(
            "/api/v1/payments/intents/\(id)/refunds",
            ["amount": 2_000],
            key: key("refund")
        )
        try expect(refunded, 201, "partially_refunded")
        let again = try await gateway.post(
            "/api/v1/payments/intents/\(id)/refunds",
            ["amount": 2_000],
            key: key("refund")
        )
        show(
            "the same refund again",
            "replayed: \(again.isReplay), still \(again.text("amount_refunded")) refunded"
        )
    }

    private func decline() async throws {
        title("2. A card without funds")
        let card = try await method("pm_card_decline_insufficient_funds")
        let declined = try await pay("decline", method: card)
        show(
            "HTTP \(declined.status)",
            "\(declined.text("code")): \(declined.text("decline", "class")) (\(declined.text("decline", "code")))"
        )
        guard declined.status == 402 else { throw declined.failure("402") }
    }

    private func authenticate() async throws {
        title("3. 3-D Secure: the payer proves who they are")
        let card = try await method("pm_card_threeDSecure2Required")
        let waiting = try await pay("3ds", method: card)
        try expect(waiting, 201, "requires_action")
        show("send the payer to", waiting.text("next_action", "url"))
        let reference = try await vendorReference(of: waiting.text("id"))
        _ = try await simulator.post(
            "/_control/payment_intents/\(reference)/authenticate",
            ["outcome": "succeeded"]
        )
        let done = try await until(waiting.text("id"), "authorized")
        show("after the vendor's notification", done.text("status"))
    }

    private func lostReply(_ card: String) async throws {
        title("4. The vendor charges and its reply is lost")
        _ = try await simulator.post(
            "/_control/faults",
            ["kind": "lose_reply", "name": "payment_intents.create"]
        )
        let unknown = try await pay("lost", method: card)
        show(
            "HTTP \(unknown.status)",
            "\(unknown.text("status")), outcome \(unknown.text("last_attempt", "outcome"))"
        )
        guard unknown.status == 202 else { throw unknown.failure("202") }
        let found = try await until(unknown.text("id"), "authorized")
        show("found out by the follow-up job", found.text("status"))
    }

    private func cash() async throws {
        title("5. Cash at the desk")
        let paid = try await gateway.post(
            "/api/v1/payments/intents",
            [
                "amount": 4_000, "currency": "USD",
                "method": ["kind": "cash", "drawer_id": "front-1"],
                "order": [
                    "reference": .string("BK-\(run)-cash"),
                    "items": [
                        ["description": "Late check-out", "quantity": 1, "unit_amount": 4_000]
                    ],
                ],
            ],
            key: key("cash")
        )
        try expect(paid, 201, "captured")
    }

    /// One call, whoever is behind it: a page, its payer, and the money is there.
    private func everyVendor() async throws {
        let vendors = DemoVendor.all.compactMap { vendor in
            others[vendor.name].map { (vendor, $0) }
        }
        guard !vendors.isEmpty else { return }
        title("6. The same call at every vendor")
        for (vendor, simulator) in vendors {
            let opened = try await gateway.post(
                "/api/v1/payments/intents",
                [
                    "amount": .integer(vendor.amount), "currency": .string(vendor.currency),
                    "capture_method": "automatic", "provider": .string(vendor.name),
                    "method": ["kind": .string(vendor.method)],
                    "property_id": "kabul-1", "return_url": "https://hotel.example/thanks",
                    "order": ["reference": .string("BK-\(run)-\(vendor.name)")],
                ],
                key: key(vendor.name)
            )
            guard opened.text("status") == "requires_action" else {
                throw opened.failure("requires_action")
            }
            let page = DemoVendor.Page(
                attempt: opened.text("last_attempt", "id"),
                reference: opened.text("last_attempt", "gateway_reference"),
                url: opened.text("next_action", "url")
            )
            try await vendor.pay(page, simulator)
            let paid = try await until(opened.text("id"), "captured")
            show(
                vendor.title,
                "\(paid.text("amount_captured")) \(vendor.currency) \(paid.text("status"))"
            )
        }
    }

    // MARK: Parts of steps

    private func pay(_ name: String, method: String) async throws -> GatewayClient.Answer {
        try await gateway.post(
            "/api/v1/payments/intents",
            [
                "amount": 12_500, "currency": "USD", "capture_method": "manual",
                "method": ["kind": "card", "id": .string(method)], "property_id": "kabul-1",
                "return_url": "https://hotel.example/thanks",
                "order": [
                    "reference": .string("BK-\(run)-\(name)"),
                    "items": [
                        ["description": "Double room", "quantity": 2, "unit_amount": 6_250]
                    ],
                ],
            ],
            key: key(name)
        )
    }

    /// Keeps a vendor's token, as the vendor's hosted fields would hand it over.
    private func method(_ token: String) async throws -> String {
        let saved = try await gateway.post(
            "/api/v1/payments/payment-methods",
            ["kind": "card", "provider": "stripe", "token": .string(token)],
            key: key(token)
        )
        guard saved.status == 201 || saved.status == 200 else { throw saved.failure("201") }
        return saved.text("id")
    }

    private func vendorReference(of id: String) async throws -> String {
        let intent = try await gateway.get("/api/v1/payments/intents/\(id)")
        return intent.text("last_attempt", "gateway_reference")
    }

    private func until(_ id: String, _ status: String) async throws -> GatewayClient.Answer {
        for _ in 0..<300 {
            let intent = try await gateway.get("/api/v1/payments/intents/\(id)")
            if intent.text("status") == status { return intent }
            await pause()
        }
        throw GatewayClient.Failure(description: "payment \(id) did not become \(status)")
    }

    private func expect(
        _ answer: GatewayClient.Answer,
        _ status: Int,
        _ state: String
    ) throws {
        guard answer.status == status, answer.text("status") == state else {
            throw answer.failure("\(status) \(state)")
        }
        show(
            "HTTP \(status)",
            """
            \(answer.text("id")) is \(state): held \(answer.text("amount_capturable")), \
            captured \(answer.text("amount_captured")), refunded \(answer.text("amount_refunded"))
            """
        )
    }

    private func key(_ name: String) -> String { "demo-\(run)-\(name)" }

    private func title(_ text: String) {
        print("\n\u{1B}[1m\(text)\u{1B}[0m")
    }

    private func show(_ label: String, _ text: String) {
        print("   \(label): \(text)")
    }

    private static func curl(_ gateway: GatewayClient, _ card: String) -> String {
        """

        The gateway serves at \(gateway.baseURL). Try:

          curl -s \(gateway.baseURL)/api/v1/payments/intents \\
            -H 'Authorization: Bearer \(gateway.apiKey ?? "")' -H 'Content-Type: application/json' \\
            -H 'Idempotency-Key: try-1' \\
            -d '{"amount":12500,"currency":"USD","method":{"kind":"card","id":"\(card)"}}'

          curl -s '\(gateway.baseURL)/api/v1/payments/intents?limit=5' \\
            -H 'Authorization: Bearer \(gateway.apiKey ?? "")'

          curl -s '\(gateway.baseURL)/api/v1/payments/events' \\
            -H 'Authorization: Bearer \(gateway.apiKey ?? "")'
        """
    }
}
