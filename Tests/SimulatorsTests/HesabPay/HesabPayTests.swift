import HTTP
import JSON
import Testing

@testable import Simulators

/// Sessions, pages, webhooks and what vouches for them (sections 2 and 3).
struct HesabPayTests {
    @Test func `a session is made, paid, and told`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            let created = try await bench.createSession()
            #expect(created["status_code"] == 10)
            #expect(created["success"] == true)
            #expect(created["message"] == "Payment session created")
            let url = created["url"]?.stringValue ?? ""
            #expect(url.hasPrefix(bench.simulator.baseURL + "/s/"))
            try await bench.payer()
            let told: KeyValuePairs<String, JSONValue> = [
                "status_code": 10, "success": true, "message": "Payment successful",
                "sender_account": "0790000117", "user_id": "att-900117", "amount": 6_500,
                "memo": "Booking 117", "email": "guest@example.com",
                "items": [
                    ["id": "att-900117", "name": "Booking 117", "price": .number("6500.00")]
                ],
            ]
            for (name, value) in told { #expect(listener.last[name] == value) }
            let transaction = listener.last["transaction_id"]?.stringValue ?? ""
            #expect(transaction.count == 19)
            #expect(transaction.hasPrefix("0"))
            #expect(listener.last["transaction_date"]?.stringValue?.count == 19)
            let entry = try #require(bench.entry("user_id", "att-900117"))
            #expect(entry.payment == transaction)
            #expect(entry.captured == 650_000)
        }
    }

    @Test func `the vendor vouches for its own pairs alone`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            _ = try await bench.createSession()
            try await bench.payer()
            let good = try await bench.verify(listener.last)
            #expect(
                good == ["status_code": 10, "success": true, "message": "Signature is valid"]
            )
            let bad: JSONValue = [
                "status_code": 0, "success": false, "message": "Invalid signature",
            ]
            let forged: JSONValue = [
                "signature": "c2lnbmF0dXJlLWV4YW1wbGU=", "timestamp": "1732093561",
            ]
            #expect(try await bench.verify(forged) == bad)
            let other: JSONValue = [
                "signature": listener.last["signature"] ?? .null, "timestamp": "1732093561",
            ]
            #expect(try await bench.verify(other) == bad)
        }
    }

    @Test func `a failure is told, and does not end the session`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            _ = try await bench.createSession()
            try await bench.payer("fail")
            let told: KeyValuePairs<String, JSONValue> = [
                "status_code": 0, "success": false, "message": "Insufficient balance",
                "transaction_id": "", "user_id": "att-900117", "amount": 6_500,
            ]
            for (name, value) in told { #expect(listener.last[name] == value) }
            #expect(bench.simulator.book.count == 0)
            let report = try await bench.payer()
            #expect(report["transactions"]?.arrayValue?.count == 1)
            try await bench.payer("fail", "att-900117", ["message": "Wrong PIN"])
            #expect(listener.last["message"] == "Wrong PIN")
            #expect(bench.simulator.book.totals["AFN"]?.captured == 650_000)
        }
    }

    @Test func `money can be taken twice, and another amount told`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            _ = try await bench.createSession()
            try await bench.payer()
            let report = try await bench.payer("pay", "att-900117", ["amount": .number("65.50")])
            #expect(report["transactions"]?.arrayValue?.count == 2)
            #expect(listener.last["amount"] == .number("65.50"))
            #expect(bench.simulator.book.totals["AFN"]?.captured == 656_550)
            let ids = listener.webhooks.compactMap { $0.json["transaction_id"]?.stringValue }
            #expect(Set(ids).count == 2)
        }
    }

    struct Refusal: Sendable {
        let name: String
        let value: JSONValue
        let message: JSONValue
    }

    static let refusals = [
        Refusal(name: "items", value: [], message: ["items": ["This field may not be empty."]]),
        Refusal(name: "items", value: .null, message: ["items": ["This field is required."]]),
        Refusal(
            name: "items",
            value: [["id": "a", "name": "b", "price": .number("1.001")]],
            message: ["items": ["This must be an amount with at most two decimals."]]
        ),
        Refusal(
            name: "items",
            value: [["id": "a", "name": "b", "price": 0]],
            message: ["items": ["This must be positive."]]
        ),
        Refusal(
            name: "items",
            value: [["id": "a", "name": "b", "price": -5]],
            message: ["items": ["This must be an amount with at most two decimals."]]
        ),
        Refusal(
            name: "user_id",
            value: .string(String(repeating: "a", count: 51)),
            message: ["user_id": ["This must have 1 to 50 bytes."]]
        ),
        Refusal(
            name: "amount",
            value: 6_500,
            message: ["amount": ["There is no field of this name."]]
        ),
    ]

    @Test func `a session that makes no sense is refused by field`() async throws {
        try await HesabPayBench.run { bench in
            for refusal in Self.refusals {
                let answer = try await bench.createSession("a", [refusal.name: refusal.value])
                #expect(answer["success"] == false)
                #expect(answer["status_code"] == 0)
                #expect(answer["message"] == refusal.message)
            }
            let path = "/api/v1/payment/create-session"
            for login in ["API-KEY guess", "Bearer \(HesabPayBench.apiKey)", ""] {
                let answer = try await bench.call(path, [:], authorization: login)
                #expect(answer.status == 401)
                #expect(answer.json["detail"] == "Invalid API key.")
            }
            #expect(try await bench.call("/api/v1/payment/verify", [:]).status == 404)
        }
    }

    @Test func `a price is not multiplied`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            let items: JSONValue = [
                ["id": "a", "name": "Night", "price": 3_250, "quantity": 2],
                ["id": "b", "name": "Tea", "price": .number("0.5")],
            ]
            _ = try await bench.createSession("x", ["items": items])
            try await bench.payer("pay", "x")
            #expect(bench.simulator.book.totals["AFN"]?.captured == 325_050)
            #expect(listener.last["amount"] == .number("3250.50"))
        }
    }

    @Test func `integrations saw other names`() async throws {
        let listener = HesabPayListener()
        var settings = HesabPay.Settings()
        settings.addressName = .camelCase
        settings.namesSessions = true
        settings.leavesReferenceOut = true
        settings.writesDecimals = true
        try await HesabPayBench.run(settings, listener: listener) { bench in
            let created = try await bench.createSession()
            #expect(created["url"] == nil)
            #expect(created["paymentUrl"]?.stringValue != nil)
            try await bench.payer()
            #expect(listener.last["session_id"] == created["session_id"])
            #expect(listener.last["user_id"] == nil)
            #expect(listener.last["amount"] == .number("6500.00"))
        }
    }

    @Test(arguments: [("pay", "https://shop.example/ok"), ("fail", "https://shop.example/fail")])
    func `the page leads back`(outcome: String, address: String) async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            let url = try await bench.createSession()["url"]?.stringValue ?? ""
            #expect(try await bench.call(.get, url).text.contains("6500.00 AFN"))
            let done = try await bench.call(.post, url, body: Array("outcome=\(outcome)".utf8))
            #expect(done.status == 303)
            #expect(done.fields[.location] == address)
            try await bench.webhooksIdle()
            #expect(listener.last["success"] == .bool(outcome == "pay"))
            bench.simulator.advanceClock(by: .seconds(3_600))
            #expect(try await bench.call(.get, url).text.contains("This session is over."))
        }
    }

    @Test func `a webhook is repeated until it is taken, and goes wrong on demand`() async throws {
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener) { bench in
            listener.refuseNext(2)
            _ = try await bench.createSession()
            try await bench.payer()
            #expect(listener.webhooks.count == 3)
            #expect(Set(listener.webhooks.map(\.body)).count == 1)
            bench.simulator.add(.badSignature, when: FaultTrigger(count: 1))
            listener.refuseNext(1)
            try await bench.payer()
            let forged = listener.webhooks[3].json
            #expect(try await bench.verify(forged)["success"] == false)
            #expect(try await bench.verify(listener.last)["success"] == true)
            bench.simulator.add(.staleSignature, when: FaultTrigger(count: 1))
            try await bench.payer()
            let time = listener.last["timestamp"]?.stringValue.flatMap { Int64($0) } ?? 0
            #expect(WallClock.unixTime - time > 86_400)
            #expect(try await bench.verify(listener.last)["success"] == true)
            bench.simulator.add(
                .lose,
                when: FaultTrigger(parameters: ["user_id": "att-900117"], count: 1)
            )
            let count = listener.webhooks.count
            try await bench.payer()
            #expect(listener.webhooks.count == count)
            try await bench.tell("/events/1/resend")
            try await bench.webhooksIdle()
            #expect(listener.last == listener.webhooks[0].json)
        }
    }

    @Test func `the proposed local signature follows its vector`() async throws {
        let body = Array(#"{"transaction_id":"0117000001732093561","amount":6500}"#.utf8)
        let signature = HesabPay.Vendor.signature(
            key: "hsb_whsec_test_01",
            timestamp: 1_732_093_561,
            body: body
        )
        #expect(signature == "6acb1f3372820aeca01765d9c2b68ea0faad556fa88b37866cede143a59ffd49")
        let listener = HesabPayListener()
        try await HesabPayBench.run(listener: listener, signingKey: "hsb_whsec_test_01") { bench in
            _ = try await bench.createSession()
            try await bench.payer()
            let webhook = try #require(listener.webhooks.first)
            #expect(webhook.json["signature"] == nil)
            let expected = HesabPay.Vendor.signature(
                key: "hsb_whsec_test_01",
                timestamp: Int64(webhook.timestamp ?? "") ?? 0,
                body: webhook.body
            )
            #expect(webhook.signature == expected)
        }
    }

    @Test func `calls that are only proposed are off unless they are named`() async throws {
        var settings = HesabPay.Settings()
        settings.statusPath = "/api/v1/payment/verify"
        settings.refundPath = "/api/v1/payment/refund"
        try await HesabPayBench.run(settings) { bench in
            _ = try await bench.createSession()
            let path = "/api/v1/payment/verify"
            let reference: JSONValue = ["user_id": "att-900117"]
            #expect(try await bench.call(path, reference).json["status"] == "pending")
            try await bench.payer("fail")
            #expect(try await bench.call(path, reference).json["status"] == "failed")
            try await bench.payer()
            let paid = try await bench.call(path, reference).json
            #expect(paid["status"] == "paid")
            let id = paid["transaction_id"] ?? .null
            let refund = "/api/v1/payment/refund"
            let part: JSONValue = ["transaction_id": id, "amount": .number("6000.00")]
            #expect(try await bench.call(refund, part).json["success"] == true)
            #expect(try await bench.call(refund, part).status == 400)
            #expect(bench.simulator.book.totals["AFN"]?.refunded == 600_000)
        }
    }

    /// F7; its PIN is 1234.
    private static func payout(
        to accounts: [String] = ["0790000200", "0790000201"],
        pin: JSONValue = "AAECAwQFBgcICQoLDA0OD/jZBa8VvOvajkyje6B1p2s="
    ) -> JSONValue {
        let vendors = accounts.map { ["account_number": .string($0), "amount": 300] as JSONValue }
        return ["pin": pin, "vendors": .array(vendors)]
    }

    @Test func `F7, money is sent to whom the merchant names`() async throws {
        try await HesabPayBench.run(pin: "1234") { bench in
            _ = try await bench.createSession()
            try await bench.payer("pay", "att-900117", ["payer": "0790000200"])
            let sent = try await bench.call(
                "/api/v1/payment/send-money-MultiVendor",
                Self.payout()
            ).json
            #expect(sent["success"] == true)
            #expect(sent["results"]?.arrayValue?.count == 2)
            let payouts = try await bench.look("/payouts")["payouts"]?.arrayValue ?? []
            #expect(
                payouts.map { $0["account_number"] } == ["0790000201", "0790000200"]
            )
            // One of the two had paid before.
            #expect(bench.simulator.book.totals["AFN"]?.refunded == 30_000)
        }
    }

    @Test func `a payout that makes no sense sends nothing`() async throws {
        var settings = HesabPay.Settings()
        settings.blockedPayees = ["0790000666"]
        try await HesabPayBench.run(settings, pin: "1234") { bench in
            let path = "/api/v1/payment/send-money-MultiVendor"
            for (order, status) in [
                (Self.payout(pin: "bm90IGVuY3J5cHRlZCBhdCBhbGwuLi4u"), 200),
                (Self.payout(pin: "1234"), 200), (Self.payout(to: ["0790000666"]), 200),
                (Self.payout(to: ["0790000200", "0790000200"]), 400),
                (Self.payout(to: []), 400),
                (Self.payout(to: (1...17).map { "07900000\($0)" }), 400),
            ] {
                let refused = try await bench.call(path, order)
                #expect(refused.status == status)
                #expect(refused.json["success"] == false)
            }
            #expect(try await bench.look("/payouts")["payouts"] == [])
        }
        // Without a PIN there are none.
        try await HesabPayBench.run { bench in
            let refused = try await bench.call(
                "/api/v1/payment/send-money-MultiVendor",
                Self.payout()
            )
            #expect(refused.json["success"] == false)
        }
    }

    @Test func `calls go wrong on demand`() async throws {
        try await HesabPayBench.run { bench in
            bench.simulator.add(.loseReply, when: FaultTrigger(name: "create-session", count: 1))
            await #expect(throws: HTTPTransportError.self) {
                _ = try await bench.createSession()
            }
            // The session is there all the same, and can be paid.
            try await bench.payer()
            #expect(bench.entry("user_id", "att-900117")?.captured == 650_000)
            bench.simulator.add(
                .fail(status: 503, afterEffect: false, isKept: false),
                when: FaultTrigger(name: "verify-signature", count: 1)
            )
            let pair: JSONValue = ["signature": "a", "timestamp": "1"]
            let path = "/api/v1/hesab/webhooks/verify-signature"
            #expect(try await bench.call(path, pair).status == 503)
            bench.simulator.add(.htmlBody(status: 200), when: FaultTrigger(count: 1))
            #expect(try await bench.call(path, pair).text.hasPrefix("<html>"))
        }
    }
}
