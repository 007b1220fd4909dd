internal import JSON

/// The words for faults; those of webhooks start with `webhook_`.
private enum FaultKind: String, CaseIterable {
    case latency
    case loseRequest = "lose_request"
    case loseReply = "lose_reply"
    case lateReply = "late_reply"
    case reset
    case fail
    case error
    case rateLimit = "rate_limit"
    case lockTimeout = "lock_timeout"
    case slowBody = "slow_body"
    case garbageBody = "garbage_body"
    case htmlBody = "html_body"
    case emptyBody = "empty_body"
    case webhookDuplicate = "webhook_duplicate"
    case webhookDelay = "webhook_delay"
    case webhookReorder = "webhook_reorder"
    case webhookLose = "webhook_lose"
    case webhookBadSignature = "webhook_bad_signature"
    case webhookStaleSignature = "webhook_stale_signature"
    case webhookLoseAnswer = "webhook_lose_answer"
}

/// How a fault is meant, apart from its kind.
private struct FaultDetails {
    var milliseconds: Int64?
    var status: Int64?
    var code: String?
    var afterEffect: Bool?
    var isKept: Bool?
    var times: Int64?
    var retryHint: Bool?

    var duration: Duration { .milliseconds(milliseconds ?? 1_000) }
}

private enum FaultEffect {
    case call(CallFault)
    case webhook(WebhookFault)

    init(_ kind: FaultKind, _ details: FaultDetails) {
        switch kind {
        case .latency: self = .call(.latency(details.duration))
        case .loseRequest: self = .call(.loseRequest)
        case .loseReply: self = .call(.loseReply)
        case .lateReply: self = .call(.lateReply(details.duration))
        case .reset: self = .call(.reset(afterEffect: details.afterEffect ?? false))
        case .fail:
            let status = Int(details.status ?? 500)
            let afterEffect = details.afterEffect ?? false
            // A 500 comes from the endpoint, which keeps it; the other 5xx from what is before it.
            let isKept = afterEffect && (details.isKept ?? (status == 500))
            self = .call(
                .fail(
                    status: status,
                    afterEffect: afterEffect,
                    isKept: isKept,
                    retryHint: details.retryHint
                )
            )
        case .error: self = .call(.error(code: details.code ?? ""))
        case .rateLimit: self = .call(.rateLimit)
        case .lockTimeout: self = .call(.lockTimeout)
        case .slowBody: self = .call(.slowBody(details.duration))
        case .garbageBody: self = .call(.garbageBody)
        case .htmlBody: self = .call(.htmlBody(status: Int(details.status ?? 200)))
        case .emptyBody: self = .call(.emptyBody)
        case .webhookDuplicate: self = .webhook(.duplicate(times: Int(details.times ?? 1)))
        case .webhookDelay: self = .webhook(.delay(details.duration))
        case .webhookReorder:
            let patience = details.milliseconds.map(Duration.milliseconds) ?? .seconds(5)
            self = .webhook(.reorder(by: Int(details.times ?? 1), within: patience))
        case .webhookLose: self = .webhook(.lose)
        case .webhookBadSignature: self = .webhook(.badSignature)
        case .webhookStaleSignature: self = .webhook(.staleSignature)
        case .webhookLoseAnswer: self = .webhook(.loseAnswer)
        }
    }
}

extension Simulator {
    func addFault(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let (kind, details, trigger) = try call.read { fields throws(JSONFieldErrors) in
            let kind = fields.required("kind", .oneOf(FaultKind.self))
            var details = FaultDetails()
            details.milliseconds = fields.optional("milliseconds", .int64(in: 0...3_600_000))
            details.status = fields.optional("status", .int64(in: 400...599))
            details.code = fields.optional("code", .string(bytes: 1...100))
            details.afterEffect = fields.optional("after_effect", .bool)
            details.isKept = fields.optional("kept", .bool)
            details.retryHint = fields.optional("should_retry", .bool)
            details.times = fields.optional("times", .int64(in: 1...100))
            let trigger = FaultTrigger(&fields)
            return (try fields.finish(kind), details, trigger)
        }
        let id =
            switch FaultEffect(kind, details) {
            case .call(let fault): add(fault, when: trigger)
            case .webhook(let fault): add(fault, when: trigger)
            }
        return ControlReply(status: 201) { $0.member("id", id) }
    }
}

extension FaultTrigger {
    /// A fault strikes once unless told otherwise.
    fileprivate init(_ fields: inout JSONFields) {
        self.init(count: 1)
        name = fields.optional("name", .string(bytes: 1...100))
        parameters = fields.optional("parameters", .texts) ?? [:]
        skip = Int(fields.optional("skip", .int64(in: 0...1_000_000)) ?? 0)
        percent = Int(fields.optional("percent", .int64(in: 0...100)) ?? 100)
        if let count = fields.optional("count", .int64(in: 1...1_000_000)) {
            self.count = Int(count)
        }
        if fields.optional("always", .bool) == true { count = nil }
    }
}

extension JSONReader<[String: String]> {
    /// An object of texts.
    static var texts: Self {
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
