import HTTP
import JSON
import Testing

@testable import Simulators

/// Money given back (section 2.5).
struct PayPalRefundTests {
    private var bench = PayPalBench()

    private mutating func refund(
        _ capture: String,
        _ value: String? = nil,
        currency: String = "EUR",
        custom: String? = nil
    ) -> PayPalBench.Answer {
        var body = JSONObject()
        if let value { body["amount"] = PayPalBench.money(value, currency) }
        if let custom { body["custom_id"] = .string(custom) }
        return bench.post("/v2/payments/captures/\(capture)/refund", .object(body))
    }

    private mutating func state(_ capture: String) -> String? {
        bench.get("/v2/payments/captures/\(capture)").state
    }

    @Test mutating func `a part is given back, then the rest`() throws {
        let (order, capture) = try bench.paid()
        _ = try bench.takeEvents()
        let part = refund(capture, "3.00", custom: "rfd_01JGG0")
        #expect(part.status == 201)
        try expect(part.json, shows: PayPalFixture.refunded)
        #expect(part.link("up")?.hasSuffix("/v2/payments/captures/\(capture)") == true)
        #expect(state(capture) == "PARTIALLY_REFUNDED")
        let event = try #require(try bench.takeEvents().first)
        try expect(event, shows: PayPalFixture.refundEvent)
        #expect(event["resource"]?["id"]?.stringValue == part.id)
        #expect(bench.get("/v2/payments/refunds/\(part.id)").state == "COMPLETED")
        let rest = refund(capture)
        #expect(rest.json["amount"]?["value"] == "7.99")
        let total = rest.json["seller_payable_breakdown"]?["total_refunded_amount"]
        #expect(total?["value"] == "10.99")
        #expect(state(capture) == "REFUNDED")
        #expect(bench.world.book[order]?.refunded == 1_099)
        #expect(bench.world.book[order]?.refunds == 2)
        #expect(refund(capture).issue == "CAPTURE_FULLY_REFUNDED")
        let shown = bench.get("/v2/checkout/orders/\(order)")
        let refunds = shown.json["purchase_units"]?[0]?["payments"]?["refunds"]
        #expect(refunds?.arrayValue?.count == 2)
    }

    @Test mutating func `no more than was taken is given back`() throws {
        let (order, capture) = try bench.paid()
        #expect(refund(capture, "11.00").issue == "REFUND_AMOUNT_EXCEEDED")
        #expect(
            refund(capture, "1.00", currency: "USD").issue == "REFUND_CAPTURE_CURRENCY_MISMATCH"
        )
        _ = refund(capture, "10.00")
        #expect(refund(capture, "1.00").issue == "REFUND_AMOUNT_EXCEEDED")
        #expect(bench.world.book[order]?.refunded == 1_000)
    }

    @Test mutating func `a refund ends after 180 days`() throws {
        let (_, capture) = try bench.paid()
        bench.advance(.seconds(180 * 86_400))
        #expect(refund(capture, "1.00").status == 201)
        bench.advance(.seconds(1))
        #expect(refund(capture, "1.00").issue == "REFUND_TIME_LIMIT_EXCEEDED")
    }

    @Test mutating func `a refund may wait, and fail`() throws {
        let (order, capture) = try bench.paid(funding: "wallet_refund_fails")
        let waiting = refund(capture, "3.00")
        #expect(waiting.state == "PENDING")
        bench.advance(.seconds(60))
        #expect(bench.get("/v2/payments/refunds/\(waiting.id)").state == "FAILED")
        #expect(state(capture) == "COMPLETED")
        #expect(bench.world.book[order]?.refunded == 0)
        #expect(
            try bench.takeEventTypes().suffix(2)
                == ["PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"]
        )
        let (other, second) = try bench.paid(funding: "wallet_refund_pending")
        let later = refund(second)
        _ = try bench.control("POST", "refunds/\(later.id)", ["status": "completed"])
        #expect(state(second) == "REFUNDED")
        #expect(bench.world.book[other]?.refunded == 1_099)
    }

    @Test mutating func `what is not taken is not given back`() throws {
        let (_, pending) = try bench.paid(funding: "wallet_pending_UNILATERAL")
        #expect(refund(pending).issue == "PENDING_CAPTURE")
        let (_, declined) = try bench.paid(funding: "wallet_denied")
        #expect(refund(declined).issue == "REFUND_NOT_ALLOWED")
        let (_, stubborn) = try bench.paid(funding: "wallet_refund_issue_REFUND_IS_RESTRICTED")
        #expect(refund(stubborn).issue == "REFUND_IS_RESTRICTED")
    }

    @Test mutating func `a dispute stands in the way`() throws {
        let (order, capture) = try bench.paid()
        _ = try bench.control("POST", "captures/\(capture)/dispute", ["open": true])
        #expect(refund(capture).issue == "TRANSACTION_DISPUTED")
        _ = try bench.control("POST", "captures/\(capture)/reverse")
        #expect(refund(capture).issue == "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK")
        #expect(bench.world.book[order]?.refunded == 1_099)
        #expect(try bench.takeEventTypes().last == "PAYMENT.CAPTURE.REVERSED")
    }

    @Test mutating func `a refund can be made on the vendor's own site`() throws {
        let (order, capture) = try bench.paid()
        let made = try bench.control(
            "POST",
            "captures/\(capture)/refund",
            ["amount": PayPalBench.money("2.00")]
        )
        let id = made["id"]?.stringValue ?? ""
        #expect(bench.get("/v2/payments/refunds/\(id)").json["amount"]?["value"] == "2.00")
        #expect(bench.world.book[order]?.refunded == 200)
        #expect(try bench.takeEventTypes().last == "PAYMENT.CAPTURE.REFUNDED")
    }
}
