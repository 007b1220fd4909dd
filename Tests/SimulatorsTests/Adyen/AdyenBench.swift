import HTTP
import JSON

@testable import Simulators

typealias AdyenBench = Bench<Adyen.Vendor>

extension Bench<Adyen.Vendor>.Answer {
    var psp: String { json["pspReference"]?.stringValue ?? "" }
    var result: String? { json["resultCode"]?.stringValue }
    var refusal: String? { json["refusalReasonCode"]?.stringValue }
    var error: String? { json["errorCode"]?.stringValue }
}

extension Bench<Adyen.Vendor> {
    init(_ adjust: (inout AdyenSimulator.Configuration) -> Void = { _ in }) {
        var configuration = AdyenSimulator.Configuration(seed: 7)
        configuration.settings.capturesByHand = true
        adjust(&configuration)
        self.init(configuration: configuration)
    }

    var world: Adyen.World { machine.vendor.world }

    static func call(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil
    ) -> SimulatedCall {
        let parts = path.split(separator: "?", maxSplits: 1)
        var call = SimulatedCall(method, "/v72\(parts[0])")
        if parts.count > 1 { call.query = String(parts[1]) }
        call.fields = ["X-API-Key": "AQE_bench"]
        call.fields[.idempotencyKey] = key
        if let body {
            call.fields[.contentType] = "application/json"
            call.body = body.bytes()
        }
        return call
    }

    mutating func post(_ path: String, _ body: JSONValue, key: String? = nil) -> Answer {
        send(Self.call(.post, path, body, key: key))
    }

    mutating func get(_ path: String) -> Answer { send(Self.call(.get, path)) }

    /// The body of a card payment.
    static func payment(
        _ card: String = "test_visa",
        value: Int64 = 1_099,
        currency: String = "EUR",
        reference: String = "att_01JGF7",
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("merchantAccount", "AcmeECOM"), ("reference", .string(reference)),
            ("amount", ["currency": .string(currency), "value": .integer(value)]),
            ("returnUrl", "https://pay.example.com/r"),
            ("paymentMethod", ["type": "scheme", "encryptedCardNumber": .string(card)]),
        ]
        var payment = JSONObject(members)
        for (name, part) in more { payment[name] = part }
        return .object(payment)
    }

    mutating func pay(
        _ card: String = "test_visa",
        value: Int64 = 1_099,
        currency: String = "EUR",
        reference: String = "att_01JGF7",
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> Answer {
        let body = Self.payment(
            card,
            value: value,
            currency: currency,
            reference: reference,
            more
        )
        return post("/payments", body)
    }

    /// Asks something of a payment.
    mutating func modify(
        _ psp: String,
        _ verb: String,
        _ value: Int64? = nil,
        currency: String = "EUR",
        reference: String = "mod_1"
    ) -> Answer {
        let members: [(String, JSONValue)] = [
            ("merchantAccount", "AcmeECOM"), ("reference", .string(reference)),
        ]
        var body = JSONObject(members)
        if let value {
            body["amount"] = ["currency": .string(currency), "value": .integer(value)]
        }
        return post("/payments/\(psp)/\(verb)", .object(body))
    }

    /// The items that were told since the last look.
    mutating func takeItems() -> [Adyen.Item] {
        takeNotices().flatMap { notice -> [Adyen.Item] in
            guard case .notification(let items) = world.events[notice.event]?.content else {
                return []
            }
            return items
        }
    }

    /// `CODE success` of the items since the last look, after all modifications are decided.
    mutating func settle() -> [String] {
        letPass(.milliseconds(100))
        return takeItems().map { "\($0.code) \($0.isSuccess)" }
    }
}
