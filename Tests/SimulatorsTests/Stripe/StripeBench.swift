import HTTP
import JSON

@testable import Simulators

/// A bench that also collects the events.
struct StripeBench {
    typealias Answer = Bench<Stripe.Vendor>.Answer

    private var bench: Bench<Stripe.Vendor>
    private(set) var events: [JSONValue] = []
    private var keys = 0

    init(_ adjust: (inout StripeSimulator.Configuration) -> Void = { _ in }) {
        var configuration = StripeSimulator.Configuration(seed: 7)
        adjust(&configuration)
        bench = Bench(configuration: configuration)
    }

    var now: SimulatedTime { bench.now }

    var machine: SimulatorMachine<Stripe.Vendor> {
        get { bench.machine }
        _modify { yield &bench.machine }
    }

    mutating func advance(_ duration: Duration) throws {
        bench.letPass(duration)
        try collectEvents()
    }

    /// A POST with a key of its own unless one is given.
    mutating func post(
        _ path: String,
        _ parameters: KeyValuePairs<String, String> = [:],
        key: String? = nil
    ) throws -> Answer {
        keys += 1
        let call = Self.call(.post, path, parameters, key: key ?? "key-\(keys)")
        return try send(call)
    }

    mutating func get(
        _ path: String,
        _ parameters: KeyValuePairs<String, String> = [:]
    ) throws -> Answer {
        var call = Self.call(.get, path)
        call.query = String(
            decoding: FormEncoder(parameters.map { ($0.key, $0.value) }).bytes,
            as: UTF8.self
        )
        return try send(call)
    }

    mutating func send(_ call: SimulatedCall) throws -> Answer {
        try answer(to: machine.begin(call, at: now))
    }

    mutating func answer(to visit: SimulatorMachine<Stripe.Vendor>.Visit) throws -> Answer {
        let answer = bench.answer(to: visit)
        try collectEvents()
        return answer
    }

    static func call(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: KeyValuePairs<String, String> = [:],
        key: String? = nil
    ) -> SimulatedCall {
        var call = SimulatedCall(method, path)
        call.fields = [
            .authorization: "Bearer sk_test_bench", "Stripe-Version": "2026-10-28.endive",
            .contentType: FormEncoder.contentType,
        ]
        call.fields[.idempotencyKey] = key
        call.body = FormEncoder(parameters.map { ($0.key, $0.value) }).bytes
        return call
    }

    /// The types of the events since the last look.
    mutating func takeEventTypes() -> [String] {
        defer { events = [] }
        return events.compactMap { $0["type"]?.stringValue }
    }

    private mutating func collectEvents() throws {
        for notice in bench.takeNotices() {
            guard let event = machine.vendor.world.events[notice.event] else { continue }
            var writer = JSONWriter()
            machine.vendor.world.write(event, to: &writer)
            events.append(try JSONValue.parse(writer.bytes))
        }
    }
}

extension StripeBench {
    /// A card payment, tried at once.
    mutating func pay(
        _ amount: Int64 = 1_099,
        card: String = "pm_card_visa",
        capture: String = "manual",
        _ more: KeyValuePairs<String, String> = [:]
    ) throws -> Answer {
        let parameters: [(String, String)] =
            [
                ("amount", "\(amount)"), ("currency", "eur"), ("capture_method", capture),
                ("payment_method", card), ("payment_method_types[]", "card"), ("confirm", "true"),
            ] + more.map { ($0.key, $0.value) }
        var call = Self.call(.post, "/v1/payment_intents", key: "pay-\(machine.journal.count)")
        call.body = FormEncoder(parameters).bytes
        return try send(call)
    }
}

extension Bench<Stripe.Vendor>.Answer {
    var error: JSONValue? { json["error"] }
    var code: String? { error?["code"]?.stringValue }
    var parameter: String? { error?["param"]?.stringValue }
    var id: String { json["id"]?.stringValue ?? "" }
    var state: String? { json["status"]?.stringValue }
    /// The intent inside a refusal.
    var failedIntent: JSONValue? { error?["payment_intent"] }
}
