/// Sends one request to a peer and waits for its whole response.
///
/// A response of any status is a success of the transport. It never repeats a request on its own.
package protocol HTTPTransport: Sendable {
    /// Throws when there is no complete response; the error says whether the peer may have acted.
    func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse
}

/// The limits of one send.
package struct HTTPSendOptions: Sendable, Hashable {
    /// From the start to an established connection, TLS included.
    package var connectTimeout: Duration
    /// From the start to the last byte of the response.
    package var totalTimeout: Duration
    /// Largest body accepted, in bytes; a larger one is `tooLarge`.
    package var maximumResponseBytes: Int
    /// Never reuse an idle connection: for calls that must not be repeated by a lower layer.
    package var freshConnection: Bool

    package init(
        connectTimeout: Duration = .seconds(5),
        totalTimeout: Duration = .seconds(30),
        maximumResponseBytes: Int = 4 << 20,
        freshConnection: Bool = false
    ) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.freshConnection = freshConnection
    }
}

/// Why there is no response.
package struct HTTPTransportError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// A deadline of the options passed.
        case timeout
        /// No connection: name not resolved, refused, unreachable.
        case connect
        /// No trust or no agreement in the TLS handshake.
        case tls
        /// The connection ended before the response did.
        case closed
        /// The response is larger than the options allow.
        case tooLarge = "too_large"
        /// The calling task was cancelled.
        case cancelled
        /// The request cannot be sent at all: bad URL, scheme or field.
        case invalidRequest = "invalid_request"
        /// The peer's answer is not HTTP.
        case invalidResponse = "invalid_response"
    }

    package let code: Code
    /// For logs: names no secret and no body.
    package let message: String
    /// False only when it is certain that no byte of the request reached the peer.
    package let requestMayHaveReachedPeer: Bool

    package init(code: Code, message: String, requestMayHaveReachedPeer: Bool) {
        self.code = code
        self.message = message
        self.requestMayHaveReachedPeer = requestMayHaveReachedPeer
    }
}
