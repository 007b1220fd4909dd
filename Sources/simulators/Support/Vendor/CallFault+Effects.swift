internal import HTTP

/// How an answer goes back.
enum ReplyDelivery: Sendable {
    case whole(SimulatedReply)
    case late(SimulatedReply, Duration)
    /// In pieces over this time.
    case slow(SimulatedReply, Duration)
    /// The connection closes without an answer.
    case close
    case reset

    /// Whether the caller hears nothing.
    var isSilent: Bool {
        switch self {
        case .close, .reset: true
        case .whole, .late, .slow: false
        }
    }
}

extension CallFault {
    /// How long the call waits before anything happens.
    var delay: Duration {
        switch self {
        case .latency(let delay): delay
        case .loseRequest, .loseReply, .lateReply, .reset, .fail, .error, .rateLimit,
            .lockTimeout, .slowBody, .garbageBody, .htmlBody, .emptyBody:
            .zero
        }
    }

    var letsEffectHappen: Bool {
        switch self {
        case .loseRequest, .rateLimit, .lockTimeout, .error: false
        case .reset(let afterEffect): afterEffect
        case .fail(_, let afterEffect, _, _): afterEffect
        case .latency, .loseReply, .lateReply, .slowBody, .garbageBody, .htmlBody, .emptyBody: true
        }
    }

    /// The error that the caller sees in place of the result, and whether its key keeps it.
    var refusal: (answer: FaultRefusal, isKept: Bool)? {
        switch self {
        case .rateLimit: (.rateLimit, false)
        case .lockTimeout: (.lockTimeout, false)
        case .fail(let status, _, let isKept, let hint):
            (.status(status, retryHint: hint), isKept)
        case .error(let code): (.code(code), false)
        case .latency, .loseRequest, .loseReply, .lateReply, .reset, .slowBody, .garbageBody,
            .htmlBody, .emptyBody:
            nil
        }
    }

    /// What becomes of the answer on its way back, nil when nothing.
    func delivery(of reply: SimulatedReply) -> ReplyDelivery? {
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
        case .htmlBody(let status):
            return .whole(
                SimulatedReply(
                    status: status,
                    fields: [.contentType: "text/html"],
                    body: Array("<html><head><title>Please wait</title></head></html>".utf8)
                )
            )
        case .emptyBody:
            return .whole(SimulatedReply(status: 200, fields: reply.fields))
        case .latency, .fail, .error, .rateLimit, .lockTimeout: return nil
        }
    }
}
