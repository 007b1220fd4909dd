import HTTP
import HTTPServer
import JSON
import Synchronization

@testable import Simulators

/// HesabPay on real sockets, with the reference's key.
enum HesabPayBench {
    static let apiKey = "ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAwMDE="

    static func run(
        _ settings: HesabPay.Settings = .init(),
        listener: HesabPayListener = HesabPayListener(),
        signingKey: String? = nil,
        pin: String? = nil,
        _ body: @escaping @Sendable (LiveBench<HesabPay.Vendor>) async throws -> Void
    ) async throws {
        try await LiveBench<HesabPay.Vendor>.run(
            settings,
            shop: listener,
            endpoints: { url in
                var account = HesabPay.Account(apiKey: apiKey, url: url + "/hooks")
                account.signingKey = signingKey
                account.pin = pin
                return [account]
            },
            body
        )
    }
}

/// A shop's webhook address: remembers what it is told, and refuses as many as it should.
final class HesabPayListener: HTTPHandler {
    struct Webhook: Sendable {
        let body: [UInt8]
        let signature: String?
        let timestamp: String?

        var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
    }

    private let state = Mutex((webhooks: [Webhook](), refusals: 0))

    var webhooks: [Webhook] { state.withLock { $0.webhooks } }
    var last: JSONValue { webhooks.last?.json ?? .null }

    func refuseNext(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let webhook = Webhook(
            body: body,
            signature: exchange.field("X-Hesab-Signature"),
            timestamp: exchange.field("X-Hesab-Timestamp")
        )
        let isTaken = state.withLock { state in
            state.webhooks.append(webhook)
            defer { state.refusals = max(0, state.refusals - 1) }
            return state.refusals == 0
        }
        exchange.respond(isTaken ? .ok : .serviceUnavailable)
    }
}

extension LiveBench<HesabPay.Vendor> {
    func call(
        _ path: String,
        _ json: JSONValue,
        authorization: String = "API-KEY \(HesabPayBench.apiKey)"
    ) async throws -> Answer {
        try await post(path, fields: [.authorization: authorization], json)
    }

    /// The reference's F1 with other values.
    func createSession(
        _ reference: String = "att-900117",
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> JSONValue {
        let order: JSONValue = [
            "email": "guest@example.com", "user_id": .string(reference),
            "items": [
                [
                    "id": .string(reference), "name": "Booking 117", "price": .number("6500.00"),
                ]
            ],
            "redirect_success_url": "https://shop.example/ok",
            "redirect_failure_url": "https://shop.example/fail",
        ]
        var body = order.objectValue ?? JSONObject()
        for (name, value) in more { body[name] = value == .null ? nil : value }
        return try await call("/api/v1/payment/create-session", .object(body)).json
    }

    func verify(_ webhook: JSONValue) async throws -> JSONValue {
        try await call(
            "/api/v1/hesab/webhooks/verify-signature",
            [
                "signature": webhook["signature"] ?? .null,
                "timestamp": webhook["timestamp"] ?? .null,
            ]
        ).json
    }

    /// What the payer does; the report tells what came of it.
    @discardableResult
    func payer(
        _ what: String = "pay",
        _ reference: String = "att-900117",
        _ more: JSONValue = [:]
    ) async throws -> JSONValue {
        try await tell("/sessions/\(reference)/\(what)", more)
        try await webhooksIdle()
        return try await look("/sessions/\(reference)")
    }
}
