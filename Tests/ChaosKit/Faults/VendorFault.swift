internal import JSON

/// Something that a simulator does to the next call or notification, see docs/simulators.md.
struct VendorFault {
    let kind: String
    let body: JSONValue

    private init(_ kind: String, _ details: KeyValuePairs<String, JSONValue> = [:]) {
        self.kind = kind
        var members: [(String, JSONValue)] = [("kind", .string(kind)), ("name", "*")]
        for (name, value) in details { members.append((name, value)) }
        body = .object(JSONObject(members))
    }

    /// - Parameter losingNotifications: whether one may be lost for good.
    static func random(
        losingNotifications: Bool,
        using random: inout some RandomNumberGenerator
    ) -> VendorFault {
        let time = JSONValue.integer(Int64.random(in: 50...2_500, using: &random))
        let isDone = JSONValue.bool(Bool.random(using: &random))
        let status = JSONValue.integer([500, 502, 503].randomElement(using: &random) ?? 500)
        var faults: [VendorFault] = [
            .init("latency", ["milliseconds": time]),
            .init("lose_request"),
            .init("lose_reply"),
            .init("late_reply", ["milliseconds": time]),
            .init("reset", ["after_effect": isDone]),
            .init("fail", ["status": status, "after_effect": isDone]),
            .init("rate_limit"),
            .init("slow_body", ["milliseconds": time]),
            .init("garbage_body"),
            .init("html_body"),
            .init("empty_body"),
            .init("webhook_duplicate", ["times": 2]),
            .init("webhook_delay", ["milliseconds": time]),
            .init("webhook_reorder", ["times": 1, "milliseconds": time]),
            .init("webhook_bad_signature"),
            .init("webhook_lose_answer"),
        ]
        if losingNotifications { faults.append(.init("webhook_lose")) }
        return faults[Int.random(in: 0..<faults.count, using: &random)]
    }
}
