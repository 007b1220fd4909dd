import Foundation
import HTTP
import JSON
import Testing

/// Vendors that ask us, against the running gateway: their own sandboxes' checks, over real
/// sockets and a real database.
@Suite(.serialized) struct AskingVendorTests {
    @Test func `Payme's sandbox finds nothing to complain of`() async throws {
        let stack = try await TestStack()
        let key = UUID().uuidString
        let account = try stack.account(
            "payme",
            ["merchant_id": "5e730e8e0b852a417aa49ceb", "key": key]
        )
        let endpoint: JSONValue = [
            "id": "5e730e8e0b852a417aa49ceb", "key": .string(key),
            "url": .string("\(stack.client.baseURL)/webhooks/v1/payme/\(account)"),
        ]
        let payme = try await stack.simulator("payme", endpoint)
        let orders = try await payments(stack, "payme", count: 4).map { payment -> JSONValue in
            ["account": ["order_id": .string(payment.attempt)], "amount": 15_000_000]
        }
        let begun = try await payme.raw(
            .post,
            "/_control/checklist",
            [
                "cashbox": "5e730e8e0b852a417aa49ceb", "orders": .array(orders),
                "patience_ms": 2_000,
            ]
        )
        #expect(begun.status < 300, "\(begun)")
        let result = try await outcome(of: "/_control/checklist", at: payme)
        let failed = (result["checks"]?.arrayValue ?? []).filter { $0["passed"] != true }
        #expect(failed.isEmpty, "\(failed.map { String(decoding: $0.bytes(), as: UTF8.self) })")
        #expect(result["passed"] == true)
    }

    @Test func `what is too long is answered in Payme's own words`() async throws {
        let stack = try await TestStack()
        let key = UUID().uuidString
        let account = try stack.account(
            "payme",
            ["merchant_id": "5e730e8e0b852a417aa49ceb", "key": key]
        )
        let path = "/webhooks/v1/payme/\(account)"
        for length in [(1 << 20) + 1, 3 << 20] {
            for (password, code) in [(key, -32_700), ("wrong", -32_504)] {
                var fields = HTTPFields()
                let login = Data("Paycom:\(password)".utf8).base64EncodedString()
                fields.append(.authorization, "Basic \(login)")
                let answer = try await stack.client.raw(
                    .post,
                    path,
                    bytes: [UInt8](repeating: 0x20, count: length),
                    fields: fields
                )
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.body["error"]?["code"] == .integer(Int64(code)))
                #expect(answer.body["id"] == .null)
            }
        }
    }

    @Test func `a payer's payment through Payme is captured, and a repetition changes nothing`()
        async throws
    {
        let stack = try await TestStack()
        let key = UUID().uuidString
        let account = try stack.account(
            "payme",
            ["merchant_id": "5e730e8e0b852a417aa49ceb", "key": key]
        )
        let payme = try await stack.simulator(
            "payme",
            [
                "id": "5e730e8e0b852a417aa49ceb", "key": .string(key),
                "url": .string("\(stack.client.baseURL)/webhooks/v1/payme/\(account)"),
            ]
        )
        let payment = try #require(try await payments(stack, "payme", count: 1).first)
        let paid = try await payme.raw(
            .post,
            "/_control/pay",
            ["link": .string(payment.link), "repeats": 3]
        )
        #expect(paid.status < 300, "\(paid)")
        try await stack.until(payment.intent, "captured")
        let intent = try await stack.client.get("/intents/\(payment.intent)")
        #expect(intent.integer("amount_captured") == 15_000_000)
        #expect(intent.body["captures"]?.arrayValue?.count == 1)
        // Payme gives back the whole or nothing: a part is refused before anybody is asked.
        let part = try await stack.client.post(
            "/intents/\(payment.intent)/refunds",
            ["amount": 5_000_000]
        )
        #expect(part.status == 422, "\(part)")
        #expect(part.text("code") == "not_supported")
        #expect(part.text("detail")?.contains("partial_refund") == true)
        let after = try await stack.client.get("/intents/\(payment.intent)")
        #expect(after.body["refunds"] == [])
    }

    @Test func `a link by SMS is paid once, whichever link the payer takes`() async throws {
        let stack = try await TestStack()
        let key = UUID().uuidString
        let payme = try await stack.simulator("payme")
        let account = try stack.account(
            "payme",
            [
                "merchant_id": "5e730e8e0b852a417aa49ceb", "key": key, "subscribe": "on",
                "sms_links": "on", "api_base": payme.baseURL + "/api",
            ]
        )
        try await payme.act(
            "webhook_endpoints",
            [
                "endpoints": [
                    [
                        "id": "5e730e8e0b852a417aa49ceb", "key": .string(key),
                        "url": .string("\(stack.client.baseURL)/webhooks/v1/payme/\(account)"),
                        "billing": true,
                    ]
                ]
            ],
            .put
        )
        let guest = try await stack.client.post("/customers", ["phone": "+998 90 123 45 67"])
        let page = try await stack.open(
            [
                "amount": 15_000_000, "currency": "UZS", "provider": "payme",
                "capture_method": "automatic", "method": ["kind": "mobile_money"],
                "customer_id": .string(try #require(guest.text("id"))),
            ]
        )
        try await payme.act("receipts/\(page.reference)/pay", ["token": "test_6311"])
        try await stack.until(page.intent, "captured")
        // The page's link names the same order: Payme asks, and is refused.
        try await payme.act("pay", ["link": .string(page.url)])
        let intent = try await stack.client.get("/intents/\(page.intent)")
        #expect(intent.integer("amount_captured") == 15_000_000)
        #expect(intent.body["captures"]?.arrayValue?.count == 1)
        #expect(try await Book(payme).payments.reduce(0) { $0 + $1.captured } == 15_000_000)
    }

    @Test func `a stranger's question is refused in Payme's words`() async throws {
        let stack = try await TestStack()
        let account = try stack.account(
            "payme",
            ["merchant_id": "5e730e8e0b852a417aa49ceb", "key": "k"]
        )
        let path = "/webhooks/v1/payme/\(account)"
        let stranger = try await stack.client.raw(
            .post,
            path,
            ["jsonrpc": "2.0", "id": 4_108, "method": "CheckTransaction", "params": ["id": "x"]],
            fields: [.authorization: "Basic UGF5Y29tOndyb25n"]
        )
        #expect(stranger.status == 200, "\(stranger)")
        #expect(stranger.body["error"]?["code"] == -32_504)
        #expect(stranger.body["id"] == 4_108)
        let wrongMethod = try await stack.client.raw(.get, path, nil)
        #expect(wrongMethod.status == 200, "\(wrongMethod)")
        #expect(wrongMethod.body["error"]?["code"] == -32_300)
    }

    @Test func `a stranger's address is refused in Payme's words`() async throws {
        let stack = try await TestStack(
            settings: ["GATEWAY_WEBHOOK_NETWORKS": "payme=185.234.113.0/28"]
        )
        let account = try stack.account(
            "payme",
            ["merchant_id": "5e730e8e0b852a417aa49ceb", "key": "k"]
        )
        let stranger = try await stack.client.raw(
            .post,
            "/webhooks/v1/payme/\(account)",
            ["jsonrpc": "2.0", "id": 4_108, "method": "CheckTransaction", "params": ["id": "x"]]
        )
        #expect(stranger.status == 200, "\(stranger)")
        #expect(stranger.body["error"]?["code"] == -32_504)
        #expect(stranger.body["id"] == 4_108)
    }

    @Test(arguments: ["advanced", "split"])
    func `a payer's payment through Click's other shops is captured`(
        dialogue: String
    ) async throws {
        let stack = try await TestStack()
        let secret = UUID().uuidString
        let account = try stack.account(
            "click",
            [
                "merchant_id": "31415", "service_id": "85335", "merchant_user_id": "27182",
                "secret_key": secret, "shop_protocol": dialogue,
                "split_shares": #"{"1001":70,"1002":30}"#,
            ]
        )
        let click = try await stack.simulator(
            "click",
            [
                "service_id": 85_335, "merchant_id": 31_415, "merchant_user_id": 27_182,
                "secret_key": .string(secret), "protocol": .string(dialogue),
                "prepare_url": .string("\(stack.client.baseURL)/webhooks/v1/click/\(account)"),
            ]
        )
        let payment = try #require(try await payments(stack, "click", count: 1).first)
        let paid = try await click.raw(
            .post,
            "/_control/pay",
            ["link": .string(payment.link), "repeats": 2]
        )
        #expect(paid.status < 300, "\(paid)")
        try await stack.until(payment.intent, "captured")
        let intent = try await stack.client.get("/intents/\(payment.intent)")
        #expect(intent.integer("amount_captured") == 15_000_000)
        #expect(intent.body["captures"]?.arrayValue?.count == 1)
    }

    @Test func `Click's official matrix of cases comes out as it should`() async throws {
        let stack = try await TestStack()
        let secret = UUID().uuidString
        let account = try stack.account(
            "click",
            [
                "merchant_id": "31415", "service_id": "85335", "merchant_user_id": "27182",
                "secret_key": secret,
            ]
        )
        let click = try await stack.simulator(
            "click",
            [
                "service_id": 85_335, "merchant_id": 31_415, "merchant_user_id": 27_182,
                "secret_key": .string(secret),
                "prepare_url": .string("\(stack.client.baseURL)/webhooks/v1/click/\(account)"),
            ]
        )
        let orders = try await payments(stack, "click", count: 4).map { payment -> JSONValue in
            ["merchant_trans_id": .string(payment.attempt), "amount": "150000.00"]
        }
        let begun = try await click.raw(
            .post,
            "/_control/matrix",
            ["service_id": 85_335, "orders": .array(orders)]
        )
        #expect(begun.status < 300, "\(begun)")
        let result = try await outcome(of: "/_control/matrix", at: click)
        let failed = (result["cases"]?.arrayValue ?? result["checks"]?.arrayValue ?? [])
            .filter { $0["passed"] != true }
        #expect(failed.isEmpty, "\(failed.map { String(decoding: $0.bytes(), as: UTF8.self) })")
        #expect(result["passed"] == true)
    }

    private struct Link: Sendable {
        let intent: String
        let attempt: String
        let link: String
    }

    private func payments(
        _ stack: TestStack,
        _ vendor: String,
        count: Int
    ) async throws -> [Link] {
        var links: [Link] = []
        for _ in 0..<count {
            let opened = try await stack.client.post(
                "/intents",
                [
                    "amount": 15_000_000, "currency": "UZS", "provider": .string(vendor),
                    "capture_method": "automatic",
                    "method": ["kind": "redirect"], "return_url": "https://hotel.example/thanks",
                ]
            )
            #expect(opened.status == 201, "\(opened)")
            #expect(opened.text("status") == "requires_action")
            links.append(
                Link(
                    intent: try #require(opened.text("id")),
                    attempt: try #require(opened.body["last_attempt"]?["id"]?.stringValue),
                    link: try #require(opened.body["next_action"]?["url"]?.stringValue)
                )
            )
        }
        return links
    }

    private func outcome(of path: String, at vendor: TestClient) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let state = try await vendor.raw(.get, path, nil).body
            if state["is_over"] == true { return state }
            try await TestClient.pause()
        }
        return try await vendor.raw(.get, path, nil).body
    }
}
