import HTTP
import JSON
import Testing

@testable import Simulators

/// The book against what the vendor shows, whatever is done to it.
struct OctoBookTests {
    @Test(arguments: 0..<10)
    func `the book and the payments agree after any calls`(seed: UInt64) throws {
        var world = Octo.World(.init(), seed: seed, limit: nil)
        var random = SeededRandom(seed: seed)
        world.shops = [OctoBench.shop]
        world.advance(to: SimulatedTime(seconds: 1_732_093_533))
        var uuids: [String] = []
        for number in 0..<300 { try step(&world, &uuids, number, &random) }
        for uuid in uuids {
            let payment = try #require(world.payments[uuid])
            let entry = try #require(world.book[uuid])
            #expect(entry.status == payment.status.rawValue)
            #expect(entry.captured == payment.captured)
            #expect(entry.refunded == payment.refunded)
            switch payment.status {
            case .created, .waitsForUser: #expect(entry.authorized == 0)
            case .waitsForCapture: #expect(entry.held == payment.order.total.minor)
            case .capture, .succeeded:
                #expect(entry.released == payment.released)
                #expect(entry.held == 0)
            case .canceled: #expect(entry.held == 0 && entry.captured == 0)
            }
            let promised = world.refunds.newestFirst.filter { $0.payment == uuid && $0.counts }
            #expect(promised.reduce(0) { $0 + $1.amount } <= payment.captured)
        }
    }

    /// One call that may make sense or not.
    private func step(
        _ world: inout Octo.World,
        _ uuids: inout [String],
        _ number: Int,
        _ random: inout SeededRandom
    ) throws {
        let uuid = uuids.randomElement(using: &random) ?? "none"
        let amount = Hundredths(minor: Int64.random(in: 1...9_000_000, using: &random)).json
        func call(_ operation: Octo.Operation, _ more: JSONObject) throws {
            let path = operation == .readStatus ? "/prepare_payment" : "/\(operation.rawValue)"
            var body = more
            body["octo_shop_id"] = .integer(OctoBench.shop.id)
            let route = try #require(Octo.Route(.post, path))
            // Whether it is refused does not matter here.
            _ = try? world.execute(route, body, OctoBench.shop)
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0...1:
            let order: JSONValue = [
                "octo_shop_id": .integer(OctoBench.shop.id),
                "shop_transaction_id": .string("t-\(number)"),
                "auto_capture": .bool(Bool.random(using: &random)),
                "init_time": "2024-11-20 14:05:33", "total_sum": amount, "currency": "UZS",
                "description": "Room", "notify_url": "https://shop.example/octo",
            ]
            uuids.append(try world.create(Octo.PaymentOrder(order.objectValue ?? JSONObject())))
        case 2...3:
            let card = try #require(Octo.TestCard.all.randomElement(using: &random))
            world.pay(uuid, with: card)
        case 4...5:
            let verdict = Bool.random(using: &random) ? "capture" : "cancel"
            try call(
                .setAccept,
                JSONObject([
                    ("octo_payment_UUID", .string(uuid)), ("accept_status", .string(verdict)),
                    ("final_amount", amount),
                ])
            )
        case 6:
            let half = Hundredths(minor: Int64.random(in: 1...4_000_000, using: &random)).json
            try call(
                .refund,
                JSONObject([
                    ("octo_payment_UUID", .string(uuid)),
                    ("shop_refund_id", .string("r-\(number)")), ("amount", half),
                ])
            )
        default:
            let seconds = Int64.random(in: 1...1_000, using: &random)
            world.advance(to: world.now + .seconds(seconds))
        }
    }
}
