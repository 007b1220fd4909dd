import Foundation
import HTTP
import JSON
import Testing

/// A till that scans codes off guests' phones, through the running gateway: one code is one charge,
/// whichever answer is lost.
@Suite(.serialized) struct ClickPassFlowTests {
    @Test func `a scanned code is charged, and is nowhere to be found afterwards`() async throws {
        let till = try await ClickTill()
        let code = try await till.code("humo")
        let paid = try await till.pay(code)
        #expect(paid.status == 201, "\(paid)")
        #expect(paid.text("status") == "captured")
        #expect(paid.integer("amount_captured") == ClickTill.amount)
        #expect(paid.body["method"]?["kind"] == "wallet")
        #expect(paid.body["method"]?["details"]?["last4"] == "1147")
        #expect(paid.body["details"]?["processing_type"] == "HUMO")
        try await till.expectOneCharge(of: paid)
        let id = try #require(paid.text("id"))
        let receipt = try await till.receipt(of: id)
        #expect(receipt.hasPrefix("https://ofd.soliq.uz/"))
        for place in ["/intents/\(id)", "/events", "/audit"] {
            let answer = try await till.stack.client.get(place)
            #expect(answer.status == 200)
            #expect(!"\(answer)".contains(code), "\(place)")
        }
        #expect(!till.stack.logs.contains(code))
        let again = try await till.pay(code)
        #expect(again.status == 402, "\(again)")
        #expect(again.body["decline"]?["class"] == "soft", "the guest can show another")
    }

    @Test func `a service that wants it is told that the money is wanted`() async throws {
        let till = try await ClickTill(confirms: true)
        let paid = try await till.pay(try await till.code())
        #expect(paid.status == 201, "\(paid)")
        #expect(paid.text("status") == "captured")
        try await till.expectOneCharge(of: paid)
        #expect(try await till.calls("click_pass.confirm") == 1)
    }

    @Test(arguments: [
        ("click_pass.payment", false), ("click_pass.confirm", true),
    ])
    func `a lost answer is found out by our own name of it, and the code not sent again`(
        call: String,
        confirms: Bool
    ) async throws {
        let till = try await ClickTill(confirms: confirms)
        try await till.simulator.act("faults", ["kind": "lose_reply", "name": .string(call)])
        let key = UUID().uuidString
        let code = try await till.code()
        let lost = try await till.pay(code, key: key)
        #expect(lost.status == 202, "\(lost)")
        #expect(lost.body["last_attempt"]?["outcome"] == "unknown")
        let intent = try await till.stack.until(try #require(lost.text("id")), "captured")
        #expect(intent["amount_captured"]?.integerValue == ClickTill.amount)
        let replay = try await till.pay(code, key: key)
        #expect(replay.status == 201, "\(replay)")
        #expect(replay.isReplay)
        try await till.expectOneCharge(of: replay)
    }

    @Test func `a payment that nobody confirmed in time is declined, and the guest has the money`()
        async throws
    {
        let till = try await ClickTill(confirms: true)
        try await till.simulator.act(
            "faults",
            ["kind": "lose_reply", "name": "click_pass.payment"]
        )
        let lost = try await till.pay(try await till.code())
        #expect(lost.status == 202, "\(lost)")
        try await till.simulator.act("clock", ["advance_seconds": 31])
        // It may have been seen before it ended; then it is looked at again after a minute.
        try await till.stack.until(
            try #require(lost.text("id")),
            "requires_payment_method",
            within: .seconds(100)
        )
        let entry = try #require(try await Book(till.simulator).payments.first)
        #expect(entry.captured == 0 && entry.capturable == 0)
        #expect(try await till.calls("click_pass.payment") == 1)
    }

    @Test func `a code is refused where nobody takes it`() async throws {
        let till = try await ClickTill(takesPass: false)
        let refused = try await till.pay(try await till.code())
        #expect(refused.status == 422, "\(refused)")
        #expect(refused.text("code") == "not_supported")
        #expect(refused.text("detail")?.contains("one_time_token") == true)
        #expect(try await till.calls("click_pass.payment") == 0)
    }
}
