import JSON
import Testing

@testable import Simulators

/// The book against what the vendor shows, whatever is done to it.
struct StripeBookTests {
    @Test(arguments: 0..<20)
    func `the book and the objects agree after any calls`(seed: UInt64) throws {
        var bench = StripeBench { $0.seed = seed }
        var random = SeededRandom(seed: seed)
        var payments: [String] = []
        for _ in 0..<300 {
            try step(&bench, &payments, &random)
        }
        var captured: Int64 = 0
        var refunded: Int64 = 0
        for id in payments {
            let shown = try #require(bench.machine.vendor.world.paymentIntents[id])
            let entry = try #require(bench.machine.vendor.world.book[id])
            #expect(entry.captured == shown.amountReceived)
            #expect(entry.held == shown.amountCapturable)
            #expect(entry.status == shown.status.rawValue)
            let paidBack = bench.machine.vendor.world.refunds.newestFirst
                .filter { $0.paymentIntent == id && $0.status == .succeeded }
                .reduce(0) { $0 + $1.amount }
            #expect(entry.refunded == paidBack)
            captured += entry.captured
            refunded += entry.refunded
        }
        let totals = bench.machine.vendor.world.book.totals["eur"] ?? Book.Totals()
        #expect(totals.captured == captured)
        #expect(totals.refunded == refunded)
        let balance = bench.machine.vendor.world.balanceTransactions.newestFirst
            .reduce(0) { $0 + $1.amount }
        #expect(balance == captured - refunded)
    }

    private static let cards = [
        "pm_card_visa", "pm_card_multicapture", "pm_card_chargeDeclined", "pm_card_refundFail",
        "pm_card_pendingRefund", "pm_card_processing", "pm_card_authenticationRequired",
    ]

    private func step(
        _ bench: inout StripeBench,
        _ payments: inout [String],
        _ random: inout SeededRandom
    ) throws {
        let id = payments.randomElement(using: &random) ?? "pi_none"
        let amount = "\(Int64.random(in: 1...700, using: &random))"
        switch Int.random(in: 0..<9, using: &random) {
        case 0...1:
            let answer = try bench.pay(
                Int64.random(in: 50...1_000, using: &random),
                card: Self.cards.randomElement(using: &random) ?? "",
                capture: Bool.random(using: &random) ? "manual" : "automatic",
                ["payment_method_options[card][request_multicapture]": "if_available"]
            )
            payments.append(answer.failedIntent?["id"]?.stringValue ?? answer.id)
        case 2...3:
            let isFinal = Bool.random(using: &random)
            _ = try bench.post(
                "/v1/payment_intents/\(id)/capture",
                ["amount_to_capture": amount, "final_capture": "\(isFinal)"]
            )
        case 4: _ = try bench.post("/v1/payment_intents/\(id)/cancel")
        case 5...6:
            _ = try bench.post("/v1/refunds", ["payment_intent": id, "amount": amount])
        case 7:
            _ = try? bench.machine.vendor.world.authenticate(
                paymentIntent: id,
                succeeds: Bool.random(using: &random)
            )
        default:
            try bench.advance(.seconds(Int64.random(in: 1...200_000, using: &random)))
        }
    }

    @Test func `a bounded memory still counts what it forgot`() throws {
        var bench = StripeBench { $0.retainedPayments = 10 }
        for _ in 0..<100 { _ = try bench.pay(1_000, capture: "automatic") }
        #expect(bench.machine.vendor.world.paymentIntents.count == 10)
        #expect(bench.machine.vendor.world.book.count == 10)
        #expect(bench.machine.vendor.world.book.totals["eur"]?.captured == 100_000)
        #expect(bench.machine.vendor.world.book.totals["eur"]?.payments == 100)
    }

    @Test func `the same seed and calls give the same vendor`() throws {
        func identifiers() throws -> [String] {
            var bench = StripeBench()
            return try (0..<20).map { _ in try bench.pay().id }
        }
        #expect(try identifiers() == identifiers())
    }
}
