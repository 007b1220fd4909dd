internal import JSON

// The control endpoints that every vendor has; the vendor is asked about what they do not know.
extension Simulator {
    func answer(_ call: ControlCall) -> ControlReply {
        do throws(ControlRefusal) {
            return try perform(call)
        } catch {
            return ControlReply(status: error.status) { $0.member("error", error.message) }
        }
    }

    private func perform(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("GET", "book", 1): return ControlReply(book, call.query)
        case ("GET", "book", 2):
            guard let entry = book[path[1]] else { throw .unknown }
            return ControlReply { entry.write(to: &$0) }
        case ("GET", "requests", 1): return ControlReply(requests, call.query)
        case ("GET", "clock", 1): return clock()
        case ("POST", "clock", 1):
            let seconds = try call.read("advance_seconds", .int64(in: 0...1_000_000_000))
            advanceClock(by: .seconds(seconds))
            return clock()
        case ("POST", "faults", 1): return try addFault(call)
        case ("DELETE", "faults", 1):
            removeFaults()
            return ControlReply()
        case ("POST", "reset", 1):
            let seed = try call.read { fields throws(JSONFieldErrors) in
                let seed = fields.optional("seed", .int64(in: 0...))
                try fields.finish()
                return seed
            }
            reset(seed: seed.map(UInt64.init))
            return ControlReply()
        case ("GET", "webhooks", 1):
            let isIdle = areWebhooksIdle
            return ControlReply { $0.member("idle", isIdle) }
        case (_, "webhook_endpoints", 1), ("POST", "events", 1), ("POST", "events", 3):
            return try webhooks(call)
        default:
            return try act { vendor throws(ControlRefusal) in try vendor.control(call) }
        }
    }

    private func clock() -> ControlReply {
        let now = now
        return ControlReply { $0.member("now", now.seconds) }
    }
}
