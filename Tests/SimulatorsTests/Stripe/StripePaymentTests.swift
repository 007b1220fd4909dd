import JSON
import Testing

@testable import Simulators

/// Authorize, capture, void (sections 2.1 to 2.4).
struct StripePaymentTests {
    private var bench = StripeBench()

    @Test mutating func `an authorization shows what the fixture shows`() throws {
        let customer = try bench.post("/v1/customers", ["name": "Guest"])
        let created = try bench.pay(
            1_099,
            [
                "customer": customer.id, "expand[]": "latest_charge",
                "metadata[attempt]": "att_01JGF7", "metadata[tenant]": "ten_01JGF0",
            ]
        )
        #expect(created.status == 200)
        try expect(created.json, shows: StripeFixture.authorized)
        #expect(created.json["customer"] == .string(customer.id))
        #expect(
            created.json["latest_charge"]?["payment_method_details"]?["card"]?["capture_before"]
                == .integer(benchStart.seconds + 7 * 86_400)
        )
        #expect(bench.takeEventTypes() == ["payment_intent.amount_capturable_updated"])
    }

    @Test mutating func `a payment that is only created waits`() throws {
        let bare = try bench.post("/v1/payment_intents", ["amount": "100", "currency": "usd"])
        #expect(bare.state == "requires_payment_method")
        let withMethod = try bench.post(
            "/v1/payment_intents",
            ["amount": "100", "currency": "usd", "payment_method": "pm_card_visa"]
        )
        #expect(withMethod.state == "requires_confirmation")
        #expect(bench.takeEventTypes().isEmpty)
        #expect(bench.machine.vendor.world.book[bare.id]?.authorized == 0)
    }

    @Test(arguments: ["automatic", "automatic_async"])
    mutating func `automatic capture takes the money at once`(method: String) throws {
        let paid = try bench.pay(2_000, capture: method, ["expand[]": "latest_charge"])
        #expect(paid.state == "succeeded")
        #expect(paid.json["amount_received"] == 2_000)
        let isLate = method == "automatic_async"
        #expect(paid.json["latest_charge"]?["balance_transaction"]?.isNull == isLate)
        #expect(bench.takeEventTypes() == ["charge.captured", "payment_intent.succeeded"])
        try bench.advance(.seconds(1))
        #expect(bench.takeEventTypes() == (isLate ? ["charge.updated"] : []))
    }

    @Test mutating func `a partial capture releases the rest`() throws {
        let id = try bench.pay(1_099, ["metadata[attempt]": "att_01JGF7"]).id
        _ = bench.takeEventTypes()
        let captured = try bench.post(
            "/v1/payment_intents/\(id)/capture",
            ["amount_to_capture": "500"]
        )
        try expect(captured.json, shows: StripeFixture.partiallyCaptured)
        #expect(bench.takeEventTypes() == ["charge.captured", "payment_intent.succeeded"])
        let charge = try bench.get(
            "/v1/charges/\(captured.json["latest_charge"]?.stringValue ?? "")"
        )
        #expect(charge.json["amount"] == 1_099)
        #expect(charge.json["amount_captured"] == 500)
        #expect(charge.json["amount_refunded"] == 599)
        #expect(charge.json["refunded"] == false)
        let entry = try #require(bench.machine.vendor.world.book[id])
        #expect([entry.authorized, entry.captured, entry.released] == [1_099, 500, 599])
    }

    @Test mutating func `several captures need the card's consent`() throws {
        let asking: KeyValuePairs = [
            "payment_method_options[card][request_multicapture]": "if_available",
            "expand[]": "latest_charge",
        ]
        let plain = try bench.pay(1_000, asking)
        let refused = try bench.post(
            "/v1/payment_intents/\(plain.id)/capture",
            ["amount_to_capture": "100", "final_capture": "false"]
        )
        #expect(refused.status == 400)
        let able = try bench.pay(1_000, card: "pm_card_multicapture", asking)
        #expect(
            able.json["latest_charge"]?["payment_method_details"]?["card"]?["multicapture"]
                == ["status": "available"]
        )
        let first = try bench.post(
            "/v1/payment_intents/\(able.id)/capture",
            ["amount_to_capture": "100", "final_capture": "false"]
        )
        #expect(first.state == "requires_capture")
        #expect(first.json["amount_capturable"] == 900)
        #expect(first.json["amount_received"] == 100)
        let last = try bench.post(
            "/v1/payment_intents/\(able.id)/capture",
            ["amount_to_capture": "200"]
        )
        #expect(last.state == "succeeded")
        #expect(last.json["amount_received"] == 300)
        #expect(last.json["amount_capturable"] == 0)
        #expect(bench.machine.vendor.world.book[able.id]?.captures == 2)
        #expect(bench.machine.vendor.world.book[able.id]?.released == 700)
    }

    @Test mutating func `a card that offers several captures is not used so unasked`() throws {
        let id = try bench.pay(1_000, card: "pm_card_multicapture").id
        let refused = try bench.post(
            "/v1/payment_intents/\(id)/capture",
            ["amount_to_capture": "100", "final_capture": "false"]
        )
        #expect(refused.parameter == "final_capture")
    }

    @Test mutating func `at most 50 captures`() throws {
        let id = try bench.pay(
            10_000,
            card: "pm_card_multicapture",
            ["payment_method_options[card][request_multicapture]": "if_available"]
        ).id
        let one: KeyValuePairs = ["amount_to_capture": "1", "final_capture": "false"]
        for _ in 1...49 {
            #expect(try bench.post("/v1/payment_intents/\(id)/capture", one).status == 200)
        }
        #expect(try bench.post("/v1/payment_intents/\(id)/capture", one).status == 400)
        #expect(try bench.post("/v1/payment_intents/\(id)/capture").state == "succeeded")
    }

    @Test mutating func `over-capture only up to what was granted`() throws {
        let id = try bench.pay(1_000).id
        let refused = try bench.post(
            "/v1/payment_intents/\(id)/capture",
            ["amount_to_capture": "1001"]
        )
        #expect(refused.status == 400)
        let able = try bench.pay(
            1_000,
            card: "pm_card_overcapture",
            [
                "payment_method_options[card][request_overcapture]": "if_available",
                "expand[]": "latest_charge",
            ]
        )
        let details = able.json["latest_charge"]?["payment_method_details"]?["card"]
        #expect(details?["overcapture"]?["maximum_amount_capturable"] == 1_150)
        let captured = try bench.post(
            "/v1/payment_intents/\(able.id)/capture",
            ["amount_to_capture": "1150"]
        )
        #expect(captured.json["amount_received"] == 1_150)
        #expect(captured.json["amount"] == 1_000)
    }

    @Test mutating func `a hold lets go when it is cancelled`() throws {
        let id = try bench.pay(1_000).id
        _ = bench.takeEventTypes()
        let canceled = try bench.post(
            "/v1/payment_intents/\(id)/cancel",
            ["cancellation_reason": "requested_by_customer"]
        )
        #expect(canceled.state == "canceled")
        #expect(canceled.json["cancellation_reason"] == "requested_by_customer")
        #expect(canceled.json["amount_capturable"] == 0)
        #expect(bench.takeEventTypes() == ["payment_intent.canceled"])
        let again = try bench.post("/v1/payment_intents/\(id)/cancel")
        #expect(again.code == "payment_intent_unexpected_state")
        #expect(again.failedIntent?["status"] == "canceled")
    }

    @Test mutating func `nobody else may cancel in the vendor's name`() throws {
        let id = try bench.pay(1_000).id
        let refused = try bench.post(
            "/v1/payment_intents/\(id)/cancel",
            ["cancellation_reason": "automatic"]
        )
        #expect(refused.parameter == "cancellation_reason")
    }

    @Test mutating func `a hold expires after seven days`() throws {
        let id = try bench.pay(1_000).id
        try bench.advance(.seconds(7 * 86_400 - 1))
        #expect(bench.takeEventTypes() == ["payment_intent.amount_capturable_updated"])
        try bench.advance(.seconds(1))
        #expect(bench.takeEventTypes() == ["charge.expired", "payment_intent.canceled"])
        let expired = try bench.get("/v1/payment_intents/\(id)")
        #expect(expired.json["cancellation_reason"] == "automatic")
        let late = try bench.post("/v1/payment_intents/\(id)/capture")
        #expect(late.status == 400)
        #expect(late.code == "charge_expired_for_capture")
        #expect(bench.machine.vendor.world.book[id]?.held == 0)
    }

    @Test mutating func `a Visa hold without the customer lasts shorter`() throws {
        let paid = try bench.pay(
            1_000,
            ["off_session": "true", "expand[]": "latest_charge"]
        )
        #expect(
            paid.json["latest_charge"]?["payment_method_details"]?["card"]?["capture_before"]
                == .integer(benchStart.seconds + 4 * 86_400 + 18 * 3_600)
        )
    }

    @Test mutating func `what was captured in parts outlives the hold`() throws {
        let id = try bench.pay(
            1_000,
            card: "pm_card_multicapture",
            ["payment_method_options[card][request_multicapture]": "if_available"]
        ).id
        _ = try bench.post(
            "/v1/payment_intents/\(id)/capture",
            ["amount_to_capture": "400", "final_capture": "false"]
        )
        try bench.advance(.seconds(8 * 86_400))
        let entry = try #require(bench.machine.vendor.world.book[id])
        #expect([entry.captured, entry.released, entry.held] == [400, 600, 0])
        #expect(try bench.get("/v1/payment_intents/\(id)").json["amount_received"] == 400)
    }

    @Test mutating func `a hold can be raised where the card offers it`() throws {
        let id = try bench.pay(
            1_000,
            card: "pm_card_incremental_authorization",
            ["payment_method_options[card][request_incremental_authorization]": "if_available"]
        ).id
        let raised = try bench.post(
            "/v1/payment_intents/\(id)/increment_authorization",
            ["amount": "1500"]
        )
        #expect(raised.json["amount_capturable"] == 1_500)
        #expect(bench.machine.vendor.world.book[id]?.authorized == 1_500)
        #expect(bench.machine.vendor.world.book[id]?.approvals == 1)
    }

    @Test mutating func `an asynchronous method decides later`() throws {
        let good = try bench.pay(1_000, card: "pm_card_processing", capture: "automatic")
        let bad = try bench.pay(1_000, card: "pm_card_processing_fails", capture: "automatic")
        #expect(good.state == "processing")
        #expect(
            bench.takeEventTypes() == ["payment_intent.processing", "payment_intent.processing"]
        )
        try bench.advance(.seconds(60))
        #expect(
            bench.takeEventTypes() == [
                "charge.captured", "payment_intent.succeeded", "payment_intent.payment_failed",
            ]
        )
        #expect(try bench.get("/v1/payment_intents/\(good.id)").state == "succeeded")
        #expect(try bench.get("/v1/payment_intents/\(bad.id)").state == "requires_payment_method")
    }
}
