import HTTP
import JSON
import Reactor
import Testing

@testable import Simulators

/// The sandbox's checks (section 5), and the statement.
struct PaymeChecklistTests {
    @Test func `a shop that keeps to the protocol passes every check`() async throws {
        let report = try await check(PaymeShop(PaymeBench.orders))
        let failed = (report["checks"]?.arrayValue ?? []).filter { $0["passed"] == false }
        #expect(failed.map(\.text) == [])
        #expect(report["passed"] == true)
        #expect(report["checks"]?.arrayValue?.count ?? 0 > 40)
    }

    @Test(arguments: PaymeShop.Mistake.allCases)
    func `every mistake of a shop is found`(mistake: PaymeShop.Mistake) async throws {
        let report = try await check(PaymeShop(PaymeBench.orders, mistake: mistake))
        #expect(report["is_over"] == true)
        #expect(report["passed"] == false)
    }

    private func check(_ shop: PaymeShop) async throws -> JSONValue {
        let result = Box()
        try await PaymeBench.run(shop: shop) { bench in
            shop.live { bench.simulator.now.milliseconds }
            let orders = (1...4).map { number -> JSONValue in
                ["account": ["order_id": .string("ord-\(number)")], "amount": 15_000_000]
            }
            try await bench.tell(
                "/checklist",
                [
                    "cashbox": .string(PaymeBench.merchant), "orders": .array(orders),
                    "patience_ms": 600_000,
                ]
            )
            repeat {
                try await bench.loop.sleep(for: .milliseconds(5))
                result.value = try await bench.look("/checklist")
                if result.value["waits_until"] != JSONValue.null {
                    bench.simulator.advanceClock(by: .seconds(601))
                }
            } while result.value["is_over"] == false
        }
        return result.value
    }

    @Test func `the statement is held against Payme's own book`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop) { bench in
            _ = try await bench.pay()
            let refunded = try await bench.pay(PaymeBench.link("ord-2"))
            _ = try await bench.ask("cancel", about: refunded)
            _ = try await bench.pay(PaymeBench.link("ord-3"), ["rest": "created"])
            _ = try await bench.pay(PaymeBench.link("ord-9"))
            #expect(try await bench.differences() == [])
        }
    }

    @Test func `a statement by another clock differs`() async throws {
        let shop = PaymeShop(PaymeBench.orders, mistake: .statesByItsOwnClock)
        try await PaymeBench.run(shop: shop) { bench in
            let paid = try await bench.pay()
            let time = paid["time"] ?? .null
            let differences = try await bench.differences(["from": time, "to": time])
            #expect(differences == ["\(paid["id"]?.stringValue ?? "") is missing"])
        }
    }
}

extension LiveBench<Payme.Vendor> {
    /// How the shop's statement differs from Payme's book.
    fileprivate func differences(
        _ period: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> [String] {
        var order = JSONObject([("cashbox", .string(PaymeBench.merchant))])
        for (name, value) in period { order[name] = value }
        let number = try await tell("/statement", .object(order))["question"]
        try await webhooksIdle()
        let question = try await look("/questions/\(number?.text ?? "")")
        #expect(question["violations"] == [])
        return (question["differences"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
