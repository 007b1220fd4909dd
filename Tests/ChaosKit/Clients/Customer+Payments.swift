internal import HTTP
internal import JSON

/// What clients do: each ends with what it was promised.
extension Customer {
    /// A stored card at a vendor that answers at once.
    mutating func payByCard() async throws {
        let amount = Int64.random(in: 2_000...50_000, using: &random)
        let isManual = happens(70)
        let isDeclined = happens(8)
        let paid = try await ask(
            "/intents",
            [
                "amount": .integer(amount), "currency": "USD", "provider": "stripe",
                "capture_method": isManual ? "manual" : "automatic",
                "method": ["kind": "card", "id": .string(isDeclined ? cards.bad : cards.good)],
            ]
        )
        record.expect((paid.status == 402) == isDeclined, "a card that pays or not: \(paid)")
        guard !isDeclined else { return }
        let intent = try paid.text("id")
        if isManual {
            try await settle(intent, held: amount)
        } else {
            try await giveBack(intent, captured: amount)
        }
    }

    /// Cash: nothing but the gateway and its database has a part in it.
    mutating func payInCash() async throws {
        let amount = Int64.random(in: 500...20_000, using: &random)
        let paid = try await ask(
            "/intents",
            [
                "amount": .integer(amount), "currency": "USD",
                "method": ["kind": "cash", "drawer_id": "front-1"],
            ]
        )
        record.promise(
            .init(
                intent: try paid.text("id"),
                captured: amount,
                refunded: 0,
                status: "captured"
            )
        )
    }

    /// A page of a vendor that tells by notification alone.
    mutating func payOnPage() async throws {
        let amount = Int64.random(in: 2_000...50_000, using: &random)
        let opened = try await open(amount, "EUR", "manual", at: "adyen", by: "card")
        let intent = try opened.text("id")
        guard let page = opened.body["last_attempt"]?["gateway_reference"]?.stringValue else {
            throw Mishap("a page without its vendor's name: \(opened)")
        }
        let simulator = place.vendor("adyen").simulator
        try await simulator.act("sessions/\(page)/pay", ["card": "test_visa"])
        guard try await self.await(intent, ["authorized"], within: patience) else {
            throw Mishap("\(intent): paid on page \(page), and never authorized")
        }
        try await settle(intent, held: amount)
    }

    /// A link of a vendor that asks us before it debits. The payer may have to give up; both sides
    /// must then say so.
    mutating func payByLink() async throws {
        let amount = Int64.random(in: 1_000_000...20_000_000, using: &random)
        let opened = try await open(amount, "UZS", "automatic", at: "payme", by: "redirect")
        let intent = try opened.text("id")
        guard let link = opened.body["next_action"]?["url"]?.stringValue else {
            throw Mishap("no link: \(opened)")
        }
        let payme = place.vendor("payme").simulator
        let paid = try await payme.act("pay", ["link": .string(link)])
        let transaction = try paid.text("id")
        for _ in 0..<6 {
            if try await self.await(intent, ["captured"], within: .seconds(10)) {
                return record.promise(
                    .init(intent: intent, captured: amount, refunded: 0, status: "captured")
                )
            }
            // Silence is right: whether it still may go on is the vendor's own affair.
            _ = try? await payme.act("transactions/\(transaction)/perform", [:])
        }
    }

    /// Opens a payment that its payer has to agree to.
    private mutating func open(
        _ amount: Int64,
        _ currency: String,
        _ captureMethod: String,
        at vendor: String,
        by method: String
    ) async throws -> Line.Answer {
        try await ask(
            "/intents",
            [
                "amount": .integer(amount), "currency": .string(currency),
                "capture_method": .string(captureMethod), "provider": .string(vendor),
                "method": ["kind": .string(method)], "return_url": "https://hotel.example/thanks",
            ]
        )
    }

    /// Captures a part of what is held, or lets it go, or leaves it.
    private mutating func settle(_ intent: String, held: Int64) async throws {
        if happens(10) {
            return record.promise(
                .init(intent: intent, captured: 0, refunded: 0, status: "authorized")
            )
        }
        if happens(20) {
            _ = try await ask("/intents/\(intent)/void", [:])
            return record.promise(.init(intent: intent, captured: 0, refunded: 0, status: "voided"))
        }
        let captured = happens(50) ? held : Int64.random(in: 1_000...held, using: &random)
        _ = try await ask("/intents/\(intent)/capture", ["amount": .integer(captured)])
        try await giveBack(intent, captured: captured)
    }

    /// Refunds up to two parts of what was captured, at times both at once.
    private mutating func giveBack(_ intent: String, captured: Int64) async throws {
        var refunded: Int64 = 0
        for _ in 0..<Int.random(in: 0...2, using: &random) where refunded < captured {
            let part = Int64.random(in: 1...(captured - refunded), using: &random)
            let refund = try await ask(
                "/intents/\(intent)/refunds",
                ["amount": .integer(part), "reason": "requested_by_customer"]
            )
            record.expect(refund.status == 201, "\(intent): a refund was answered \(refund)")
            refunded += part
        }
        let status =
            switch refunded {
            case 0: "captured"
            case captured: "refunded"
            default: "partially_refunded"
            }
        record.promise(
            .init(intent: intent, captured: captured, refunded: refunded, status: status)
        )
    }
}

extension Line.Answer {
    func text(_ name: String) throws -> String {
        guard let text = body[name]?.stringValue else { throw Mishap("no \(name): \(self)") }
        return text
    }
}
