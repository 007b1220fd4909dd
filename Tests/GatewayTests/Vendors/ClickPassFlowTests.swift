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
        let details = paid.body["details"]
        #expect(details?["processing_type"] == "HUMO")
        let receipt = details?["fiscal_qr_code_url"]?.stringValue
        #expect(receipt?.hasPrefix("https://ofd.soliq.uz/") == true)
        try await till.expectOneCharge(of: paid)
        let id = try #require(paid.text("id"))
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

/// A running gateway with an account at Click, and Click's simulator beside it.
private struct ClickTill {
    static let amount: Int64 = 15_000_000

    let stack: TestStack
    let simulator: TestClient

    init(confirms: Bool = false, takesPass: Bool = true) async throws {
        stack = try await TestStack()
        let secret = UUID().uuidString
        simulator = try await stack.simulator(
            "click",
            [
                "service_id": 85_335, "merchant_id": 31_415, "merchant_user_id": 27_182,
                "secret_key": .string(secret), "confirms_pass": .bool(confirms),
            ]
        )
        _ = try stack.account(
            "click",
            [
                "merchant_id": "31415", "service_id": "85335", "merchant_user_id": "27182",
                "secret_key": secret, "api_base": "\(simulator.baseURL)/v2/merchant",
                "click_pass": takesPass ? "on" : "off", "cashbox_code": "KASSA-1",
                "fiscal_code": "10704001001000000", "fiscal_package_code": "1501319",
                "fiscal_tin": "305123456",
            ]
        )
    }

    /// A guest's app shows a code.
    func code(_ card: String = "humo") async throws -> String {
        let shown = try await simulator.act("passes", ["card": .string(card)])
        return try #require(shown.text("otp_data"))
    }

    func pay(_ code: String, key: String? = nil) async throws -> TestClient.Answer {
        try await stack.client.post(
            "/intents",
            [
                "amount": .integer(Self.amount), "currency": "UZS", "provider": "click",
                "method": ["kind": "wallet", "one_time_token": .string(code)],
                "order": [
                    "reference": "BK-1001",
                    "items": [
                        [
                            "description": "Hotel room, standard, night", "quantity": 2,
                            "unit_amount": 7_500_000,
                        ]
                    ],
                ],
            ],
            key: key
        )
    }

    /// How many calls of an operation the simulator has had.
    func calls(_ operation: String) async throws -> Int {
        let path = "/_control/requests?operation=\(operation)"
        let calls = try await simulator.raw(.get, path, nil).body["requests"]?.arrayValue
        return try #require(calls).count
    }

    /// Our books and Click's say the same, and the code was sent once.
    func expectOneCharge(of paid: TestClient.Answer) async throws {
        let book = try await Book(simulator)
        #expect(book.payments.count == 1)
        let entry = try #require(book.payments.first)
        #expect(entry.captured == paid.integer("amount_captured"))
        #expect(entry.capturable == 0)
        #expect(try await calls("click_pass.payment") == 1)
    }
}
