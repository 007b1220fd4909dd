package import HTTP

/// Answers requests.
package protocol HTTPHandler: Sendable {
    /// Answers one request, on the loop of its connection, before it returns.
    ///
    /// Never cancelled, neither by a client that left nor by the deadline: it may be moving money.
    /// What it answers then is discarded. The exchange is its own until it returns.
    func handle(_ exchange: HTTPExchange) async
}

/// Told about requests when they are over: the access log and the metrics.
package protocol HTTPServerObserver: Sendable {
    /// Called on the loop; must not block.
    func finished(_ record: HTTPServerRecord)
}

/// One request that is over.
package struct HTTPServerRecord: Sendable {
    /// `nil` when no request could be read.
    package let method: HTTPMethod?
    /// The raw path; `nil` when no request could be read.
    package let path: String?
    /// What the handler called the route, for example its pattern.
    package let route: String?
    package let status: HTTPStatus
    /// Bytes of the answer's body.
    package let bytes: Int
    /// From the complete head to the answer.
    package let duration: Duration
    package let requestID: String
    package let peerAddress: String
    /// Whether the server gave this answer by itself, for example at the deadline.
    package let isServerMade: Bool
}
