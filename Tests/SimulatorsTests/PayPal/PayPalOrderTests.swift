import HTTP
import JSON
import Testing

@testable import Simulators

/// Orders until they are paid (section 2.2).
struct PayPalOrderTests {
    private var bench = PayPalBench()

    @Test mutating func `a wallet order waits for its payer`() throws {
        let created = bench.post("/v2/checkout/orders", PayPalBench.order(invoice: "ord-1001"))
        #expect(created.status == 201)
        #expect(created.fields["Paypal-Debug-Id"]?.count == 13)
        try expect(created.json, shows: PayPalFixture.created)
        #expect(created.id.wholeMatch(of: /[0-9A-Z]{17}/) != nil)
        #expect(created.link("payer-action")?.hasSuffix("/checkoutnow?token=\(created.id)") == true)
        #expect(created.link("self")?.hasSuffix("/v2/checkout/orders/\(created.id)") == true)
        let refused = bench.post("/v2/checkout/orders/\(created.id)/authorize")
        #expect(refused.status == 422)
        #expect(refused.issue == "ORDER_NOT_APPROVED")
    }

    @Test mutating func `an order without a source is approved over its link`() {
        let order = bench.post("/v2/checkout/orders", PayPalBench.order(source: nil))
        #expect(order.state == "CREATED")
        #expect(order.link("approve") != nil)
        #expect(order.json["payment_source"] == nil)
    }

    @Test mutating func `without a preference only the outlines are shown`() {
        let call = bench.call(.post, "/v2/checkout/orders", PayPalBench.order(), prefer: nil)
        let order = bench.send(call)
        #expect(order.status == 201)
        #expect(order.json.objectValue?.names == ["id", "status", "links"])
    }

    @Test mutating func `an approved order is authorized`() throws {
        let order = try bench.approved(invoice: "ord-1001")
        #expect(bench.get("/v2/checkout/orders/\(order)").state == "APPROVED")
        #expect(try bench.takeEventTypes() == ["CHECKOUT.ORDER.APPROVED"])
        let paid = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(paid.status == 201)
        try expect(paid.json, shows: PayPalFixture.authorized)
        #expect(
            try bench.takeEventTypes()
                == ["PAYMENT.AUTHORIZATION.CREATED", "CHECKOUT.ORDER.COMPLETED"]
        )
        let entry = try #require(bench.world.book[order])
        #expect(entry.held == 1_099)
        #expect(entry.metadata == ["custom_id": "att_01JGF7", "invoice_id": "ord-1001"])
        let again = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(again.issue == "ORDER_ALREADY_AUTHORIZED")
        #expect(bench.world.book[order]?.approvals == 1)
    }

    @Test mutating func `an approved order is captured`() throws {
        let order = try bench.approved(intent: "CAPTURE")
        #expect(
            bench.post("/v2/checkout/orders/\(order)/authorize").issue
                == "ACTION_DOES_NOT_MATCH_INTENT"
        )
        let paid = bench.post("/v2/checkout/orders/\(order)/capture")
        #expect(paid.capture?["status"] == "COMPLETED")
        #expect(paid.capture?["final_capture"] == true)
        #expect(bench.world.book[order]?.captured == 1_099)
        #expect(
            bench.post("/v2/checkout/orders/\(order)/capture").issue == "ORDER_ALREADY_CAPTURED"
        )
        #expect(try bench.takeEventTypes().contains("PAYMENT.CAPTURE.COMPLETED"))
    }

    @Test mutating func `a refused source sends the payer back to choose another`() throws {
        let order = try bench.approved(funding: "wallet_issue_INSTRUMENT_DECLINED")
        let refused = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(refused.status == 422)
        try expect(refused.json, shows: PayPalFixture.instrumentDeclined)
        #expect(bench.get("/v2/checkout/orders/\(order)").state == "PAYER_ACTION_REQUIRED")
        _ = try bench.control("POST", "orders/\(order)/approve")
        #expect(bench.post("/v2/checkout/orders/\(order)/authorize").status == 201)
    }

    @Test mutating func `an order is tried so often and no more`() throws {
        let order = try bench.approved(funding: "wallet_issue_PAYER_CANNOT_PAY")
        for _ in 0..<PayPal.World.Terms.attempts {
            let refused = bench.post("/v2/checkout/orders/\(order)/authorize")
            #expect(refused.issue == "PAYER_CANNOT_PAY")
            let again: JSONValue = ["funding": "wallet_issue_PAYER_CANNOT_PAY"]
            _ = try bench.control("POST", "orders/\(order)/approve", again)
        }
        let last = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(last.issue == "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED")
    }

    @Test mutating func `a card may be declined inside a completed order`() throws {
        let order = try bench.approved("40.00", "USD", funding: "card_response_5120_advice_02")
        let paid = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(paid.status == 201)
        try expect(paid.json, shows: PayPalFixture.declined)
        #expect(bench.world.book[order]?.authorized == 0)
        let hold = paid.authorization?["id"]?.stringValue ?? ""
        let capture = bench.post("/v2/payments/authorizations/\(hold)/capture")
        #expect(capture.issue == "AUTHORIZATION_DENIED")
    }

    @Test mutating func `a wallet may be denied inside a completed order`() throws {
        let (order, capture) = try bench.paid(funding: "wallet_denied")
        let shown = bench.get("/v2/payments/captures/\(capture)")
        #expect(shown.state == "DECLINED")
        #expect(shown.json["status_details"]?["reason"] == "DECLINED_BY_RISK_FRAUD_FILTERS")
        #expect(bench.world.book[order]?.captured == 0)
        #expect(try bench.takeEventTypes().contains("PAYMENT.CAPTURE.DECLINED"))
    }

    @Test mutating func `the payer can turn back`() throws {
        let order = bench.post("/v2/checkout/orders", PayPalBench.order()).id
        let left = try bench.control("POST", "orders/\(order)/cancel")
        #expect(left["return_url"] == .string("https://pay.example.com/c?token=\(order)"))
        #expect(bench.get("/v2/checkout/orders/\(order)").state == "PAYER_ACTION_REQUIRED")
        let done = try bench.control("POST", "orders/\(order)/approve")
        let address = done["return_url"]?.stringValue ?? ""
        #expect(address.hasPrefix("https://pay.example.com/r?token=\(order)&PayerID="))
    }

    @Test mutating func `an order that nobody approves expires and is forgotten`() throws {
        let order = bench.post("/v2/checkout/orders", PayPalBench.order()).id
        bench.advance(.seconds(3 * 3_600))
        #expect(
            bench.post("/v2/checkout/orders/\(order)/authorize").issue == "ORDER_EXPIRED"
        )
        #expect(throws: ControlRefusal.self) {
            try bench.control("POST", "orders/\(order)/approve")
        }
        bench.advance(.seconds(3 * 3_600))
        #expect(bench.get("/v2/checkout/orders/\(order)").issue == "INVALID_RESOURCE_ID")
    }

    @Test mutating func `an approval that nobody uses is reversed`() throws {
        let order = try bench.approved()
        bench.advance(.seconds(3 * 3_600))
        #expect(
            try bench.takeEventTypes()
                == ["CHECKOUT.ORDER.APPROVED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED"]
        )
        #expect(bench.get("/v2/checkout/orders/\(order)").state == "VOIDED")
        let late = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(late.issue == "ORDER_COMPLETED_OR_VOIDED")
    }

    @Test mutating func `an amount can be changed until it is paid`() throws {
        let order = try bench.approved()
        let patch: JSONValue = [
            [
                "op": "replace", "path": "/purchase_units/@reference_id=='default'/amount",
                "value": PayPalBench.money("12.00"),
            ]
        ]
        let path = "/v2/checkout/orders/\(order)"
        #expect(bench.send(bench.call(.patch, path, patch)).status == 204)
        let paid = bench.post("\(path)/authorize")
        #expect(paid.authorization?["amount"]?["value"] == "12.00")
        let late = bench.send(bench.call(.patch, path, patch))
        #expect(late.issue == "ORDER_COMPLETED_OR_VOIDED")
    }

    @Test mutating func `an order number is used once`() throws {
        _ = try bench.held(invoice: "ord-1")
        let second = try bench.approved(invoice: "ord-1")
        let refused = bench.post("/v2/checkout/orders/\(second)/authorize")
        #expect(refused.issue == "DUPLICATE_INVOICE_ID")
        #expect(refused.field == "/purchase_units/0/invoice_id")
        bench = PayPalBench { $0.settings.allowsDuplicateInvoices = true }
        _ = try bench.held(invoice: "ord-1")
        _ = try bench.held(invoice: "ord-1")
        #expect(bench.world.authorizations.count == 2)
    }

    @Test mutating func `a review decides on a hold later`() throws {
        for (funding, status, held) in [
            ("wallet_review", "CREATED", Int64(1_099)), ("wallet_review_fails", "DENIED", 0),
        ] {
            let (order, hold) = try bench.held(funding: funding)
            #expect(bench.get("/v2/payments/authorizations/\(hold)").state == "PENDING")
            #expect(bench.world.book[order]?.held == 0)
            bench.advance(.seconds(60))
            #expect(bench.get("/v2/payments/authorizations/\(hold)").state == status)
            #expect(bench.world.book[order]?.held == held)
        }
    }
}
