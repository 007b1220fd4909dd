internal import HTTP
internal import JSON

extension Stripe {
    /// The control endpoints under `/_control`: what a test or a person tells the simulator beside
    /// the vendor's own interface. They are described in docs/simulators.md.
    enum Control {
        struct Call: Sendable {
            let method: String
            /// The parts of the path behind `/_control`.
            let path: [String]
            let query: QueryItems
            let body: [UInt8]
        }

        struct Reply: Sendable {
            var status = 200
            var body: [UInt8] = []

            init(status: Int = 200, _ members: (inout JSONWriter) -> Void) {
                self.status = status
                var writer = JSONWriter(capacity: 1_024)
                writer.object(members)
                body = writer.bytes
            }
        }

        /// A control call that makes no sense.
        struct Misuse: Error {
            var status = 400
            let message: String

            static let unknown = Misuse(
                status: 404,
                message: "There is no such control endpoint; see docs/simulators.md."
            )
        }
    }
}

extension Stripe.Control {
    static func answer(_ call: Call, by simulator: StripeSimulator) -> Reply {
        do throws(Misuse) {
            return try perform(call, on: simulator)
        } catch {
            return Reply(status: error.status) { $0.member("error", error.message) }
        }
    }

    private static func perform(
        _ call: Call,
        on simulator: StripeSimulator
    ) throws(Misuse) -> Reply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("GET", "book", 1): return book(simulator.book, call.query)
        case ("GET", "book", 2):
            guard let entry = simulator.book[path[1]] else { throw .unknown }
            return Reply { write(entry, to: &$0) }
        case ("GET", "requests", 1): return requests(simulator.requests, call.query)
        case ("GET", "clock", 1): return clock(simulator)
        case ("POST", "clock", 1):
            let seconds = try read(call) { fields throws(JSONFieldErrors) in
                let seconds = fields.required("advance_seconds", .int64(in: 0...1_000_000_000))
                return try fields.finish(seconds)
            }
            simulator.advanceClock(by: .seconds(seconds))
            return clock(simulator)
        case ("POST", "faults", 1): return try addFault(call, to: simulator)
        case ("DELETE", "faults", 1):
            simulator.removeFaults()
            return Reply { _ in }
        case ("POST", "reset", 1):
            let seed = try read(call) { fields throws(JSONFieldErrors) in
                let seed = fields.optional("seed", .int64(in: 0...))
                try fields.finish()
                return seed
            }
            simulator.reset(seed: seed.map(UInt64.init))
            return Reply { _ in }
        case (_, "webhooks", _), (_, "webhook_endpoints", _), (_, "events", _):
            return try webhooks(call, simulator)
        case ("POST", "payment_intents", 3), ("POST", "setup_intents", 3), ("POST", "refunds", 2):
            return try act(call, simulator)
        default: throw .unknown
        }
    }

    private static func clock(_ simulator: StripeSimulator) -> Reply {
        let now = simulator.now
        return Reply { $0.member("now", now.seconds) }
    }

    /// What a person or a customer's bank would do.
    private static func act(
        _ call: Call,
        _ simulator: StripeSimulator
    ) throws(Misuse) -> Reply {
        let id = call.path[1]
        switch (call.path[0], call.path.last ?? "") {
        case ("payment_intents", "authenticate"), ("setup_intents", "authenticate"):
            let outcome = try read(call) { fields throws(JSONFieldErrors) in
                let outcome = fields.required("outcome", .oneOf(Outcome.self))
                return try fields.finish(outcome)
            }
            let succeeds = outcome == .succeeded
            let address = try refusing { () throws(StripeSimulator.Refusal) in
                try simulator.authenticate(id, succeeds: succeeds)
            }
            return Reply { $0.member("return_url", address) }
        case ("setup_intents", "enter_card"):
            let (method, returnURL) = try read(call) { fields throws(JSONFieldErrors) in
                let method = fields.required("payment_method", .string(bytes: 1...100))
                let returnURL = fields.optional("return_url", .string(bytes: 1...2_000))
                return (try fields.finish(method), returnURL)
            }
            try refusing { () throws(StripeSimulator.Refusal) in
                try simulator.enterCard(method, setupIntent: id, returnURL: returnURL)
            }
            return Reply { _ in }
        case ("refunds", _):
            let (outcome, reason) = try read(call) { fields throws(JSONFieldErrors) in
                let outcome = fields.required("status", .oneOf(Outcome.self))
                let reason = fields.optional("failure_reason", .string)
                return (try fields.finish(outcome), reason)
            }
            try refusing { () throws(StripeSimulator.Refusal) in
                if outcome == .succeeded {
                    try simulator.settleRefund(id)
                } else {
                    try simulator.failRefund(id, reason: reason ?? "unknown")
                }
            }
            return Reply { _ in }
        default: throw .unknown
        }
    }

    private enum Outcome: String, CaseIterable {
        case succeeded
        case failed
    }

    static func refusing<Value>(
        _ body: () throws(StripeSimulator.Refusal) -> Value
    ) throws(Misuse) -> Value {
        do throws(StripeSimulator.Refusal) {
            return try body()
        } catch {
            throw Misuse(message: error.message)
        }
    }

    /// The members of the call's body; an empty body is an empty object.
    static func read<Value>(
        _ call: Call,
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(Misuse) -> Value {
        let json: JSONValue
        do throws(JSONError) {
            json = call.body.isEmpty ? [:] : try JSONValue.parse(call.body)
        } catch {
            throw Misuse(message: error.message)
        }
        guard let object = json.objectValue else { throw Misuse(message: "Send a JSON object.") }
        var fields = JSONFields(object)
        do throws(JSONFieldErrors) {
            return try members(&fields)
        } catch {
            let faults = error.all.map { "\($0.pointer): \($0.message)" }
            throw Misuse(status: 422, message: faults.joined(separator: " "))
        }
    }
}
