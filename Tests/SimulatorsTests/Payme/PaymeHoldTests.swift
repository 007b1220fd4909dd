import HTTP
import JSON
import Testing

@testable import Simulators

/// Holds, and receipts that are settled with the shop's billing (sections 1 and 4.2).
struct PaymeHoldTests {
    @Test func `a hold looks as documented, and is confirmed or released`() async throws {
        try await PaymeBench.run { bench in
            let id = try await bench.receipt(hold: true)
            let order: JSONValue = ["id": id, "token": "test_6311", "hold": true]
            let held = try await bench.call("receipts.pay", order)
            let receipt = held["result"]?["receipt"]
            let fixture: JSONValue = [
                "pay_time": 0, "cancel_time": 0, "state": 5, "type": 1, "amount": 15_000_000,
                "currency": 860, "commission": 0,
                "card": ["number": "860006******6311", "expire": "0399"],
            ]
            for member in fixture.objectValue?.members ?? [] {
                #expect(receipt?[member.name] == member.value)
            }
            #expect(receipt?["account"]?[0]?["value"] == "ord-1")
            let confirmed = try await bench.call(
                "receipts.confirm_hold",
                ["id": id, "amount": 5_000_000]
            )
            #expect(confirmed["result"]?["receipt"]?["state"] == 4)
            // Where the vendor does not mind an amount, the whole is taken.
            #expect(bench.entry("order_id", "ord-1")?.captured == 15_000_000)
            let other = try await bench.receipt(hold: true)
            _ = try await bench.call(
                "receipts.pay",
                ["id": other, "token": "test_6311", "hold": true]
            )
            let released = try await bench.call("receipts.cancel", ["id": other])
            #expect(released["result"]?["receipt"]?["state"] == 50)
            #expect(bench.simulator.book.totals["UZS"]?.released == 15_000_000)
        }
    }

    @Test func `a part is confirmed where the vendor minds it`() async throws {
        var settings = Payme.Settings()
        settings.confirmsPartially = true
        try await PaymeBench.run(settings) { bench in
            let id = try await bench.receipt(hold: true)
            let order: JSONValue = ["id": id, "token": "test_6311", "hold": true]
            _ = try await bench.call("receipts.pay", order)
            _ = try await bench.call("receipts.confirm_hold", ["id": id, "amount": 5_000_000])
            #expect(bench.entry("order_id", "ord-1")?.captured == 5_000_000)
            #expect(bench.entry("order_id", "ord-1")?.released == 10_000_000)
        }
    }

    @Test func `a hold needs permission, twice the word, and lapses after 30 days`() async throws {
        try await PaymeBench.run { bench in
            let id = try await bench.receipt(hold: true)
            let half = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            #expect(half["error"]?["data"] == "hold")
            let order: JSONValue = ["id": id, "token": "test_6311", "hold": true]
            _ = try await bench.call("receipts.pay", order)
            let humo = try await bench.receipt(hold: true)
            _ = try await bench.call(
                "receipts.pay",
                ["id": humo, "token": "test_humo", "hold": true]
            )
            bench.simulator.advanceClock(by: Payme.holdLifetime)
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 50)
            #expect(try await bench.call("receipts.check", ["id": humo])["result"]?["state"] == 5)
            #expect(try await bench.call("receipts.cancel", ["id": humo])["error"] != nil)
            let late = try await bench.call("receipts.confirm_hold", ["id": humo])
            #expect(late["result"]?["receipt"]?["state"] == 4)
        }
        try await PaymeBench.run(allowsHolds: false) { bench in
            let refused = try await bench.call(
                "receipts.create",
                ["amount": 15_000_000, "account": ["order_id": "o"], "hold": true]
            )
            #expect(refused["error"]?["data"] == "hold")
        }
    }

    @Test func `a receipt of a cashbox with billing is settled with the shop`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop, hasBilling: true) { bench in
            let id = try await bench.receipt()
            let asked = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            #expect(asked["result"]?["receipt"]?["state"] == 1)
            try await bench.webhooksIdle()
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 4)
            #expect(
                shop.asked == [
                    "CheckPerformTransaction", "CreateTransaction", "PerformTransaction",
                ]
            )
            #expect(bench.entry("order_id", "ord-1")?.captured == 15_000_000)
            _ = try await bench.call("receipts.cancel", ["id": id])
            bench.simulator.advanceClock(by: .seconds(60))
            try await bench.webhooksIdle()
            #expect(shop.asked.last == "CancelTransaction")
            #expect(bench.entry("order_id", "ord-1")?.refunded == 15_000_000)
        }
    }

    @Test func `a paid receipt goes back only when the shop agrees`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop, hasBilling: true) { bench in
            let id = try await bench.receipt()
            _ = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            try await bench.webhooksIdle()
            let cancel = {
                _ = try await bench.call("receipts.cancel", ["id": id])
                bench.simulator.advanceClock(by: .seconds(60))
                try await bench.webhooksIdle()
            }
            shop.deliver()
            try await cancel()
            #expect(shop.asked.last == "CancelTransaction")
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 4)
            #expect(bench.entry("order_id", "ord-1")?.refunded == 0)
            shop.deliver(false)
            try await cancel()
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 50)
            #expect(bench.entry("order_id", "ord-1")?.refunded == 15_000_000)
        }
    }

    @Test func `a receipt waits for a shop that is silent`() async throws {
        let shop = PaymeShop(PaymeBench.orders)
        try await PaymeBench.run(shop: shop, hasBilling: true) { bench in
            shop.beSilent(100)
            let id = try await bench.receipt()
            _ = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            try await bench.webhooksIdle()
            let unpaid = try await bench.call("receipts.get", ["id": id])
            #expect(unpaid["result"]?["receipt"]?["state"] == 0)
            #expect(unpaid["result"]?["receipt"]?["error"]?["code"] == -31_622)
            shop.beSilent(0)
            bench.simulator.add(.delay(.seconds(5)), when: FaultTrigger(name: "Perform*"))
            _ = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            var state = JSONValue.null
            while state != 3 {
                let shown = try await bench.call("receipts.check", ["id": id])
                state = shown["result"]?["state"] ?? .null
            }
            #expect(bench.entry("order_id", "ord-1")?.held == 15_000_000)
        }
    }
}
