import HTTP
import JSON
import Testing

@testable import Simulators

/// One-stage payments, status reads, and what is told to the shop (sections 3.1, 3.2 and 3.5).
struct OctoPaymentTests {
    @Test func `a payment is prepared, paid, and told`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let created = try await bench.prepare(listener)
            #expect(created["error"] == 0)
            let data = created["data"]
            #expect(data?["status"] == "created")
            #expect(data?["shop_transaction_id"] == "att-900117")
            #expect(data?["total_sum"] == .number("150000.00"))
            #expect(data?["refunded_sum"] == 0)
            #expect(data?["octo_pay_url"]?.stringValue?.hasSuffix("?language=uz") == true)
            let report = try await bench.payer()
            #expect(report["status"] == "succeeded")
            #expect(report["violations"] == [])
            let callback = try #require(listener.callbacks.first)
            let uuid = data?["octo_payment_UUID"]?.stringValue ?? ""
            #expect(callback["octo_payment_UUID"]?.stringValue == uuid)
            let signature = OctoBench.shop.signature(
                uuid: uuid,
                status: "succeeded",
                hashKey: callback["hash_key"]?.stringValue ?? ""
            )
            #expect(callback["signature"]?.stringValue == signature)
            let told: KeyValuePairs<String, JSONValue> = [
                "shop_transaction_id": "att-900117", "status": "succeeded", "currency": "UZS",
                "total_sum": .number("150000.00"), "transfer_sum": .number("145500.00"),
                "refunded_sum": 0, "maskedPan": "860006** **** 6311", "riskLevel": 0,
                "card_type": "uzcard", "card_vendor": "uzcard", "card_country": "UZ",
                "is_physical_card": true,
            ]
            for (name, value) in told { #expect(callback[name] == value) }
            #expect(callback["rrn"]?.stringValue?.count == 12)
            #expect(bench.entry("shop_transaction_id", "att-900117")?.captured == 15_000_000)
        }
    }

    @Test func `a repeat gets the first payment, whatever it says`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let first = try await bench.prepare(listener)
            let second = try await bench.prepare(listener, sum: "1.00", currency: "USD")
            #expect(second["data"] == first["data"])
            #expect(bench.simulator.book.count == 1)
        }
    }

    @Test func `a status is read, but not too often`() async throws {
        let listener = OctoListener()
        var settings = Octo.Settings()
        settings.readInterval = .seconds(3_600)
        try await OctoBench.run(settings, listener: listener) { bench in
            _ = try await bench.prepare(listener)
            let read: KeyValuePairs<String, JSONValue> = ["shop_transaction_id": "att-900117"]
            #expect(try await bench.call("/prepare_payment", read)["data"]?["status"] == "created")
            let often = try await bench.call("/prepare_payment", read)
            #expect(
                often == [
                    "error": 11, "errMessage": "Requests too often. Minimum delay is 1 second",
                    "data": nil,
                    "errorMessage": "Requests too often. Minimum delay is 1 second",
                ]
            )
            bench.simulator.advanceClock(by: .seconds(3_600))
            #expect(try await bench.call("/prepare_payment", read)["error"] == 0)
            let unknown = try await bench.call(
                "/prepare_payment",
                ["shop_transaction_id": "att-unknown"]
            )
            #expect(unknown["error"] == 1)
            #expect(unknown["errMessage"]?.stringValue?.contains("must not be null") == true)
            #expect(bench.simulator.book.count == 1)
        }
    }

    struct Refusal: Sendable {
        let name: String
        let value: JSONValue
        let message: String
    }

    static let refusals = [
        Refusal(
            name: "auto_capture",
            value: .null,
            message: "Wrong params: [auto_capture] must not be null or blank"
        ),
        Refusal(
            name: "total_sum",
            value: "",
            message: "Wrong params: [total_sum] must not be null or blank"
        ),
        Refusal(name: "total_sum", value: .number("0.00"), message: "[total_sum]"),
        Refusal(name: "total_sum", value: .number("1.001"), message: "[total_sum]"),
        Refusal(name: "total_sum", value: "150000.00", message: "[total_sum]"),
        Refusal(name: "currency", value: "EUR", message: "[currency]"),
        Refusal(name: "init_time", value: "2024-11-20T14:05:33Z", message: "[init_time]"),
        Refusal(name: "language", value: "de", message: "[language]"),
        Refusal(name: "colour", value: "red", message: "colour"),
        Refusal(name: "payment_methods", value: [["method": "cash"]], message: "payment_methods"),
        Refusal(name: "octo_secret", value: "guess", message: "Wrong secret"),
        Refusal(name: "octo_shop_id", value: 1, message: "no_shop_found"),
    ]

    @Test func `what makes no sense is refused with HTTP 200`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            for refusal in Self.refusals {
                let answer = try await bench.prepare(listener, [refusal.name: refusal.value])
                #expect(answer["error"] != 0)
                #expect(answer["errMessage"]?.stringValue?.contains(refusal.message) == true)
                #expect(answer["data"] == JSONValue.null)
            }
            #expect(bench.simulator.book.count == 0)
            #expect(try await bench.post("/nothing", [:]).status == 404)
        }
    }

    @Test func `fiscal goods must be registered and add up`() async throws {
        let listener = OctoListener()
        var settings = Octo.Settings()
        settings.registeredGoods = ["10704001001000000"]
        try await OctoBench.run(settings, listener: listener) { bench in
            func basket(_ price: String, spic: String = "10704001001000000") -> JSONValue {
                [
                    [
                        "position_desc": "Room", "count": 2, "price": .number(price),
                        "spic": .string(spic), "inn": "305123456", "package_code": "1501319",
                        "nds": 1,
                    ]
                ]
            }
            let wrong = try await bench.prepare(listener, ["basket": basket("70000.00")])
            #expect(wrong["error"] == 1)
            let foreign = basket("75000.00", spic: "00000000000000000")
            let unknown = try await bench.prepare(listener, ["basket": foreign])
            #expect(unknown["error"] == 403)
            let created = try await bench.prepare(listener, ["basket": basket("75000.00")])
            let uuid = created["data"]?["octo_payment_UUID"] ?? .null
            #expect(try await bench.call("/fiscal-data", ["payment_uuid": uuid])["error"] == 5)
            _ = try await bench.payer()
            let fiscal = try await bench.call("/fiscal-data", ["payment_uuid": uuid])
            #expect(fiscal["data"]?["dateTime"]?.stringValue?.count == 14)
            #expect(fiscal["data"]?["terminalID"] == "EP000000000117")
        }
    }

    @Test(arguments: ["refused", "risky"])
    func `a payer who fails cancels the payment`(card: String) async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            _ = try await bench.prepare(listener)
            #expect(try await bench.payer("open")["status"] == "wait_user_action")
            #expect(try await bench.payer(card: card)["status"] == "canceled")
            #expect(listener.statuses == ["canceled"])
            #expect(listener.callbacks[0]["riskLevel"] == (card == "risky" ? 5 : 0))
            #expect(try await bench.status()["data"]?["status"] == "canceled")
            #expect(bench.simulator.book.totals["UZS"]?.authorized == 0)
        }
    }

    @Test func `a payer has so many minutes`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            _ = try await bench.prepare(listener)
            bench.simulator.advanceClock(by: .seconds(15 * 60))
            try await bench.webhooksIdle()
            #expect(listener.statuses == ["canceled"])
            let late = try await bench.tell("/payments/att-900117/pay", [:])
            #expect(late["error"] == "The payment is canceled.")
        }
    }

    @Test func `the page leads back whatever the payer does`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            for (transaction, form, status) in [
                ("a", "card=humo", "succeeded"), ("b", "card=humo&decision=decline", "canceled"),
            ] {
                let created = try await bench.prepare(listener, as: transaction)
                let url = created["data"]?["octo_pay_url"]?.stringValue ?? ""
                #expect(url.hasPrefix(bench.simulator.baseURL))
                #expect(try await bench.call(.get, url).text.contains("150000.00 UZS"))
                let opened = try await bench.status(transaction)
                #expect(opened["data"]?["status"] == "wait_user_action")
                let done = try await bench.call(.post, url, body: Array(form.utf8))
                #expect(done.fields[.location] == "https://shop.example/return")
                let after = try await bench.status(transaction)
                #expect(after["data"]?["status"]?.stringValue == status)
            }
        }
    }

    @Test(arguments: [Octo.Settings.Envelope.flat, .both])
    func `fields stand where older versions had them`(
        envelope: Octo.Settings.Envelope
    ) async throws {
        let listener = OctoListener()
        var settings = Octo.Settings()
        settings.envelope = envelope
        try await OctoBench.run(settings, listener: listener) { bench in
            let created = try await bench.prepare(listener)
            #expect(created["status"] == "created")
            #expect((created["data"] == nil) == (envelope == .flat))
        }
    }

    @Test func `a callback is repeated three times, and goes wrong on demand`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            listener.refuseNext(2)
            _ = try await bench.prepare(listener, as: "a")
            _ = try await bench.payer("pay", "a")
            #expect(listener.statuses == ["succeeded", "succeeded", "succeeded"])
            listener.refuseNext(100)
            _ = try await bench.prepare(listener, as: "b")
            _ = try await bench.payer("pay", "b")
            #expect(listener.statuses.count == 3 + 4)
            listener.refuseNext(0)
            bench.simulator.add(.lose, when: FaultTrigger(count: 1))
            _ = try await bench.prepare(listener, as: "c")
            _ = try await bench.payer("pay", "c")
            #expect(listener.statuses.count == 3 + 4)
            bench.simulator.add(.staleSignature, when: FaultTrigger(count: 1))
            _ = try await bench.prepare(listener, as: "d")
            _ = try await bench.payer("pay", "d")
            #expect(listener.statuses.suffix(2) == ["created", "succeeded"])
        }
    }

    @Test func `any status can be told`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener, mode: .derived) { bench in
            _ = try await bench.prepare(listener)
            try await bench.tell(
                "/events",
                [
                    "type": "partially_refunded",
                    "object": ["payment": "att-900117", "refunded_sum": 5],
                ]
            )
            try await bench.webhooksIdle()
            let callback = try #require(listener.callbacks.first)
            #expect(callback["status"] == "partially_refunded")
            #expect(callback["refunded_sum"] == 5)
            var shop = OctoBench.shop
            shop.signatureMode = .derived
            let signature = shop.signature(
                uuid: callback["octo_payment_UUID"]?.stringValue ?? "",
                status: "partially_refunded",
                hashKey: callback["hash_key"]?.stringValue ?? ""
            )
            #expect(callback["signature"]?.stringValue == signature)
        }
    }
}
