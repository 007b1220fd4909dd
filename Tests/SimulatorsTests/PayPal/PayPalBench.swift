import Cryptography
import HTTP
import JSON

@testable import Simulators

typealias PayPalBench = Bench<PayPal.Vendor>

extension Bench<PayPal.Vendor>.Answer {
    var id: String { json["id"]?.stringValue ?? "" }
    var state: String? { json["status"]?.stringValue }
    var issue: String? { json["details"]?[0]?["issue"]?.stringValue }
    var field: String? { json["details"]?[0]?["field"]?.stringValue }

    /// The first hold and the first capture of an order.
    var authorization: JSONValue? { payments?["authorizations"]?[0] }
    var capture: JSONValue? { payments?["captures"]?[0] }
    private var payments: JSONValue? { json["purchase_units"]?[0]?["payments"] }

    func link(_ relation: String) -> String? {
        let link = json["links"]?.arrayValue?.first { $0["rel"]?.stringValue == relation }
        return link?["href"]?.stringValue
    }
}

extension Bench<PayPal.Vendor> {
    init(_ adjust: (inout PayPalSimulator.Configuration) -> Void = { _ in }) {
        var configuration = PayPalSimulator.Configuration(seed: 7)
        adjust(&configuration)
        self.init(configuration: configuration)
        _ = issueToken()
    }

    var world: PayPal.World { machine.vendor.world }

    /// - Parameter renewsToken: goes on with a new access token, as a shop would.
    mutating func advance(_ duration: Duration, renewsToken: Bool = true) {
        letPass(duration)
        if renewsToken { _ = issueToken() }
    }

    mutating func issueToken(
        login: String = "client:secret",
        grant: String = "grant_type=client_credentials"
    ) -> Answer {
        var call = SimulatedCall(.post, "/v1/oauth2/token", body: Array(grant.utf8))
        call.fields = [
            .authorization: "Basic \(Base64.encode(Array(login.utf8)))",
            .contentType: FormEncoder.contentType,
        ]
        return send(call)
    }

    func call(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil,
        prefer: String? = "return=representation"
    ) -> SimulatedCall {
        let parts = path.split(separator: "?", maxSplits: 1)
        var call = SimulatedCall(method, String(parts[0]))
        if parts.count > 1 { call.query = String(parts[1]) }
        let token = world.accessTokens.max { $0.value < $1.value }?.key
        call.fields = [.authorization: "Bearer \(token ?? "")"]
        if let body {
            call.fields[.contentType] = "application/json"
            call.body = body.bytes()
        }
        call.fields["PayPal-Request-Id"] = key
        call.fields["Prefer"] = prefer
        return call
    }

    /// A POST with a key of its own unless one is given.
    mutating func post(
        _ path: String,
        _ body: JSONValue? = [:],
        key: String? = nil
    ) -> Answer {
        send(call(.post, path, body, key: key ?? "key-\(machine.journal.count)"))
    }

    mutating func get(_ path: String) -> Answer { send(call(.get, path)) }

    /// The events since the last look.
    mutating func takeEvents() throws -> [JSONValue] {
        try takeNotices().compactMap { notice in
            try world.events[notice.event].map { try JSONValue.parse($0.body) }
        }
    }

    mutating func takeEventTypes() throws -> [String] {
        try takeEvents().compactMap { $0["event_type"]?.stringValue }
    }
}

// What most tests start with.
extension Bench<PayPal.Vendor> {
    static func money(_ value: String, _ currency: String = "EUR") -> JSONValue {
        ["currency_code": .string(currency), "value": .string(value)]
    }

    /// A wallet order as section 2.2 has it.
    static func order(
        _ value: String = "10.99",
        _ currency: String = "EUR",
        intent: String = "AUTHORIZE",
        invoice: String? = nil,
        source: JSONValue? = walletSource
    ) -> JSONValue {
        var unit = JSONObject([
            ("amount", money(value, currency)), ("custom_id", "att_01JGF7"),
        ])
        if let invoice { unit["invoice_id"] = .string(invoice) }
        var order = JSONObject([
            ("intent", .string(intent)), ("purchase_units", .array([.object(unit)])),
        ])
        order["payment_source"] = source
        return .object(order)
    }

    static let walletSource: JSONValue = [
        "paypal": [
            "experience_context": [
                "return_url": "https://pay.example.com/r",
                "cancel_url": "https://pay.example.com/c",
                "user_action": "PAY_NOW", "shipping_preference": "NO_SHIPPING",
                "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
            ]
        ]
    ]

    /// An order that the payer has approved.
    mutating func approved(
        _ value: String = "10.99",
        _ currency: String = "EUR",
        intent: String = "AUTHORIZE",
        invoice: String? = nil,
        funding: String = "wallet"
    ) throws -> String {
        let source = funding.hasPrefix("wallet") ? Self.walletSource : nil
        let order = Self.order(value, currency, intent: intent, invoice: invoice, source: source)
        let id = post("/v2/checkout/orders", order).id
        _ = try control("POST", "orders/\(id)/approve", ["funding": .string(funding)])
        return id
    }

    /// The identifiers of an order and its hold.
    mutating func held(
        _ value: String = "10.99",
        _ currency: String = "EUR",
        invoice: String? = nil,
        funding: String = "wallet"
    ) throws -> (order: String, authorization: String) {
        let order = try approved(value, currency, invoice: invoice, funding: funding)
        let answer = post("/v2/checkout/orders/\(order)/authorize")
        return (order, answer.authorization?["id"]?.stringValue ?? "")
    }

    /// The identifiers of an order and its capture.
    mutating func paid(
        _ value: String = "10.99",
        _ currency: String = "EUR",
        funding: String = "wallet"
    ) throws -> (order: String, capture: String) {
        let order = try approved(value, currency, intent: "CAPTURE", funding: funding)
        let answer = post("/v2/checkout/orders/\(order)/capture")
        return (order, answer.capture?["id"]?.stringValue ?? "")
    }

    /// A stored card or wallet.
    mutating func stored(_ funding: String = "card_visa") throws -> String {
        let source: JSONValue = funding.hasPrefix("card") ? ["card": [:]] : ["paypal": [:]]
        let setup = post("/v3/vault/setup-tokens", ["payment_source": source]).id
        _ = try control("POST", "setup_tokens/\(setup)/approve", ["funding": .string(funding)])
        return post("/v3/vault/payment-tokens", Self.exchange(setup)).id
    }

    static func exchange(_ setup: String) -> JSONValue {
        ["payment_source": ["token": ["id": .string(setup), "type": "SETUP_TOKEN"]]]
    }
}
