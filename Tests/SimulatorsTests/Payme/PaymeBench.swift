import Cryptography
import HTTP
import JSON

@testable import Simulators

/// Payme on real sockets, with the reference's cashbox and a shop.
enum PaymeBench {
    static let merchant = "64f1a2b3c4d5e6f708192a3b"
    static let key = "Zt4wQ8@pL1vX6mB9#rN2sD5fG7hJ0kCyTuE3"
    static let orders: [String: Int64] = [
        "ord-1": 15_000_000, "ord-2": 15_000_000, "ord-3": 15_000_000, "ord-4": 15_000_000,
    ]

    static func run(
        _ settings: Payme.Settings = .init(),
        shop: PaymeShop = PaymeShop(orders),
        hasBilling: Bool = false,
        allowsHolds: Bool = true,
        _ body: @escaping @Sendable (LiveBench<Payme.Vendor>) async throws -> Void
    ) async throws {
        try await LiveBench<Payme.Vendor>.run(
            settings,
            shop: shop,
            endpoints: { url in
                var cashbox = Payme.Cashbox(id: merchant, key: key, url: url + "/payme")
                cashbox.hasBilling = hasBilling
                cashbox.allowsHolds = allowsHolds
                return [cashbox]
            },
            body
        )
    }

    static func link(_ order: String = "ord-1", amount: Int64 = 15_000_000) -> String {
        "https://checkout.paycom.uz/"
            + Base64.encode(
                Array(
                    "m=\(merchant);ac.order_id=\(order);a=\(amount);l=uz;c=https://s.example/".utf8
                )
            )
    }
}

extension LiveBench<Payme.Vendor> {
    /// A payer pays; the report tells what became of it.
    func pay(
        _ link: String = PaymeBench.link(),
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> JSONValue {
        var order = JSONObject([("link", .string(link))])
        for (name, value) in more { order[name] = value }
        let id = try await tell("/pay", .object(order))["id"]?.stringValue ?? ""
        try await webhooksIdle()
        return try await look("/transactions/\(id)")
    }

    /// Asks again about a transaction; the report tells what became of it.
    func ask(
        _ what: String,
        about report: JSONValue,
        _ more: JSONValue = [:]
    ) async throws -> JSONValue {
        let id = report["id"]?.stringValue ?? ""
        try await tell("/transactions/\(id)/\(what)", more)
        try await webhooksIdle()
        return try await look("/transactions/\(id)")
    }

    /// A call to the Subscribe API.
    func call(
        _ method: String,
        _ params: JSONValue,
        login: String = "\(PaymeBench.merchant):\(PaymeBench.key)",
        language: String? = nil
    ) async throws -> JSONValue {
        var fields: HTTPFields = ["X-Auth": login]
        fields[.acceptLanguage] = language
        let answer = try await post(
            "/api",
            fields: fields,
            ["jsonrpc": "2.0", "id": 51, "method": .string(method), "params": params]
        )
        return answer.json
    }
}

extension LiveBench<Payme.Vendor> {
    /// A new receipt's id.
    func receipt(hold: Bool = false) async throws -> JSONValue {
        var params: JSONValue = ["amount": 15_000_000, "account": ["order_id": "ord-1"]]
        if hold {
            params = ["amount": 15_000_000, "account": ["order_id": "ord-1"], "hold": true]
        }
        let answer = try await call("receipts.create", params)
        return answer["result"]?["receipt"]?["_id"] ?? .null
    }
}

extension JSONValue {
    /// The methods of the questions in a report, in order.
    var methods: [String] {
        (self["questions"]?.arrayValue ?? []).compactMap { $0["method"]?.stringValue }
    }

    var violations: [String] {
        (self["violations"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
