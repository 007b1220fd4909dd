internal import Cryptography
internal import HTTP

extension Stripe {
    /// One call as it came over the wire, before anything in it is believed.
    struct Call: Sendable {
        enum Verb: String, Sendable {
            case get = "GET"
            case post = "POST"
            case delete = "DELETE"
        }

        var verb: Verb
        /// Undecoded, without the query.
        var path: String
        var query: String = ""
        var authorization: String? = nil
        var idempotencyKey: String? = nil
        var version: String? = nil
        var contentType: String? = nil
        var body: [UInt8] = []
    }

    /// What goes back: the status, all fields but those of the connection, and a JSON body.
    struct Reply: Sendable {
        var status: Int
        var fields: HTTPFields
        var body: [UInt8]
        /// The stored result of an earlier call.
        private(set) var isReplay = false

        init(status: Int, requestID: String, body: [UInt8]) {
            self.status = status
            self.body = body
            fields = [
                .contentType: "application/json",
                "Request-Id": requestID,
                "Stripe-Version": apiVersion,
            ]
        }

        /// Stands where a fault keeps the answer back.
        static let nothing = Reply(status: 0, requestID: "", body: [])

        /// The same result for a later call with the same key.
        func replayed(as requestID: String) -> Reply {
            var reply = Reply(status: status, requestID: requestID, body: body)
            reply.fields.append(.idempotentReplayed, "true")
            reply.isReplay = true
            return reply
        }
    }

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
