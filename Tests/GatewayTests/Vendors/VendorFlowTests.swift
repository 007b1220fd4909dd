import HTTP
import JSON
import Testing

/// One payment flow through the running gateway at every vendor that has a page: real sockets, real
/// Postgres, real HTTP to the vendor's simulator, signed notifications back.
@Suite(.serialized) struct VendorFlowTests {
    @Test(arguments: VendorUnderTest.all)
    func `a payment is taken, captured, given back in part, and the vendor's book agrees`(
        vendor: VendorUnderTest
    ) async throws {
        let stand = try await VendorStand(vendor)
        let page = try await stand.paid()
        try await stand.capture(page)
        let refunded = try await stand.stack.client.post(
            "/intents/\(page.intent)/refunds",
            ["amount": .integer(vendor.refunded)]
        )
        #expect([201, 202].contains(refunded.status), "\(refunded)")
        let intent = try await stand.stack.until(page.intent, "partially_refunded")
        #expect(intent["amount_captured"]?.integerValue == vendor.captured)
        #expect(intent["amount_refunded"]?.integerValue == vendor.refunded)
        #expect(intent["gateway"] == .string(vendor.name))
        #expect(intent["merchant_account_id"] == .string(stand.account))
        try await stand.expectAgreement(page)
    }

    @Test(arguments: VendorUnderTest.all)
    func `what is given up is not taken`(vendor: VendorUnderTest) async throws {
        let stand = try await VendorStand(vendor)
        // Where nothing can be held, a page is given up before it is paid.
        let page = vendor.holds ? try await stand.paid() : try await stand.open()
        let voided = try await stand.stack.client.post("/intents/\(page.intent)/void", [:])
        #expect([200, 202].contains(voided.status), "\(voided)")
        try await stand.stack.until(page.intent, "voided")
        let book = try await Book(stand.simulator)
        #expect(book.payments.allSatisfy { $0.captured == 0 && $0.capturable == 0 })
    }

    @Test(arguments: VendorUnderTest.all)
    func `a notification with a wrong signature is refused, its next try is taken`(
        vendor: VendorUnderTest
    ) async throws {
        let stand = try await VendorStand(vendor)
        try await stand.fault(
            ["kind": "webhook_bad_signature", "name": .string(vendor.firstNotice)]
        )
        let page = try await stand.open()
        try await vendor.pay(page, stand.simulator)
        try await eventually { try await stand.count("refused") > 0 }
        let intent = try await stand.stack.client.get("/intents/\(page.intent)")
        #expect(intent.text("status") == "requires_action")
        #expect(try await stand.count("new") == 0)
        try await stand.simulator.act("clock", ["advance_seconds": 10])
        try await stand.stack.until(page.intent, vendor.holds ? "authorized" : "captured")
    }

    @Test(arguments: VendorUnderTest.all)
    func `a stranger's notification is refused`(vendor: VendorUnderTest) async throws {
        let stand = try await VendorStand(vendor)
        let refused = try await stand.stack.client.raw(
            .post,
            stand.webhookPath,
            ["event_type": "PAYMENT.CAPTURE.COMPLETED", "status": "succeeded"]
        )
        #expect(refused.status == vendor.refusal, "\(refused)")
        #expect(refused.text("code") == "signature_invalid")
        #expect(try await stand.count("refused") == 1)
        #expect(try await stand.stack.client.get("/webhooks").body["data"] == [])
    }

    @Test(arguments: VendorUnderTest.all)
    func `what is told twice counts once`(vendor: VendorUnderTest) async throws {
        let stand = try await VendorStand(vendor)
        try await stand.fault(
            ["kind": "webhook_duplicate", "name": "*", "times": 1, "always": true]
        )
        let page = try await stand.paid()
        try await stand.capture(page)
        try await eventually { try await stand.count("duplicate") > 0 }
        let intent = try await stand.stack.until(page.intent, "captured")
        #expect(intent["amount_captured"]?.integerValue == vendor.captured)
        #expect(intent["captures"]?.arrayValue?.count == 1)
        try await stand.expectAgreement(page)
    }

    @Test(arguments: VendorUnderTest.all.filter { $0.capture != nil })
    func `a capture whose reply is lost is found out, and not repeated`(
        vendor: VendorUnderTest
    ) async throws {
        let stand = try await VendorStand(vendor)
        let page = try await stand.paid()
        try await stand.fault(["kind": "lose_reply", "name": .string(vendor.capture ?? "")])
        let answer = try await stand.stack.client.post(
            "/intents/\(page.intent)/capture",
            ["amount": .integer(vendor.captured)]
        )
        // Unknown, unless the vendor's notification was quicker than the loss of its reply.
        #expect(answer.status == 202 || answer.text("status") == "captured", "\(answer)")
        let intent = try await stand.stack.until(page.intent, "captured")
        #expect(intent["amount_captured"]?.integerValue == vendor.captured)
        #expect(intent["captures"]?.arrayValue?.count == 1)
        try await stand.expectAgreement(page)
    }

    @Test func `a page whose address is lost may be asked for again, and is paid once`()
        async throws
    {
        let stand = try await VendorStand(.hesabPay)
        try await stand.fault(["kind": "lose_reply", "name": "create-session"])
        let intent: JSONValue = [
            "amount": .integer(stand.vendor.amount), "currency": "AFN",
            "capture_method": "automatic", "provider": "hesabpay",
            "method": ["kind": "redirect"], "return_url": "https://hotel.example/thanks",
        ]
        let lost = try await stand.stack.client.post("/intents", intent, key: "once")
        #expect(lost.status == 503, "\(lost)")
        let again = try await stand.stack.client.post("/intents", intent, key: "once")
        #expect(again.status == 201, "\(again)")
        let attempt = try #require(again.body["last_attempt"]?["id"]?.stringValue)
        try await stand.simulator.act("sessions/\(attempt)/pay", [:])
        let paid = try await stand.stack.until(try #require(again.text("id")), "captured")
        #expect(paid["amount_captured"]?.integerValue == stand.vendor.amount)
        let book = try await Book(stand.simulator)
        #expect(book.payments.filter(\.isLive).map(\.captured) == [stand.vendor.amount])
    }

    @Test
    func `a vendor that is slow to say what many notifications mean holds up no other vendor`()
        async throws
    {
        // One loop, for each takes notifications by itself.
        let slow = try await VendorStand(.payPal, settings: ["GATEWAY_LOOPS": "1"])
        let quick = try await VendorStand(.adyen, beside: slow.stack)
        var pages: [VendorStand.Page] = []
        for _ in 0..<40 { pages.append(try await slow.open()) }
        let page = try await quick.open()
        try await slow.fault(
            ["kind": "latency", "name": "orders.get", "milliseconds": 20_000, "count": 40]
        )
        for page in pages { try await slow.vendor.pay(page, slow.simulator) }
        try await eventually { try await slow.count("new") == 40 }
        try await quick.vendor.pay(page, quick.simulator)
        try await quick.stack.until(page.intent, "authorized", within: .seconds(5))
        let other = try await slow.stack.client.get("/intents/\(pages[39].intent)")
        #expect(other.text("status") == "requires_action")
        for page in pages {
            try await slow.stack.until(page.intent, "authorized", within: .seconds(90))
        }
    }

    @Test func `a vendor that is slow to say what one notification means holds up no other`()
        async throws
    {
        // One loop, for each takes notifications by itself.
        let stand = try await VendorStand(.payPal, settings: ["GATEWAY_LOOPS": "1"])
        let (slow, quick) = (try await stand.open(), try await stand.open())
        try await stand.fault(["kind": "latency", "name": "orders.get", "milliseconds": 20_000])
        try await stand.vendor.pay(slow, stand.simulator)
        try await eventually { try await stand.count("new") > 0 }
        try await stand.vendor.pay(quick, stand.simulator)
        try await stand.stack.until(quick.intent, "authorized", within: .seconds(6))
        let other = try await stand.stack.client.get("/intents/\(slow.intent)")
        #expect(other.text("status") == "requires_action")
        try await stand.stack.until(slow.intent, "authorized", within: .seconds(60))
    }
}
