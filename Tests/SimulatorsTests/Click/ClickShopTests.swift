import HTTP
import JSON
import Reactor
import Testing

@testable import Simulators

/// Payers at the payment page, and the shop behind it (section 3).
struct ClickShopTests {
    @Test func `a payment is prepared and completed`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            let report = try await bench.pay()
            #expect(report["stage"] == "paid")
            #expect(report["return_url"] == "https://s.example/back")
            #expect(report["violations"] == [])
            #expect(shop.asked == ["/prepare 0", "/complete 0"])
            let entry = try #require(bench.entry("merchant_trans_id", "ord-1"))
            #expect(entry.captured == 15_000_000)
            #expect(entry.payment == report["id"]?.text)
        }
    }

    @Test(arguments: ["150000", "150000.0"])
    func `the link's own digits are used throughout`(amount: String) async throws {
        try await ClickBench.run { bench in
            let report = try await bench.pay(ClickBench.link(amount: amount))
            #expect(report["stage"] == "paid")
            #expect(report["violations"] == [])
        }
    }

    @Test(arguments: [("ord-9", "150000.00", Int64(-5)), ("ord-1", "149999.99", -2)])
    func `what the shop will not have is not debited`(
        order: String,
        amount: String,
        error: Int64
    ) async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            let report = try await bench.pay(ClickBench.link(order, amount: amount))
            #expect(report["stage"] == "refused")
            #expect(shop.asked == ["/prepare 0", "/complete -1"])
            #expect(report["questions"]?[0]?["answer"]?.stringValue?.contains("\(error)") == true)
            #expect(bench.simulator.book.totals["UZS"]?.authorized == 0)
        }
    }

    @Test func `a card that fails is told by Complete`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            let report = try await bench.pay(ClickBench.link(), ["card": "insufficient"])
            #expect(report["stage"] == "cancelled")
            #expect(report["shop_error"] == -9)
            #expect(shop.asked == ["/prepare 0", "/complete -5017"])
            #expect(bench.simulator.book.totals["UZS"]?.authorized == 0)
            #expect(try await bench.pay()["stage"] == "paid")
            // The order is paid: nothing follows the −4.
            #expect(try await bench.pay()["stage"] == "refused")
            #expect(shop.asked.count == 5)
        }
    }

    @Test func `repeats of Prepare must be answered alike`() async throws {
        try await ClickBench.run { bench in
            let report = try await bench.pay(ClickBench.link(), ["repeats": 2])
            #expect(report["stage"] == "paid")
            #expect(report["questions"]?.arrayValue?.count == 4)
            #expect(report["violations"] == [])
        }
        let forgetful = ClickShop(ClickBench.orders, mistake: .preparesAnewOnRepeat)
        try await ClickBench.run(shop: forgetful) { bench in
            let report = try await bench.pay(ClickBench.link(), ["repeats": 1])
            #expect(
                report["violations"] == ["Prepare: the repeat differs from the first answer"]
            )
        }
    }

    @Test func `a payment rests where it is told to`() async throws {
        try await ClickBench.run { bench in
            var report = try await bench.pay(ClickBench.link(), ["rest": "prepared"])
            #expect(report["stage"] == "prepared")
            report = try await bench.ask("debit", about: report)
            #expect(report["stage"] == "paid")
            var other = try await bench.pay(ClickBench.link("ord-2"), ["rest": "completing"])
            #expect(other["stage"] == "completing")
            #expect(bench.entry("merchant_trans_id", "ord-2")?.held == 15_000_000)
            other = try await bench.ask("cancel", about: other)
            #expect(other["stage"] == "cancelled")
            #expect(bench.entry("merchant_trans_id", "ord-2")?.released == 15_000_000)
        }
    }

    @Test func `a paid payment can be told off, and stays paid`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            let paid = try await bench.pay()
            let report = try await bench.ask("cancel", about: paid)
            #expect(shop.asked.last == "/complete -5017")
            #expect(report["shop_error"] == -9)
            #expect(report["stage"] == "paid")
        }
    }

    @Test func `a cancellation of a paid payment can give the money back`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            let paid = try await bench.pay()
            let report = try await bench.ask("cancel", about: paid, ["gives_back": true])
            #expect(shop.asked.last == "/complete -5017")
            #expect(report["stage"] == "reversed")
            #expect(bench.entry("merchant_trans_id", "ord-1")?.refunded == 15_000_000)
        }
    }

    @Test func `silence is asked again, and leaves a debit hanging`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            shop.beSilent(2)
            let report = try await bench.pay(ClickBench.link(), ["rest": "completing"])
            #expect(report["stage"] == "completing")
            shop.beSilent(100)
            #expect(try await bench.ask("complete", about: report)["stage"] == "hanging")
            #expect(bench.entry("merchant_trans_id", "ord-1")?.held == 15_000_000)
            shop.beSilent(0)
            #expect(try await bench.ask("complete", about: report)["stage"] == "paid")
        }
        let failing = ClickShop(ClickBench.orders, mistake: .failsAfterMoneyWasTaken)
        try await ClickBench.run(shop: failing) { bench in
            let report = try await bench.pay()
            #expect(report["stage"] == "hanging")
            #expect(failing.asked.count == 5)
        }
    }

    @Test func `questions get lost, doubled and forged on demand`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            bench.simulator.add(
                .duplicate(times: 1),
                when: FaultTrigger(name: "Complete", count: 1)
            )
            let doubled = try await bench.pay()
            #expect(doubled["stage"] == "paid")
            #expect(shop.asked == ["/prepare 0", "/complete 0", "/complete 0"])
            bench.simulator.add(
                .lose,
                when: FaultTrigger(name: "Complete", parameters: ["merchant_trans_id": "ord-2"])
            )
            #expect(try await bench.pay(ClickBench.link("ord-2"))["stage"] == "completing")
            bench.simulator.add(.badSignature, when: FaultTrigger(name: "Prepare", count: 1))
            bench.simulator.add(.staleSignature, when: FaultTrigger(name: "Complete", count: 1))
            #expect(try await bench.pay(ClickBench.link("ord-3"))["stage"] == "paid")
        }
    }

    @Test func `a lost answer is asked for again, and a late copy changes nothing`() async throws {
        let shop = ClickShop(ClickBench.orders)
        try await ClickBench.run(shop: shop) { bench in
            bench.simulator.add(.loseAnswer, when: FaultTrigger(name: "Complete", count: 1))
            let report = try await bench.pay()
            // The shop has confirmed before: −4 says so.
            #expect(report["stage"] == "paid")
            #expect(report["shop_error"] == -4)
            #expect(shop.asked == ["/prepare 0", "/complete 0", "/complete 0"])
            let prepare = FaultTrigger(name: "Prepare", count: 1)
            bench.simulator.add(.duplicate(times: 1), when: prepare)
            bench.simulator.add(.reorder(by: 1, within: .seconds(30)), when: prepare)
            let late = try await bench.pay(ClickBench.link("ord-2"))
            #expect(late["stage"] == "paid")
            #expect(shop.asked.suffix(3).sorted() == ["/complete 0", "/prepare 0", "/prepare 0"])
            #expect(bench.entry("merchant_trans_id", "ord-2")?.captured == 15_000_000)
        }
    }

    @Test func `the page takes a payer through`() async throws {
        try await ClickBench.run { bench in
            let path = ClickBench.link("ord-3").replacing("https://my.click.uz", with: "")
            let page = try await bench.call(.get, path)
            #expect(page.text.contains("ord-3: 150000.00 soum"))
            let paid = try await bench.call(.post, path, body: Array("card=humo".utf8))
            #expect(paid.status == 303)
            #expect(paid.fields[.location] == "https://s.example/back")
            try await bench.webhooksIdle()
            #expect(bench.entry("merchant_trans_id", "ord-3")?.captured == 15_000_000)
        }
    }

    @Test(arguments: [
        "service_id=1&merchant_id=2&amount=1.00", "service_id=1&merchant_id=2&transaction_param=a",
        "service_id=1&amount=1.00&transaction_param=a",
        "merchant_id=2&amount=1.00&transaction_param=a",
        "service_id=1&merchant_id=2&amount=1.001&transaction_param=a",
        "service_id=1&merchant_id=2&amount=0&transaction_param=a",
        "service_id=1&merchant_id=2&amount=1,00&transaction_param=a",
        "service_id=1&merchant_id=2&amount=1.00&transaction_param=a%20b",
        "service_id=1&merchant_id=2&amount=1.00&transaction_param=a&card_type=visa",
        "service_id=1&merchant_id=2&amount=1.00&transaction_param=a&colour=red",
        "service_id=1&merchant_id=2&amount=1.00&amount=2.00&transaction_param=a",
    ])
    func `a link that makes no sense is refused`(query: String) {
        #expect(throws: Click.Link.Unreadable.self) {
            try Click.Link(url: "https://my.click.uz/services/pay?\(query)")
        }
    }

    @Test func `a shop that keeps to the protocol passes the official matrix`() async throws {
        let report = try await matrix(ClickShop(ClickBench.orders))
        let failed = (report["cases"]?.arrayValue ?? []).filter { $0["passed"] == false }
        #expect(failed.map(\.text) == [])
        #expect(report["passed"] == true)
        let expected = (report["cases"]?.arrayValue ?? []).compactMap {
            $0["expected"]?.integerValue
        }
        #expect(
            expected.prefix(15) == [-1, -5, 0, -1, -2, 0, -4, -9, 0, -6, 0, 0, -9, -9, -9]
        )
    }

    @Test(arguments: ClickShop.Mistake.allCases)
    func `every mistake of a shop is found`(mistake: ClickShop.Mistake) async throws {
        let report = try await matrix(ClickShop(ClickBench.orders, mistake: mistake))
        #expect(report["is_over"] == true)
        #expect(report["passed"] == false)
    }

    private func matrix(_ shop: ClickShop) async throws -> JSONValue {
        let result = Box()
        try await ClickBench.run(shop: shop) { bench in
            let orders = (1...4).map { number -> JSONValue in
                ["merchant_trans_id": .string("ord-\(number)"), "amount": "150000.00"]
            }
            try await bench.tell(
                "/matrix",
                ["service_id": 85_335, "orders": .array(orders)]
            )
            try await bench.webhooksIdle()
            result.value = try await bench.look("/matrix")
        }
        return result.value
    }
}
