internal import Cryptography

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

    /// What goes back: the status, fields beside `Content-Type`, and a JSON body.
    struct Reply: Sendable {
        var status: Int
        var fields: [Field]
        var body: [UInt8]
        /// The stored result of an earlier call.
        private(set) var isReplay = false

        struct Field: Sendable {
            let name: StaticString
            let value: String
        }

        init(status: Int, requestID: String, body: [UInt8]) {
            self.status = status
            self.body = body
            fields = [
                Field(name: "Request-Id", value: requestID),
                Field(name: "Stripe-Version", value: apiVersion),
            ]
        }

        /// Stands where a fault keeps the answer back.
        static let nothing = Reply(status: 0, requestID: "", body: [])

        /// The same result for a later call with the same key.
        func replayed(as requestID: String) -> Reply {
            var reply = Reply(status: status, requestID: requestID, body: body)
            reply.fields.append(Field(name: "Idempotent-Replayed", value: "true"))
            reply.isReplay = true
            return reply
        }

        /// The value of a field named exactly so.
        func field(_ name: String) -> String? {
            fields.first { "\($0.name)" == name }?.value
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

    /// A text for the journal: what might be a card number is not kept.
    static func masked(_ text: String) -> String {
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: " "), UInt8(ascii: "-"): break
            default: digits = 0
            }
            if digits >= 13 { return "(masked)" }
        }
        return text
    }
}
