import HTTP
import JSON
import Testing

@testable import Simulators

/// The Merchant API (sections 2.2, 3.6 and 4.3).
struct ClickMerchantTests {
    @Test func `an invoice is pushed, paid and deleted`() async throws {
        try await ClickBench.run { bench in
            let order: JSONValue = [
                "service_id": 85_335, "amount": .number("150000.00"),
                "phone_number": "998901234567", "merchant_trans_id": "ord-1",
            ]
            let created = try await bench.api(.post, "/invoice/create", order)
            #expect(created.status == 200)
            #expect(created.json["error_code"] == 0)
            let id = created.json["invoice_id"]?.text ?? ""
            let waiting = try await bench.api(.get, "/invoice/status/85335/\(id)")
            #expect(waiting.json["invoice_status"] == 0)
            try await bench.tell("/invoices/\(id)/pay")
            try await bench.webhooksIdle()
            let paid = try await bench.api(.get, "/invoice/status/85335/\(id)")
            #expect(paid.json["invoice_status"] == 1)
            #expect(bench.entry("merchant_trans_id", "ord-1")?.captured == 15_000_000)
            let other = try await bench.api(.post, "/invoice/create", order)
            let otherID = other.json["invoice_id"]?.text ?? ""
            try await bench.tell("/invoices/\(otherID)/delete")
            let deleted = try await bench.api(.get, "/invoice/status/85335/\(otherID)")
            #expect(deleted.json["invoice_status"] == -99)
        }
    }

    @Test func `a payment's status is found by number and by reference`() async throws {
        try await ClickBench.run { bench in
            let report = try await bench.pay(ClickBench.link(), ["rest": "prepared"])
            let id = report["id"]?.text ?? ""
            let path = "/payment/status/85335/\(id)"
            #expect(try await bench.api(.get, path).json["payment_status"] == 0)
            _ = try await bench.ask("debit", about: report)
            let status = try await bench.api(.get, path)
            #expect(
                status.json == [
                    "error_code": 0, "error_note": "Success", "payment_id": report["id"] ?? .null,
                    "payment_status": 2,
                ]
            )
            let today = bench.simulator.now.dateAndTime(offset: 300).prefix(10)
            let found = try await bench.api(.get, "/payment/status_by_mti/85335/ord-1/\(today)")
            #expect(found.json["payment_id"]?.stringValue == id)
            #expect(found.json["merchant_trans_id"] == "ord-1")
            #expect(found.json["payment_status"] == nil)
            let before = try await bench.api(.get, "/payment/status_by_mti/85335/ord-1/2020-01-01")
            #expect(before.json["error_code"] == -16)
            let refused = try await bench.pay(ClickBench.link("ord-2"), ["card": "blocked"])
            let failed = try await bench.api(
                .get,
                "/payment/status/85335/\(refused["id"]?.text ?? "")"
            )
            #expect(failed.json["payment_status"] == -5_017)
            #expect(failed.json["error_note"] == "Card is blocked")
        }
    }

    @Test func `a reversal gives everything back, once`() async throws {
        try await ClickBench.run { bench in
            let paid = try await bench.pay()
            let id = paid["id"]?.text ?? ""
            let path = "/payment/reversal/85335/\(id)"
            let reversed = try await bench.api(.delete, path)
            #expect(reversed.json["error_code"] == 0)
            #expect(reversed.json["payment_id"]?.text == id)
            let again = try await bench.api(.delete, path)
            #expect(again.json["error_note"] == "Payment is already reversed")
            #expect(bench.entry("merchant_trans_id", "ord-1")?.refunded == 15_000_000)
            let status = try await bench.api(.get, "/payment/status/85335/\(id)")
            #expect(status.json["payment_status"] == -99)
            let unknown = try await bench.api(.delete, "/payment/reversal/85335/7")
            #expect(unknown.json["error_code"] == -16)
        }
    }

    @Test func `a part is given back where the contract allows it`() async throws {
        try await ClickBench.run { bench in
            let id = try await bench.pay()["id"]?.text ?? ""
            let refused = try await bench.api(
                .delete,
                "/payment/partial_reversal/85335/\(id)/50000.00"
            )
            #expect(refused.json["error_code"] == -43)
        }
        try await ClickBench.run(reversesPartially: true) { bench in
            let id = try await bench.pay()["id"]?.text ?? ""
            let path = "/payment/partial_reversal/85335/\(id)"
            #expect(try await bench.api(.delete, path + "/50000.00").json["error_code"] == 0)
            #expect(bench.entry("merchant_trans_id", "ord-1")?.refunded == 5_000_000)
            #expect(try await bench.api(.delete, path + "/100000.01").json["error_code"] == -41)
            #expect(try await bench.api(.delete, path + "/abc").status == 400)
            #expect(try await bench.api(.delete, path + "/100000").json["error_code"] == 0)
            #expect(bench.entry("merchant_trans_id", "ord-1")?.refunded == 15_000_000)
        }
    }

    @Test func `a processor may refuse a reversal, and a closed month does`() async throws {
        try await ClickBench.run { bench in
            let card = try await bench.pay(ClickBench.link(), ["card": "unreversible"])
            let path = "/payment/reversal/85335/\(card["id"]?.text ?? "")"
            let refused = try await bench.api(.delete, path)
            #expect(refused.json["error_code"] == -42)
            #expect(
                refused.json["error_note"] == "Reversal rejected by processing center"
            )
            #expect(refused.json["payment_id"] == card["id"])
            let good = try await bench.pay(ClickBench.link("ord-2"))
            bench.simulator.advanceClock(by: .seconds(40 * 86_400))
            let late = try await bench.api(
                .delete,
                "/payment/reversal/85335/\(good["id"]?.text ?? "")"
            )
            #expect(late.json["error_note"] == "Reporting month is closed")
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 0)
        }
    }

    @Test(arguments: [
        ("2024-11-30T12:00:00+05:00", "2024-11-30T23:59:59+05:00", true),
        ("2024-11-30T12:00:00+05:00", "2024-12-01T23:59:59+05:00", true),
        ("2024-11-30T12:00:00+05:00", "2024-12-02T00:00:00+05:00", false),
        ("2024-10-31T12:00:00+05:00", "2024-12-01T12:00:00+05:00", false),
    ])
    func `the reporting month ends in Tashkent`(paid: String, now: String, isOpen: Bool) throws {
        var world = Click.World(.init(), seed: 1, limit: nil)
        let service = ClickBench.service()
        world.services = [service]
        world.advance(to: try #require(SimulatedTime(rfc3339: paid)))
        let answer = try world.execute(
            .payByPass,
            [],
            JSONObject([
                ("service_id", 85_335), ("otp_data", "humo"), ("amount", .number("10.00")),
            ]),
            service
        )
        world.advance(to: try #require(SimulatedTime(rfc3339: now)))
        let id = answer["payment_id"]?.text ?? ""
        if isOpen {
            #expect(try world.execute(.reverse, ["", id], JSONObject(), service) != .null)
        } else {
            #expect(throws: Click.Failure.self) {
                try world.execute(.reverse, ["", id], JSONObject(), service)
            }
        }
    }

    @Test func `a token pays with the shop, or without`() async throws {
        try await ClickBench.run { bench in
            let token = try await bench.token(temporary: false)
            let payment: JSONValue = [
                "service_id": 85_335, "card_token": .string(token),
                "amount": .number("150000.00"), "transaction_parameter": "ord-1",
            ]
            let asked = try await bench.api(.post, "/card_token/payment", payment)
            #expect(asked.json["payment_status"] == 0)
            #expect(try await bench.report(asked.json["payment_id"])["stage"] == "paid")
            let deleted = try await bench.api(.delete, "/card_token/85335/\(token)")
            #expect(deleted.json["error_code"] == 0)
            let gone = try await bench.api(.post, "/card_token/payment", payment)
            #expect(gone.json["error_code"] == -20)
        }
        try await ClickBench.run(asksShopAboutTokens: false) { bench in
            let token = try await bench.token(temporary: true)
            let payment: JSONValue = [
                "service_id": 85_335, "card_token": .string(token), "amount": 150_000,
                "transaction_parameter": "ord-1",
            ]
            let paid = try await bench.api(.post, "/card_token/payment", payment)
            #expect(paid.json["payment_status"] == 2)
            #expect(bench.entry("merchant_trans_id", "ord-1")?.captured == 15_000_000)
            let again = try await bench.api(.post, "/card_token/payment", payment)
            #expect(again.json["error_code"] == -20)
            let poor = try await bench.token("860006******0051", temporary: false)
            let refused = try await bench.api(
                .post,
                "/card_token/payment",
                [
                    "service_id": 85_335, "card_token": .string(poor), "amount": 150_000,
                    "transaction_parameter": "ord-2",
                ]
            )
            #expect(refused.json["error_code"] == -5_017)
        }
    }

    @Test func `a code at the till pays, and may have to be confirmed`() async throws {
        try await ClickBench.run { bench in
            let order: JSONValue = [
                "service_id": 85_335, "otp_data": "humo", "amount": .number("150000.00"),
            ]
            let paid = try await bench.api(.post, "/click_pass/payment", order)
            #expect(paid.json["confirm_mode"] == 0)
            _ = try await bench.api(.put, "/click_pass/confirmation/85335")
            let first = try await bench.api(.post, "/click_pass/payment", order)
            let shown: KeyValuePairs<String, JSONValue> = [
                "error_code": 0, "error_note": "Success", "payment_status": 1, "confirm_mode": 1,
                "card_type": "private", "processing_type": "HUMO",
                "card_number": "986002******1147", "phone_number": "998*****4567",
            ]
            for (name, value) in shown { #expect(first.json[name] == value) }
            let id = first.json["payment_id"] ?? .null
            let confirmed = try await bench.api(
                .post,
                "/click_pass/confirm",
                ["service_id": 85_335, "payment_id": id]
            )
            #expect(confirmed.json["error_code"] == 0)
            let second = try await bench.api(.post, "/click_pass/payment", order)
            bench.simulator.advanceClock(by: Click.confirmationTime)
            let late = try await bench.api(
                .post,
                "/click_pass/confirm",
                ["service_id": 85_335, "payment_id": second.json["payment_id"] ?? .null]
            )
            #expect(late.json["error_code"] == -31)
            #expect(bench.simulator.book.totals["UZS"]?.captured == 30_000_000)
            #expect(bench.simulator.book.totals["UZS"]?.released == 15_000_000)
            _ = try await bench.api(.delete, "/click_pass/confirmation/85335")
            #expect(
                try await bench.api(.post, "/click_pass/payment", order).json["confirm_mode"] == 0
            )
        }
    }

    @Test func `a code is good once and soon, and its payment is found by the shop's name of it`()
        async throws
    {
        try await ClickBench.run { bench in
            func pay(_ code: JSONValue?, _ reference: String) async throws -> JSONValue {
                try await bench.api(
                    .post,
                    "/click_pass/payment",
                    [
                        "service_id": 85_335, "otp_data": code ?? .null,
                        "amount": .number("150000.00"), "cashbox_code": "KASSA-1",
                        "transaction_id": .string(reference),
                    ]
                ).json
            }
            let code = try await bench.tell("/passes", ["card": "humo"])["otp_data"]
            let paid = try await pay(code, "till-1")
            #expect(paid["payment_status"] == 2)
            #expect(try await pay(code, "till-2")["error_code"] == -30)
            let day = bench.simulator.now.dateAndTime(offset: 300).prefix(10)
            let found = try await bench.api(.get, "/payment/status_by_mti/85335/till-1/\(day)")
            #expect(found.json["payment_id"]?.stringValue == paid["payment_id"]?.text)
            let late = try await bench.tell("/passes", [:])["otp_data"]
            bench.simulator.advanceClock(by: Click.passLifetime)
            #expect(try await pay(late, "till-3")["error_code"] == -30)
            #expect(bench.simulator.book.totals["UZS"]?.captured == 15_000_000)
        }
    }

    @Test func `fiscal items must come to what was paid`() async throws {
        try await ClickBench.run { bench in
            let id = try await bench.pay()["id"] ?? .null
            let path = "/payment/ofd_data/85335/\(id.text)"
            #expect(try await bench.api(.get, path).json["error_code"] == -50)
            for (price, received, code) in [
                (Int64(7_500_000), Int64(15_000_000), Int64(0)), (7_500_000, 14_000_000, -50),
                (7_000_000, 14_000_000, -50),
            ] {
                let answer = try await bench.api(
                    .post,
                    "/payment/ofd_data/submit_items",
                    Self.items(id, price: price, received: received)
                )
                #expect(answer.json["error_code"]?.integerValue == code)
            }
            let data = try await bench.api(.get, path)
            #expect(data.json["paymentId"] == id)
            #expect(data.json["qrCodeURL"]?.stringValue?.hasPrefix("https://ofd.soliq.uz/") == true)
            let made = try await bench.api(
                .post,
                "/payment/ofd_data/submit_qrcode",
                ["service_id": 85_335, "payment_id": id, "qrcode": "https://ofd.example/1"]
            )
            #expect(made.json["error_code"] == 0)
            #expect(try await bench.api(.get, path).json["qrCodeURL"] == "https://ofd.example/1")
        }
    }

    /// The reference's F6 with other amounts.
    private static func items(_ id: JSONValue, price: Int64, received: Int64) -> JSONValue {
        let item: JSONValue = [
            "Name": "Hotel room, standard, night", "SPIC": "10704001001000000",
            "PackageCode": "1501319", "GoodPrice": .integer(price), "Price": .integer(price * 2),
            "Amount": 2, "VAT": 1_607_143, "VATPercent": 12,
            "CommissionInfo": ["TIN": "305123456"],
        ]
        return [
            "service_id": 85_335, "payment_id": id, "items": [item],
            "received_ecash": .integer(received), "received_cash": 0, "received_card": 0,
        ]
    }

    @Test func `a caller must prove itself in time`() async throws {
        try await ClickBench.run { bench in
            let path = "/payment/status/85335/1"
            #expect(try await bench.api(.get, path).json["error_code"] == -16)
            for fields in [
                [:], ClickBench.auth(secret: "guess"), ClickBench.auth(age: 400),
                ["Authorization": ClickBench.auth()["Auth"] ?? ""],
            ] as [HTTPFields] {
                #expect(try await bench.api(.get, path, fields: fields).status == 401)
            }
            #expect(try await bench.api(.get, "/payment/status/1/1").status == 403)
            #expect(try await bench.api(.get, "/payment/nothing/1/1").status == 404)
            let form = try await bench.call(
                .post,
                "/v2/merchant/invoice/create",
                fields: ClickBench.auth(),
                body: Array("service_id=85335".utf8)
            )
            #expect(form.status == 406)
            let incomplete = try await bench.api(.post, "/invoice/create", ["service_id": 85_335])
            #expect(incomplete.status == 400)
        }
    }

    @Test func `calls go wrong on demand`() async throws {
        try await ClickBench.run { bench in
            let id = try await bench.pay()["id"]?.text ?? ""
            let path = "/payment/reversal/85335/\(id)"
            bench.simulator.add(
                .fail(status: 502, afterEffect: true, isKept: false),
                when: FaultTrigger(name: "payment.reversal", count: 1)
            )
            #expect(try await bench.api(.delete, path).status == 502)
            #expect(bench.entry("merchant_trans_id", "ord-1")?.refunded == 15_000_000)
            bench.simulator.add(.error(code: "-42"), when: FaultTrigger(count: 1))
            #expect(try await bench.api(.delete, path).json["error_code"] == -42)
            bench.simulator.add(.rateLimit, when: FaultTrigger(count: 1))
            #expect(try await bench.api(.delete, path).status == 429)
            bench.simulator.add(.htmlBody(status: 200), when: FaultTrigger(count: 1))
            #expect(try await bench.api(.delete, path).text.hasPrefix("<html>"))
            bench.simulator.add(.emptyBody, when: FaultTrigger(count: 1))
            #expect(try await bench.api(.delete, path).body == [])
        }
    }
}

extension LiveBench<Click.Vendor> {
    /// A verified token.
    fileprivate func token(
        _ mask: String = "860006******6311",
        temporary: Bool
    ) async throws -> String {
        let requested = try await api(
            .post,
            "/card_token/request",
            [
                "service_id": 85_335, "card_number": .string(mask), "expire_date": "0399",
                "temporary": .integer(temporary ? 1 : 0),
            ],
            fields: [:]  // As from a browser.
        )
        let token = requested.json["card_token"]?.stringValue ?? ""
        let wrong = try await api(
            .post,
            "/card_token/verify",
            ["service_id": 85_335, "card_token": .string(token), "sms_code": 1]
        )
        #expect(wrong.json["error_code"] == -22)
        let verified = try await api(
            .post,
            "/card_token/verify",
            ["service_id": 85_335, "card_token": .string(token), "sms_code": 12_345]
        )
        #expect(verified.json["card_number"]?.stringValue == mask)
        return token
    }
}
