import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// A running gateway with an account at Click, and Click's simulator beside it.
struct ClickTill: Sendable {
    static let amount: Int64 = 15_000_000

    let stack: TestStack
    let simulator: TestClient

    init(confirms: Bool = false, takesPass: Bool = true) async throws {
        stack = try await TestStack()
        let secret = UUID().uuidString
        simulator = try await stack.simulator("click")
        let account = try stack.account(
            "click",
            [
                "merchant_id": "31415", "service_id": "85335", "merchant_user_id": "27182",
                "secret_key": secret, "api_base": "\(simulator.baseURL)/v2/merchant",
                "click_pass": takesPass ? "on" : "off", "cashbox_code": "KASSA-1",
                "fiscal_code": "10704001001000000", "fiscal_package_code": "1501319",
                "fiscal_tin": "305123456",
            ]
        )
        let shop: JSONValue = [
            "service_id": 85_335, "merchant_id": 31_415, "merchant_user_id": 27_182,
            "secret_key": .string(secret), "confirms_pass": .bool(confirms),
            "prepare_url": .string("\(stack.client.baseURL)/webhooks/v1/click/\(account)"),
        ]
        try await simulator.act("webhook_endpoints", ["endpoints": [shop]], .put)
    }

    /// Two nights, at a price each.
    static func order(of nights: Int64 = 7_500_000) -> JSONValue {
        [
            "reference": "BK-1001",
            "items": [
                [
                    "description": "Hotel room, standard, night", "quantity": 2,
                    "unit_amount": .integer(nights),
                ]
            ],
        ]
    }

    /// Opens a link to pay for an order, and pays by it.
    func payByLink(_ order: JSONValue = order()) async throws -> String {
        let page = try await stack.open(
            [
                "amount": .integer(Self.amount), "currency": "UZS", "provider": "click",
                "capture_method": "automatic", "method": ["kind": "redirect"], "order": order,
            ]
        )
        try await simulator.act("pay", ["link": .string(page.url)])
        try await stack.until(page.intent, "captured")
        return page.intent
    }

    /// Waits until it is known where the fiscal receipt of a payment is shown.
    func receipt(of intent: String) async throws -> String {
        var receipt: String?
        try await eventually {
            let shown = try await stack.client.get("/intents/\(intent)")
            receipt = shown.body["details"]?["fiscal_qr_code_url"]?.stringValue
            return receipt != nil
        }
        return try #require(receipt)
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
                "order": Self.order(),
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
