/// What can go wrong with a call to a simulated vendor.
package enum CallFault: Sendable, Equatable {
    /// The call waits this long before anything happens.
    case latency(Duration)
    /// The connection closes, nothing has happened.
    case loseRequest
    /// Everything has happened, the connection closes without an answer.
    case loseReply
    /// Everything has happened, the answer comes this much later.
    case lateReply(Duration)
    /// The connection is reset (RST).
    case reset(afterEffect: Bool)
    /// A 5xx or any other status with an error of the vendor's.
    ///
    /// `isKept`: the vendor keeps this very answer under the idempotency key; otherwise a repeat
    /// gets the true result, or runs for the first time.
    /// `retryHint`: what the answer says of trying again; nil says nothing.
    case fail(status: Int, afterEffect: Bool, isKept: Bool, retryHint: Bool? = nil)
    /// The vendor's own error with this code; nothing has happened.
    case error(code: String)
    /// 429: too many requests.
    case rateLimit
    /// 429: another call holds the object.
    case lockTimeout
    /// The answer comes in pieces over this time.
    case slowBody(Duration)
    /// 200 with a body that is not JSON; everything has happened.
    case garbageBody
    /// A web page with this status, as a proxy gives it; everything has happened.
    case htmlBody(status: Int)
    /// 200 without a body; everything has happened.
    case emptyBody
}

/// What can go wrong with the delivery of an event.
package enum WebhookFault: Sendable, Equatable {
    /// Delivered so many times more.
    case duplicate(times: Int)
    case delay(Duration)
    /// Delivered after so many later events, or after this time if they do not come.
    case reorder(by: Int, within: Duration)
    /// Never sent.
    case lose
    /// The first try is signed with another secret.
    case badSignature
    /// The first try is signed as of long ago.
    case staleSignature
    /// The answer to the first try gets lost: the receiver has acted, and is notified again.
    case loseAnswer
}
