import JSON
import Testing

@testable import Simulators

/// The book against what the vendor shows, whatever is done to it.
struct PaymeBookTests {
    private static let cards = [
        "test_6311", "test_humo", "test_insufficient", "test_later", "test_later_refused",
        "test_0323",
    ]

    @Test(arguments: 0..<10)
    func `the book and the receipts agree after any calls`(seed: UInt64) throws {
        var settings = Payme.Settings()
        settings.confirmsPartially = true
        var world = Payme.World(settings, seed: seed, limit: nil)
        var random = SeededRandom(seed: seed)
        let cashbox = Payme.Cashbox(id: "m", key: "k")
        world.cashboxes = [cashbox]
        world.advance(to: SimulatedTime(seconds: 1_732_093_533))
        var ids: [String] = []
        for _ in 0..<300 { step(&world, &ids, cashbox, &random) }
        var captured: Int64 = 0
        for id in ids {
            let receipt = try #require(world.receipts[id])
            let entry = try #require(world.book[id])
            switch receipt.state {
            case .created, .checking, .debiting:
                #expect(entry.authorized == 0)
            case .held:
                #expect(entry.held == receipt.amount)
            case .paid, .cancelling:
                #expect(entry.captured == receipt.captured)
                #expect(entry.refunded == 0)
            case .cancelled:
                #expect(entry.held == 0)
                #expect(entry.refunded == entry.captured)
            case .closing, .holding, .paused, .queuedForClosing:
                Issue.record("no receipt without a shop is \(receipt.state)")
            }
            #expect(entry.held >= 0)
            captured += entry.captured
        }
        #expect(world.book.totals["UZS"]?.captured == captured)
    }

    /// One call that may make sense or not.
    private func step(
        _ world: inout Payme.World,
        _ ids: inout [String],
        _ cashbox: Payme.Cashbox,
        _ random: inout SeededRandom
    ) {
        let id = JSONValue.string(ids.randomElement(using: &random) ?? "none")
        let hold = JSONValue.bool(Bool.random(using: &random))
        func call(_ operation: Payme.Operation, _ params: JSONValue) -> JSONValue? {
            // Whether it is refused does not matter here.
            try? world.execute(operation, params.objectValue ?? JSONObject(), for: cashbox)
        }
        switch Int.random(in: 0..<7, using: &random) {
        case 0...1:
            let answer = call(
                .createReceipt,
                [
                    "amount": .integer(Int64.random(in: 100_000...900_000, using: &random)),
                    "account": ["order_id": "o"], "hold": hold,
                ]
            )
            if let id = answer?["receipt"]?["_id"]?.stringValue { ids.append(id) }
        case 2...3:
            let token = Self.cards.randomElement(using: &random) ?? ""
            _ = call(.payReceipt, ["id": id, "token": .string(token), "hold": hold])
        case 4:
            let amount = Int64.random(in: 1...900_000, using: &random)
            _ = call(.confirmHold, ["id": id, "amount": .integer(amount)])
        case 5: _ = call(.cancelReceipt, ["id": id])
        default:
            let seconds = Int64.random(in: 1...500_000, using: &random)
            world.advance(to: world.now + .seconds(seconds))
        }
    }
}
