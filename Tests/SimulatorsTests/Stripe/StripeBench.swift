import HTTP
import JSON

@testable import Simulators

/// A simulator on a bench: no sockets, a clock moved by hand, answers read at once.
struct StripeBench {
    struct Answer {
        let status: Int
        let json: JSONValue
        let fields: HTTPFields

        var error: JSONValue? { json["error"] }
        var code: String? { error?["code"]?.stringValue }
        var parameter: String? { error?["param"]?.stringValue }
        var id: String { json["id"]?.stringValue ?? "" }
        var state: String? { json["status"]?.stringValue }
        /// The intent inside a refusal.
        var failedIntent: JSONValue? { error?["payment_intent"] }
    }

    static let start = SimulatedTime(seconds: 1_735_689_600)

    var machine: SimulatorMachine<Stripe.Vendor>
    var now = Self.start
    private(set) var events: [JSONValue] = []
    private var keys = 0

    init(_ adjust: (inout StripeSimulator.Configuration) -> Void = { _ in }) {
        var configuration = StripeSimulator.Configuration(seed: 7)
        adjust(&configuration)
        machine = SimulatorMachine(configuration, publicURL: "http://simulator.test")
        machine.vendor.world.advance(to: now)
    }

    mutating func advance(_ duration: Duration) throws {
        now = now + duration
        machine.vendor.world.advance(to: now)
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
        guard case .whole(let reply) = machine.finish(visit, at: now) else {
            return Answer(status: 0, json: .null, fields: [:])
        }
        try collectEvents()
        return Answer(
            status: reply.status,
            json: try JSONValue.parse(reply.body),
            fields: reply.fields
        )
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
        defer { machine.vendor.outbox = [] }
        for notice in machine.vendor.outbox {
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
