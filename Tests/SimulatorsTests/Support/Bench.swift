import HTTP
import JSON

@testable import Simulators

/// A simulator on a bench: no sockets, a clock moved by hand, answers read at once.
struct Bench<Vendor: SimulatedVendor> {
    struct Answer {
        /// Zero when there was none.
        let status: Int
        /// Null when there was no JSON.
        let json: JSONValue
        let fields: HTTPFields
    }

    var machine: SimulatorMachine<Vendor>
    private(set) var now = benchStart

    init(configuration: Simulator<Vendor>.Configuration) {
        machine = SimulatorMachine(configuration, publicURL: "http://simulator.test")
        machine.vendor.advance(to: now)
    }

    mutating func letPass(_ duration: Duration) {
        now = now + duration
        machine.vendor.advance(to: now)
    }

    mutating func send(_ call: SimulatedCall) -> Answer {
        answer(to: machine.begin(call, at: now))
    }

    mutating func answer(to visit: SimulatorMachine<Vendor>.Visit) -> Answer {
        guard case .whole(let reply) = machine.finish(visit, at: now) else {
            return Answer(status: 0, json: .null, fields: [:])
        }
        return Answer(
            status: reply.status,
            json: (try? JSONValue.parse(reply.body)) ?? .null,
            fields: reply.fields
        )
    }

    /// What a control call that only this vendor knows answers.
    @discardableResult
    mutating func control(
        _ method: String,
        _ path: String,
        _ json: JSONValue = [:]
    ) throws(ControlRefusal) -> JSONValue {
        guard let query = QueryItems("") else { return .null }
        let reply = try machine.vendor.control(
            ControlCall(
                method: method,
                path: path.split(separator: "/").map(String.init),
                query: query,
                body: json.bytes()
            )
        )
        return (try? JSONValue.parse(reply.body)) ?? .null
    }

    /// The events since the last look.
    mutating func takeNotices() -> [Notice] {
        defer { machine.vendor.outbox = [] }
        return machine.vendor.outbox
    }
}

/// When benches start: 2025-01-01T00:00:00Z.
let benchStart = SimulatedTime(seconds: 1_735_689_600)
