import HTTP
import JSON
import Testing

@testable import Simulators

/// Refunds, saved cards and the payer's code (sections 3.4 and 3.6).
struct OctoRefundTests {
    @Test func `a refund is accepted first and done later, once per id`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let uuid = try await bench.paid(listener)
            let first = try await bench.refund(uuid, "r1", "50000.00")
            #expect(first["data"]?["status"] == "pending")
            #expect(first["data"]?["refund_time"]?.stringValue?.count == 19)
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 0)
            let again = try await bench.refund(uuid, "r1", "50000.00")
            #expect(again["data"] == first["data"])
            bench.simulator.advanceClock(by: .seconds(60))
            let done = try await bench.refund(uuid, "r1", "50000.00")
            #expect(done["data"]?["status"] == "succeeded")
            #expect(try await bench.status()["data"]?["refunded_sum"] == .number("50000.00"))
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 5_000_000)
            let rest = try await bench.refund(uuid, "r2", "100000.01")
            #expect(
                rest == [
                    "error": 22, "errMessage": "Wrong amount to refund", "data": nil,
                    "errorMessage": "Wrong amount to refund",
                ]
            )
            #expect(try await bench.refund(uuid, "r3", "100000.00")["error"] == 0)
            #expect(try await bench.refund(uuid, "r4", "12700.00")["error"] == 22)
        }
    }

    @Test(arguments: [
        ("UZS", "20000000.00", "12699.99", Int64(3)), ("UZS", "20000000.00", "10000000.01", 3),
        ("UZS", "20000000.00", "10000000.00", 0), ("USD", "500.00", "0.99", 3),
        ("USD", "500.00", "1.00", 0), ("RUB", "5000.00", "96.99", 3),
        ("RUB", "5000.00", "0.00", 22),
    ])
    func `a refund has a smallest and a largest amount`(
        currency: String,
        sum: String,
        amount: String,
        error: Int64
    ) async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let created = try await bench.prepare(listener, sum: sum, currency: currency)
            _ = try await bench.payer()
            let uuid = created["data"]?["octo_payment_UUID"] ?? .null
            #expect(try await bench.refund(uuid, "r", amount)["error"]?.integerValue == error)
        }
    }

    @Test func `a bank decides on refunds`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let uuid = try await bench.paid(listener, card: "refund_fails")
            _ = try await bench.refund(uuid, "r1", "150000.00")
            bench.simulator.advanceClock(by: .seconds(60))
            #expect(try await bench.refund(uuid, "r1", "150000.00")["data"]?["status"] == "failed")
            _ = try await bench.refund(uuid, "r2", "150000.00")
            let decided = try await bench.tell("/refunds/r2", ["status": "unknown"])
            #expect(decided["status"] == "unknown")
            #expect(try await bench.refund(uuid, "r2", "1.00")["data"]?["status"] == "unknown")
            try await bench.tell("/refunds/r2", ["status": "succeeded"])
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 15_000_000)
        }
    }

    @Test func `only what succeeded is refunded`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let created = try await bench.prepare(listener, autoCapture: false)
            _ = try await bench.payer()
            let uuid = created["data"]?["octo_payment_UUID"] ?? .null
            #expect(try await bench.refund(uuid, "r", "50000.00")["error"] == 5)
            #expect(try await bench.refund("none", "r", "50000.00")["error"] == 4)
        }
    }

    @Test func `a saved card pays, and can be blocked`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let saved = try await bench.tell("/tokens", ["card": "visa"])
            let token = saved["card_token"] ?? .null
            let created = try await bench.prepare(
                listener,
                as: "a",
                ["user_data": ["user_id": "7", "phone": "998901234567", "email": "g@example.com"]]
            )
            let path = "/pay/\(created["data"]?["octo_payment_UUID"]?.stringValue ?? "")"
            let order: KeyValuePairs<String, JSONValue> = [
                "card_token": token, "method": "bank_card", "email": "g@example.com",
            ]
            let blank = try await bench.call(path, ["card_token": token, "method": "bank_card"])
            #expect(blank["error"] == 1)
            let paid = try await bench.call(path, order)
            #expect(paid["data"]?["status"] == "succeeded")
            #expect(paid["data"]?["totalSum"] == .number("150000.00"))
            #expect(
                paid["data"]?["details"]?["cardInfo"]
                    == ["first6": "424242", "last4": "4242", "issuerCountryCode": "DE"]
            )
            #expect(try await bench.call(path, order)["error"] == 5)
            let blocked = try await bench.post("/block_card_token", ["card_token": token])
            #expect(blocked.json["error"] == 0)
            let other = try await bench.prepare(listener, as: "b")
            let otherPath = "/pay/\(other["data"]?["octo_payment_UUID"]?.stringValue ?? "")"
            #expect(try await bench.call(otherPath, order)["error"] == 6)
            let number = try await bench.call(otherPath, ["pan": "8600", "method": "uzcard"])
            #expect(number["error"] == 1)
        }
    }

    @Test func `a payer may have to enter a code`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            for (transaction, codes, status) in [
                ("a", ["111111"], "succeeded"), ("b", ["1", "2", "3"], "canceled"),
            ] {
                let created = try await bench.prepare(listener, as: transaction)
                let uuid = created["data"]?["octo_payment_UUID"]?.stringValue ?? ""
                let asked = try await bench.call(
                    "/pay/\(uuid)",
                    ["card_token": "test_code", "method": "uzcard"]
                )
                #expect(asked["data"]?["status"] == "wait_user_action")
                #expect(
                    asked["data"]?["redirectUrl"] == created["data"]?["octo_pay_url"]
                )
                let info = try await bench.call(.get, "/verificationInfo/\(uuid)")
                for code in codes {
                    _ = try await bench.post(
                        "/check_sms_key",
                        [
                            "smsKey": .string(code), "paymentId": asked["data"]?["id"] ?? .null,
                            "verifyId": info.json["verifyId"] ?? .null,
                        ]
                    )
                }
                let after = try await bench.status(transaction)
                #expect(after["data"]?["status"]?.stringValue == status)
            }
        }
    }

    @Test func `calls go wrong on demand`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let uuid = try await bench.paid(listener)
            bench.simulator.add(
                .loseReply,
                when: FaultTrigger(name: "refund", parameters: ["/shop_refund_id": "r1"], count: 1)
            )
            await #expect(throws: HTTPTransportError.self) {
                _ = try await bench.refund(uuid, "r1", "50000.00")
            }
            #expect(try await bench.refund(uuid, "r1", "50000.00")["data"]?["status"] == "pending")
            bench.simulator.add(.error(code: "22"), when: FaultTrigger(count: 1))
            #expect(try await bench.refund(uuid, "r2", "50000.00")["error"] == 22)
            bench.simulator.add(.rateLimit, when: FaultTrigger(count: 1))
            #expect(try await bench.refund(uuid, "r2", "50000.00")["error"] == 11)
            #expect(bench.simulator.requests.all.allSatisfy { $0["/octo_secret"] == nil })
        }
    }
}

extension LiveBench<Octo.Vendor> {
    /// A paid payment's uuid.
    fileprivate func paid(
        _ listener: OctoListener,
        card: String = "uzcard"
    ) async throws -> JSONValue {
        let created = try await prepare(listener)
        _ = try await payer(card: card)
        return created["data"]?["octo_payment_UUID"] ?? .null
    }

    fileprivate func refund(
        _ uuid: JSONValue,
        _ id: String,
        _ amount: String
    ) async throws -> JSONValue {
        try await call(
            "/refund",
            [
                "octo_payment_UUID": uuid, "shop_refund_id": .string(id),
                "amount": .number(amount),
            ]
        )
    }
}
