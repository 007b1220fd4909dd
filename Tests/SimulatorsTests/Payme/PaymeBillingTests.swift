import HTTP
import JSON
import Testing

@testable import Simulators

/// Payers at the checkout page, and the shop's billing behind it (section 3).
struct PaymeBillingTests {
    @Test func `a payment is checked, created and performed`() async throws {
        try await PaymeBench.run { bench in
            let report = try await bench.pay()
            #expect(report["stage"] == "performed")
            #expect(report["return_url"] == "https://s.example/")
            #expect(report.violations == [])
            #expect(
                report.methods == [
                    "CheckPerformTransaction", "CreateTransaction", "PerformTransaction",
                ]
            )
            let entry = try #require(bench.entry("order_id", "ord-1"))
            #expect(entry.captured == 15_000_000)
            #expect(entry.refunded == 0)
        }
    }

    @Test func `repeats must be answered alike`() async throws {
        try await PaymeBench.run { bench in
            let report = try await bench.pay(PaymeBench.link(), ["repeats": 2])
            #expect(report["stage"] == "performed")
            #expect(report.methods.count == 7)
            #expect(report.violations == [])
        }
        try await PaymeBench.run(shop: PaymeShop(PaymeBench.orders, mistake: .forgetsRepeats)) {
            let report = try await $0.pay(PaymeBench.link(), ["repeats": 1])
            #expect(
                report.violations
                    == ["CreateTransaction: the repeat differs from the first answer"]
            )
        }
    }

    @Test(arguments: [("ord-1", Int64(14_999_999), Int64(-31_001)), ("ord-9", 15_000_000, -31_050)])
    func `what the shop will not have is not debited`(
        order: String,
        amount: Int64,
        code: Int64
    ) async throws {
        try await PaymeBench.run { bench in
            let report = try await bench.pay(PaymeBench.link(order, amount: amount))
            #expect(report["stage"] == "refused")
            #expect(report["error"]?["code"]?.integerValue == code)
            #expect(report.methods == ["CheckPerformTransaction"])
            #expect(bench.simulator.book.totals["UZS"]?.authorized == 0)
        }
    }

    @Test func `a card that fails cancels the transaction`() async throws {
        try await PaymeBench.run { bench in
            let report = try await bench.pay(PaymeBench.link(), ["card": "insufficient"])
            #expect(report["stage"] == "cancelled")
            #expect(report["reason"] == 2)
            #expect(report.methods.last == "CancelTransaction")
            #expect(bench.simulator.book.totals["UZS"]?.authorized == 0)
            let again = try await bench.pay()
            #expect(again["stage"] == "performed")
        }
    }

    @Test func `a refund from the cabinet gives the money back`() async throws {
        try await PaymeBench.run { bench in
            let paid = try await bench.pay()
            let report = try await bench.ask("cancel", about: paid)
            #expect(report["stage"] == "refunded")
            #expect(report["reason"] == 5)
            #expect(report.violations == [])
            #expect(bench.entry("order_id", "ord-1")?.refunded == 15_000_000)
        }
    }

    @Test func `a payment rests where it is told to`() async throws {
        try await PaymeBench.run { bench in
            var report = try await bench.pay(PaymeBench.link(), ["rest": "created"])
            #expect(report["stage"] == "created")
            #expect(bench.entry("order_id", "ord-1")?.authorized == 0)
            report = try await bench.ask("debit", about: report)
            #expect(report["stage"] == "performed")
            var other = try await bench.pay(PaymeBench.link("ord-2"), ["rest": "debited"])
            #expect(other["stage"] == "debited")
            #expect(bench.entry("order_id", "ord-2")?.held == 15_000_000)
            other = try await bench.ask("cancel", about: other)
            #expect(other["stage"] == "cancelled")
            #expect(bench.entry("order_id", "ord-2")?.released == 15_000_000)
        }
    }

    @Test func `an error on Perform gives the money back`() async throws {
        try await PaymeBench.run { bench in
            let waiting = try await bench.pay(PaymeBench.link(), ["rest": "debited"])
            // The shop hears of a cancellation of which Payme itself knows nothing.
            try await bench.tell(
                "/events",
                [
                    "type": "CancelTransaction",
                    "object": ["id": waiting["id"] ?? .null, "reason": 3],
                ]
            )
            try await bench.webhooksIdle()
            let report = try await bench.ask("perform", about: waiting)
            #expect(report["error"]?["code"] == -31_008)
            #expect(report["stage"] == "cancelled")
            #expect(bench.entry("order_id", "ord-1")?.released == 15_000_000)
        }
    }

    @Test func `silence is asked again, and leaves a debit where it is`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop) { bench in
            shop.beSilent(2)
            let report = try await bench.pay(PaymeBench.link(), ["rest": "debited"])
            #expect(report["stage"] == "debited")
            #expect(report.violations.count == 2)
            shop.beSilent(100)
            let hanging = try await bench.ask("perform", about: report)
            #expect(hanging["stage"] == "debited")
            #expect(bench.entry("order_id", "ord-1")?.held == 15_000_000)
            shop.beSilent(0)
            let done = try await bench.ask("perform", about: report)
            #expect(done["stage"] == "performed")
        }
    }

    @Test func `questions get lost, doubled and put by strangers on demand`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop) { bench in
            bench.simulator.add(
                .duplicate(times: 1),
                when: FaultTrigger(name: "PerformTransaction", count: 1)
            )
            let doubled = try await bench.pay()
            #expect(doubled["stage"] == "performed")
            #expect(doubled.violations == [])
            #expect(shop.asked.count { $0 == "PerformTransaction" } == 2)
            bench.simulator.add(
                .lose,
                when: FaultTrigger(parameters: ["order_id": "ord-2"], count: 1)
            )
            #expect(try await bench.pay(PaymeBench.link("ord-2"))["stage"] == "checking")
            bench.simulator.add(.badSignature, when: FaultTrigger(name: "Create*", count: 1))
            #expect(try await bench.pay(PaymeBench.link("ord-3"))["stage"] == "performed")
        }
    }

    @Test func `a shop can be asked about a payment at any time`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop) { bench in
            var report = try await bench.pay()
            report = try await bench.ask("check", about: report)
            report = try await bench.ask("perform", about: report)
            #expect(report.methods.suffix(2) == ["CheckTransaction", "PerformTransaction"])
            #expect(report.violations == [])
            report = try await bench.ask("create", about: report)
            #expect(report["error"]?["code"] == -31_008)
            #expect(report["stage"] == "performed")
            let number = report["questions"]?.arrayValue?.last?["id"]?.text ?? ""
            try await bench.tell("/events/\(number)/resend")
            try await bench.webhooksIdle()
            #expect(shop.asked.suffix(2) == ["CreateTransaction", "CreateTransaction"])
            #expect(bench.simulator.book.totals["UZS"]?.captured == 15_000_000)
        }
    }

    @Test func `a lost answer is asked for again and must be the same`() async throws {
        try await PaymeBench.run { bench in
            bench.simulator.add(.loseAnswer, when: FaultTrigger(name: "PerformTransaction"))
            let report = try await bench.pay()
            #expect(report["stage"] == "performed")
            #expect(report.violations == ["PerformTransaction: nobody answered"])
            #expect(bench.entry("order_id", "ord-1")?.captured == 15_000_000)
        }
        let forgetful = PaymeShop(PaymeBench.orders, mistake: .forgetsRepeats)
        try await PaymeBench.run(shop: forgetful) { bench in
            bench.simulator.add(
                .duplicate(times: 1),
                when: FaultTrigger(name: "CreateTransaction", count: 1)
            )
            let report = try await bench.pay()
            #expect(
                report.violations
                    == ["CreateTransaction: the repeat differs from the first answer"]
            )
        }
    }

    @Test func `fiscal data are sent for the sale and for its refund`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop) { bench in
            let paid = try await bench.pay()
            let sale = try await bench.ask("fiscal", about: paid)
            let params = sale["questions"]?.arrayValue?.last?["params"]
            #expect(params?["type"] == "PERFORM")
            #expect(params?["id"] == paid["id"])
            #expect(params?["fiscal_data"]?["date"]?.stringValue?.count == 14)
            #expect(sale.violations == [])
            _ = try await bench.ask("cancel", about: paid)
            let refund = try await bench.ask("fiscal", about: paid)
            #expect(refund["questions"]?.arrayValue?.last?["params"]?["type"] == "CANCEL")
        }
    }

    @Test func `the page takes a payer through`() async throws {
        try await PaymeBench.run { bench in
            let path = "/" + PaymeBench.link("ord-3").split(separator: "/")[2]
            let page = try await bench.call(.get, path)
            #expect(page.text.contains("order_id ord-3: 15000000 tiyin"))
            let paid = try await bench.call(.post, path, body: Array("card=6311".utf8))
            #expect(paid.status == 303)
            #expect(paid.fields[.location] == "https://s.example/")
            try await bench.webhooksIdle()
            #expect(bench.entry("order_id", "ord-3")?.captured == 15_000_000)
            let form = "merchant=\(PaymeBench.merchant)&amount=15000000&account%5Border_id%5D=ord-4"
            let shown = try await bench.call(.post, "/", body: Array(form.utf8))
            #expect(shown.text.contains("name=\"account[order_id]\" value=\"ord-4\""))
            let done = try await bench.call(.post, "/", body: Array("\(form)&card=6478".utf8))
            #expect(done.status == 200)
            try await bench.webhooksIdle()
            #expect(bench.entry("order_id", "ord-4")?.captured == 15_000_000)
            #expect(try await bench.call(.get, "/nonsense").status == 400)
        }
    }
}
