import JSON
import Testing

@testable import Simulators

/// Refunds and what they do to the balance (sections 2.5 and 7.1).
struct StripeRefundTests {
    private var bench = StripeBench()

    @Test mutating func `a refund shows what the fixture shows`() throws {
        let id = try bench.pay(1_099, capture: "automatic").id
        _ = bench.takeEventTypes()
        let refund = try bench.post(
            "/v1/refunds",
            [
                "payment_intent": id, "amount": "300", "reason": "requested_by_customer",
                "metadata[refund]": "rfd_01JGG0",
            ]
        )
        try expect(refund.json, shows: StripeFixture.refunded)
        #expect(refund.json["payment_intent"]?.stringValue == id)
        #expect(bench.takeEventTypes() == ["refund.created", "charge.refunded"])
        #expect(bench.machine.vendor.world.book[id]?.refunded == 300)
    }

    @Test mutating func `partial refunds never exceed what was captured`() throws {
        let id = try bench.pay(1_000).id
        _ = try bench.post("/v1/payment_intents/\(id)/capture", ["amount_to_capture": "600"])
        #expect(
            try bench.post("/v1/refunds", ["payment_intent": id, "amount": "601"]).parameter
                == "amount"
        )
        #expect(
            try bench.post("/v1/refunds", ["payment_intent": id, "amount": "400"]).status == 200
        )
        let over = try bench.post("/v1/refunds", ["payment_intent": id, "amount": "201"])
        #expect(over.status == 400)
        #expect(over.error?["type"] == "invalid_request_error")
        let rest = try bench.post("/v1/refunds", ["payment_intent": id])
        #expect(rest.json["amount"] == 200)
        let none = try bench.post("/v1/refunds", ["payment_intent": id])
        #expect(none.code == "charge_already_refunded")
        let charge = try bench.get(
            "/v1/charges/\(rest.json["charge"]?.stringValue ?? "")"
        )
        #expect(charge.json["refunded"] == true)
    }

    @Test mutating func `nothing captured is nothing to refund`() throws {
        let id = try bench.pay(1_000).id
        let refused = try bench.post("/v1/refunds", ["payment_intent": id])
        #expect(refused.status == 400)
        #expect(refused.code == "charge_not_refundable")
    }

    @Test mutating func `a refund by charge finds its payment`() throws {
        let paid = try bench.pay(1_000, capture: "automatic")
        let charge = paid.json["latest_charge"]?.stringValue ?? ""
        let refund = try bench.post("/v1/refunds", ["charge": charge, "amount": "10"])
        #expect(refund.json["payment_intent"]?.stringValue == paid.id)
        #expect(try bench.post("/v1/refunds", ["charge": "ch_none"]).code == "resource_missing")
        #expect(try bench.post("/v1/refunds", ["amount": "10"]).code == "parameter_missing")
    }

    @Test mutating func `a refund may fail after it succeeded`() throws {
        let id = try bench.pay(1_000, card: "pm_card_refundFail", capture: "automatic").id
        let refund = try bench.post("/v1/refunds", ["payment_intent": id, "amount": "300"])
        #expect(refund.state == "succeeded")
        _ = bench.takeEventTypes()
        try bench.advance(.seconds(60))
        try expect(bench.events.last ?? .null, shows: StripeFixture.refundFailed)
        #expect(bench.takeEventTypes() == ["refund.updated", "refund.failed"])
        #expect(bench.machine.vendor.world.book[id]?.refunded == 0)
        let failed = try bench.get("/v1/refunds/\(refund.id)")
        #expect(failed.state == "failed")
        #expect(failed.json["failure_balance_transaction"]?.stringValue?.isEmpty == false)
        #expect(try bench.post("/v1/refunds", ["payment_intent": id]).json["amount"] == 1_000)
    }

    @Test mutating func `a pending refund holds its sum until it is decided`() throws {
        let id = try bench.pay(1_000, card: "pm_card_pendingRefund", capture: "automatic").id
        let refund = try bench.post("/v1/refunds", ["payment_intent": id, "amount": "700"])
        #expect(refund.state == "pending")
        #expect(refund.json["pending_reason"] == "processing")
        #expect(bench.machine.vendor.world.book[id]?.refunded == 0)
        #expect(
            try bench.post("/v1/refunds", ["payment_intent": id, "amount": "301"]).status == 400
        )
        _ = bench.takeEventTypes()
        try bench.advance(.seconds(60))
        #expect(bench.takeEventTypes() == ["refund.updated", "charge.refunded"])
        #expect(bench.machine.vendor.world.book[id]?.refunded == 700)
    }

    @Test mutating func `only a refund that waits for the customer can be cancelled`() throws {
        let waits = try bench.pay(
            1_000,
            card: "pm_card_refund_requires_action",
            capture: "automatic"
        )
        let waiting = try bench.post("/v1/refunds", ["payment_intent": waits.id])
        #expect(waiting.state == "requires_action")
        #expect(try bench.post("/v1/refunds/\(waiting.id)/cancel").state == "canceled")
        let paid = try bench.pay(1_000, capture: "automatic")
        let done = try bench.post("/v1/refunds", ["payment_intent": paid.id])
        #expect(try bench.post("/v1/refunds/\(done.id)/cancel").status == 400)
    }

    @Test mutating func `a capture shows on the balance as documented`() throws {
        let id = try bench.pay(1_099).id
        let captured = try bench.post(
            "/v1/payment_intents/\(id)/capture",
            ["amount_to_capture": "500", "expand[]": "latest_charge.balance_transaction"]
        )
        let transaction = captured.json["latest_charge"]?["balance_transaction"] ?? .null
        try expect(transaction, shows: StripeFixture.balanceTransaction)
        _ = try bench.post("/v1/refunds", ["payment_intent": id, "amount": "300"])
        let list = try bench.get(
            "/v1/balance_transactions",
            ["expand[]": "data.source", "limit": "100"]
        )
        let rows = list.json["data"]?.arrayValue ?? []
        #expect(rows.map { $0["amount"] } == [-300, 500])
        #expect(rows.map { $0["type"] } == ["refund", "charge"])
        #expect(rows.map { $0["source"]?["payment_intent"]?.stringValue } == [id, id])
    }

    @Test mutating func `refunds are listed by payment, newest first`() throws {
        let id = try bench.pay(1_000, capture: "automatic").id
        let other = try bench.pay(1_000, capture: "automatic").id
        var made: [String] = []
        for amount in ["1", "2", "3"] {
            made.append(
                try bench.post("/v1/refunds", ["payment_intent": id, "amount": amount]).id
            )
        }
        _ = try bench.post("/v1/refunds", ["payment_intent": other])
        let list = try bench.get("/v1/refunds", ["payment_intent": id])
        #expect(
            list.json["data"]?.arrayValue?.map { $0["id"]?.stringValue } == made.reversed()
        )
    }
}
