import HTTP
import HTTPServer
import JSON
import Reactor
import Synchronization

@testable import Simulators

/// Octo on real sockets, with the reference's shop.
enum OctoBench {
    static let secret = "5f0c7f0e-2a41-4d2b-9a53-1d1f4f0a77c2"
    static let uniqueKey = "ACCF830B2BDA8ED154FD45D536ED8691A1DF1B4D"
    static let shop = Octo.Shop(id: 42_125, secret: secret, uniqueKey: uniqueKey)

    static func run(
        _ settings: Octo.Settings = .init(),
        listener: OctoListener = OctoListener(),
        mode: Octo.Shop.SignatureMode = .uniqueKey,
        _ body: @escaping @Sendable (LiveBench<Octo.Vendor>) async throws -> Void
    ) async throws {
        try await LiveBench<Octo.Vendor>.run(
            settings,
            shop: listener,
            endpoints: { url in
                listener.address = url + "/octo"
                var shop = shop
                shop.signatureMode = mode
                return [shop]
            },
            body
        )
    }
}

/// A shop's `notify_url`: remembers callbacks and answers as it is told.
final class OctoListener: HTTPHandler {
    private struct State {
        var address = ""
        var callbacks: [JSONValue] = []
        var holdAnswer: JSONValue = ["accept_status": "waiting_user_action"]
        var otherAnswer: JSONValue = ["status": "ok"]
        var refusals = 0
    }

    private let state = Mutex(State())

    var address: String {
        get { state.withLock { $0.address } }
        set { state.withLock { $0.address = newValue } }
    }

    var callbacks: [JSONValue] { state.withLock { $0.callbacks } }
    var statuses: [String] { callbacks.compactMap { $0["status"]?.stringValue } }

    /// What it says to `waiting_for_capture`, and to the rest.
    func answer(hold: JSONValue, other: JSONValue = ["status": "ok"]) {
        state.withLock { ($0.holdAnswer, $0.otherAnswer) = (hold, other) }
    }

    func refuseNext(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let json = (try? JSONValue.parse(body)) ?? .null
        let answer = state.withLock { state -> JSONValue? in
            state.callbacks.append(json)
            defer { state.refusals = max(0, state.refusals - 1) }
            guard state.refusals == 0 else { return nil }
            return json["status"] == "waiting_for_capture" ? state.holdAnswer : state.otherAnswer
        }
        guard let answer else { return exchange.respond(.serviceUnavailable) }
        exchange.respond(.ok, fields: [.contentType: "application/json"], body: answer.bytes())
    }
}

extension LiveBench<Octo.Vendor> {
    /// A call with the shop's secret.
    func call(_ path: String, _ more: KeyValuePairs<String, JSONValue>) async throws -> JSONValue {
        var body = JSONObject([
            ("octo_shop_id", 42_125), ("octo_secret", .string(OctoBench.secret)),
        ])
        for (name, value) in more { body[name] = value }
        return try await post(path, .object(body)).json
    }

    /// The reference's F1 with other values.
    func prepare(
        _ listener: OctoListener,
        as transaction: String = "att-900117",
        autoCapture: Bool = true,
        sum: String = "150000.00",
        currency: String = "UZS",
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> JSONValue {
        let order: JSONValue = [
            "octo_shop_id": 42_125, "octo_secret": .string(OctoBench.secret),
            "shop_transaction_id": .string(transaction), "auto_capture": .bool(autoCapture),
            "test": true, "init_time": "2024-11-20 14:05:33", "total_sum": .number(sum),
            "currency": .string(currency), "description": "Booking 117",
            "notify_url": .string(listener.address), "return_url": "https://shop.example/return",
            "language": "uz", "ttl": 15,
            "payment_methods": [["method": "uzcard"], ["method": "bank_card"]],
        ]
        var body = order.objectValue ?? JSONObject()
        for (name, value) in more { body[name] = value == .null ? nil : value }
        return try await post("/prepare_payment", .object(body)).json
    }

    func status(_ transaction: String = "att-900117") async throws -> JSONValue {
        simulator.advanceClock(by: .seconds(2))  // So that nothing is asked too often.
        return try await call("/prepare_payment", ["shop_transaction_id": .string(transaction)])
    }

    /// The payer decides; the report tells what became of it.
    func payer(
        _ what: String = "pay",
        _ transaction: String = "att-900117",
        card: String = "uzcard"
    ) async throws -> JSONValue {
        let path = "/payments/\(transaction)"
        let order: JSONValue = what == "pay" ? ["card": .string(card)] : [:]
        try await tell("\(path)/\(what)", order)
        try await webhooksIdle()
        return try await look(path)
    }
}
