import Cryptography
import HTTP
import JSON

@testable import Simulators

/// Click on real sockets, with the reference's service and a shop.
enum ClickBench {
    static let secret = "CLKsecret_7f3A"
    static let orders: [String: Int64] = [
        "ord-1": 15_000_000, "ord-2": 15_000_000, "ord-3": 15_000_000, "ord-4": 15_000_000,
    ]

    static func service(_ url: String? = nil) -> Click.Service {
        var service = Click.Service(
            id: 85_335,
            merchantID: 1_917,
            userID: 31_415,
            secret: secret,
            url: url.map { $0 + "/prepare" }
        )
        service.completeURL = url.map { $0 + "/complete" }
        return service
    }

    static func run(
        _ settings: Click.Settings = .init(),
        shop: ClickShop = ClickShop(orders),
        asksShopAboutTokens: Bool = true,
        reversesPartially: Bool = false,
        _ body: @escaping @Sendable (LiveBench<Click.Vendor>) async throws -> Void
    ) async throws {
        try await LiveBench<Click.Vendor>.run(
            settings,
            shop: shop,
            endpoints: { url in
                var service = service(url)
                service.asksShopAboutTokens = asksShopAboutTokens
                service.reversesPartially = reversesPartially
                return [service]
            },
            body
        )
    }

    static func link(_ order: String = "ord-1", amount: String = "150000.00") -> String {
        "https://my.click.uz/services/pay?service_id=85335&merchant_id=1917&amount=\(amount)"
            + "&transaction_param=\(order)&return_url=https%3A%2F%2Fs.example%2Fback"
    }

    /// An `Auth` header of this moment.
    static func auth(secret: String = secret, age: Int64 = 0) -> HTTPFields {
        let time = WallClock.unixTime - age
        return ["Auth": "31415:\(Hex.encode(Digest.sha1.hash("\(time)\(secret)"))):\(time)"]
    }
}

extension LiveBench<Click.Vendor> {
    /// A payer pays; the report tells what became of it.
    func pay(
        _ link: String = ClickBench.link(),
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) async throws -> JSONValue {
        var order = JSONObject([("link", .string(link))])
        for (name, value) in more { order[name] = value }
        let created = try await tell("/pay", .object(order))
        return try await report(created["id"])
    }

    /// What became of a payment, once the shop has nothing more to answer.
    func report(_ id: JSONValue?) async throws -> JSONValue {
        try await webhooksIdle()
        return try await look("/payments/\(id?.text ?? "")")
    }

    /// Goes on with a payment; the report tells what became of it.
    func ask(
        _ what: String,
        about report: JSONValue,
        _ more: JSONValue = [:]
    ) async throws -> JSONValue {
        try await tell("/payments/\(report["id"]?.text ?? "")/\(what)", more)
        return try await self.report(report["id"])
    }

    /// A call to the Merchant API.
    func api(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue? = nil,
        fields: HTTPFields = ClickBench.auth()
    ) async throws -> Answer {
        var fields = fields
        if json != nil { fields.append(.contentType, "application/json") }
        return try await call(
            method,
            "/v2/merchant" + path,
            fields: fields,
            body: json?.bytes() ?? []
        )
    }
}
