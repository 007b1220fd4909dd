package import HTTP

/// A request before its body was read: all that decides whether the body is wanted.
package struct RequestHead: Sendable {
    package let method: HTTPMethod
    /// Raw, undecoded, without the query.
    package let path: String
    package let query: String?
    package let fields: HTTPFields
    /// The address at the other end of the connection.
    package let peer: String

    package init(
        method: HTTPMethod,
        path: String,
        query: String? = nil,
        fields: HTTPFields = HTTPFields(),
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.peer = peer
    }
}

/// The rest of a request: what the gateway asks for once the head was good.
package protocol RequestSource {
    /// The whole body. Throws ``Problem`` when it is longer than the limit or does not arrive.
    func body(limit: Int) async throws(Problem) -> [UInt8]

    /// The answer is known to take this much longer than others.
    func prolong(by duration: Duration)
}
