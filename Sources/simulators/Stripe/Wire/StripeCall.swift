internal import Cryptography
internal import HTTP

extension SimulatedReply {
    /// With the fields that every answer of the vendor has.
    static func stripe(status: Int, requestID: String, body: [UInt8]) -> SimulatedReply {
        SimulatedReply(
            status: status,
            fields: [
                .contentType: "application/json",
                "Request-Id": requestID,
                "Stripe-Version": Stripe.apiVersion,
            ],
            body: body
        )
    }

    /// The same result for a later call with the same key.
    func replayed(as requestID: String) -> SimulatedReply {
        var reply = SimulatedReply.stripe(status: status, requestID: requestID, body: body)
        reply.fields.append(.idempotentReplayed, "true")
        reply.isReplay = true
        return reply
    }
}

extension Stripe {
    /// The key that a caller shows, as bearer or as the user of a basic login.
    static func secretKey(in authorization: String) -> String? {
        if authorization.hasPrefix("Bearer ") {
            return String(authorization.dropFirst("Bearer ".count))
        }
        guard authorization.hasPrefix("Basic "),
            let login = Base64.decode(String(authorization.dropFirst("Basic ".count)))
        else { return nil }
        let text = String(decoding: login, as: UTF8.self)
        return text.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
    }
}
