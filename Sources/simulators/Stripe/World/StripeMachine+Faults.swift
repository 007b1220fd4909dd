extension CallFault {
    /// How long the call waits before anything happens.
    var delay: Duration {
        switch self {
        case .latency(let delay): delay
        case .loseRequest, .loseReply, .lateReply, .reset, .fail, .rateLimit, .lockTimeout,
            .slowBody, .garbageBody:
            .zero
        }
    }

    var letsEffectHappen: Bool {
        switch self {
        case .loseRequest, .rateLimit, .lockTimeout: false
        case .reset(let afterEffect): afterEffect
        case .fail(_, let afterEffect, _, _): afterEffect
        case .latency, .loseReply, .lateReply, .slowBody, .garbageBody: true
        }
    }

    /// The error that the caller sees in place of the result, and whether its key keeps it.
    var refusal: (failure: Stripe.Failure, isKept: Bool)? {
        switch self {
        case .rateLimit: (.rateLimited, false)
        case .lockTimeout: (.lockTimeout, false)
        case .fail(let status, _, let isKept, let hint): (.injected(status, hint), isKept)
        case .latency, .loseRequest, .loseReply, .lateReply, .reset, .slowBody, .garbageBody: nil
        }
    }

    /// What becomes of the answer on its way back, nil when nothing.
    func delivery(of reply: Stripe.Reply) -> Stripe.Machine.Delivery? {
        switch self {
        case .loseRequest, .loseReply: return .close
        case .lateReply(let wait): return .late(reply, wait)
        case .reset: return .reset
        case .slowBody(let duration): return .slow(reply, duration)
        case .garbageBody:
            var garbage = reply
            garbage.status = 200
            garbage.body = Array("<html><body>Bad gateway\u{0}{\"id\":".utf8)
            return .whole(garbage)
        case .latency, .fail, .rateLimit, .lockTimeout: return nil
        }
    }
}

extension Stripe.Failure {
    fileprivate static func injected(_ status: Int, _ retryHint: Bool?) -> Self {
        let kind: Kind =
            switch status {
            case 401: .authentication
            case 429: .rateLimit
            case 500...: .api
            default: .invalidRequest
            }
        return Self(
            status: status,
            kind: kind,
            message: "An error occurred on the vendor's side, as ordered.",
            retryHint: retryHint
        )
    }
}
