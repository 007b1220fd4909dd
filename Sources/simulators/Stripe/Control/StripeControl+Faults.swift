internal import JSON

// Faults on demand.
extension Stripe.Control {
    /// The words for faults; those of webhooks start with `webhook_`.
    private enum Kind: String, CaseIterable {
        case latency
        case loseRequest = "lose_request"
        case loseReply = "lose_reply"
        case lateReply = "late_reply"
        case reset
        case fail
        case rateLimit = "rate_limit"
        case lockTimeout = "lock_timeout"
        case slowBody = "slow_body"
        case garbageBody = "garbage_body"
        case webhookDuplicate = "webhook_duplicate"
        case webhookDelay = "webhook_delay"
        case webhookReorder = "webhook_reorder"
        case webhookLose = "webhook_lose"
        case webhookBadSignature = "webhook_bad_signature"
        case webhookStaleSignature = "webhook_stale_signature"
    }

    /// How a fault is meant, beside its kind.
    private struct Details {
        var milliseconds: Int64?
        var status: Int64?
        var afterEffect: Bool?
        var isKept: Bool?
        var times: Int64?
        var retryHint: Bool?

        var duration: Duration { .milliseconds(milliseconds ?? 1_000) }
    }

    private enum Effect {
        case call(CallFault)
        case webhook(WebhookFault)
    }

    static func addFault(_ call: Call, to simulator: StripeSimulator) throws(Misuse) -> Reply {
        let (kind, details, trigger) = try read(call) { fields throws(JSONFieldErrors) in
            let kind = fields.required("kind", .oneOf(Kind.self))
            var details = Details()
            details.milliseconds = fields.optional("milliseconds", .int64(in: 0...3_600_000))
            details.status = fields.optional("status", .int64(in: 400...599))
            details.afterEffect = fields.optional("after_effect", .bool)
            details.isKept = fields.optional("kept", .bool)
            details.retryHint = fields.optional("should_retry", .bool)
            details.times = fields.optional("times", .int64(in: 1...100))
            let trigger = readTrigger(&fields)
            return (try fields.finish(kind), details, trigger)
        }
        let id: Int
        switch effect(kind, details) {
        case .call(let fault): id = simulator.add(fault, when: trigger)
        case .webhook(let fault): id = simulator.add(fault, when: trigger)
        }
        return Reply(status: 201) { $0.member("id", id) }
    }

    private static func readTrigger(_ fields: inout JSONFields) -> FaultTrigger {
        var trigger = FaultTrigger(count: 1)
        trigger.name = fields.optional("name", .string(bytes: 1...100))
        trigger.parameters = fields.optional("parameters", .texts) ?? [:]
        trigger.skip = Int(fields.optional("skip", .int64(in: 0...1_000_000)) ?? 0)
        trigger.percent = Int(fields.optional("percent", .int64(in: 0...100)) ?? 100)
        if let count = fields.optional("count", .int64(in: 1...1_000_000)) {
            trigger.count = Int(count)
        }
        if fields.optional("always", .bool) == true { trigger.count = nil }
        return trigger
    }

    private static func effect(_ kind: Kind, _ details: Details) -> Effect {
        switch kind {
        case .latency: return .call(.latency(details.duration))
        case .loseRequest: return .call(.loseRequest)
        case .loseReply: return .call(.loseReply)
        case .lateReply: return .call(.lateReply(details.duration))
        case .reset: return .call(.reset(afterEffect: details.afterEffect ?? false))
        case .fail:
            let status = Int(details.status ?? 500)
            let afterEffect = details.afterEffect ?? false
            // A 500 comes from the endpoint, which keeps it; the other 5xx from what is before it.
            let isKept = afterEffect && (details.isKept ?? (status == 500))
            return .call(
                .fail(
                    status: status,
                    afterEffect: afterEffect,
                    isKept: isKept,
                    retryHint: details.retryHint
                )
            )
        case .rateLimit: return .call(.rateLimit)
        case .lockTimeout: return .call(.lockTimeout)
        case .slowBody: return .call(.slowBody(details.duration))
        case .garbageBody: return .call(.garbageBody)
        case .webhookDuplicate: return .webhook(.duplicate(times: Int(details.times ?? 1)))
        case .webhookDelay: return .webhook(.delay(details.duration))
        case .webhookReorder:
            let patience = details.milliseconds.map(Duration.milliseconds) ?? .seconds(5)
            return .webhook(.reorder(by: Int(details.times ?? 1), within: patience))
        case .webhookLose: return .webhook(.lose)
        case .webhookBadSignature: return .webhook(.badSignature)
        case .webhookStaleSignature: return .webhook(.staleSignature)
        }
    }
}

extension JSONReader<[String: String]> {
    /// An object of texts.
    fileprivate static var texts: Self {
        JSONReader<JSONValue>.any.map("This must be an object of strings.") { value in
            guard let members = value.objectValue?.members else { return nil }
            var texts: [String: String] = [:]
            for member in members {
                guard let text = member.value.stringValue else { return nil }
                texts[member.name] = text
            }
            return texts
        }
    }
}
