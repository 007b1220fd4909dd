package import Cryptography
package import HTTP
package import Reactor

/// Everything a server can be told: where to listen, its limits and its deadlines.
package struct HTTPServerConfiguration: Sendable {
    /// Where to listen; port 0 lets the system choose.
    package var address: SocketAddress
    /// Whether other loops listen on the same port.
    package var isPortShared = false
    /// The kernel's queue of connections not yet accepted; capped by `somaxconn`.
    package var backlog: Int32 = 1024
    /// The most open connections of this loop. In plain text a few more are told 503 before accepting
    /// stops until one closes; under TLS it stops at once, and further clients wait for a handshake.
    package var maximumConnections = 10_000

    /// The longest request line in bytes; a longer one is 414.
    package var maximumRequestLineBytes = 8 * 1024
    /// The most bytes of all field lines of a head, and of the trailers; more is 431.
    package var maximumHeaderBytes = 16 * 1024
    /// The most field lines of a head, and of the trailers; more is 431.
    package var maximumHeaderCount = 100
    /// The largest request body in bytes; a larger one is 413. A handler may allow less.
    package var maximumBodyBytes = 1024 * 1024

    /// How long a connection may idle between two requests.
    package var idleTimeout: Duration = .seconds(60)
    /// How long a request's head may take from its first byte, then 408; on a new connection, from
    /// its start.
    package var headerTimeout: Duration = .seconds(10)
    /// How long a request's body may take, from when the handler asks for it, then 408.
    package var bodyTimeout: Duration = .seconds(30)
    /// How long the client may take to accept 16 KiB of what was written, then the connection is
    /// reset.
    package var writeTimeout: Duration = .seconds(30)
    /// How long a handler may take from the complete head to its answer, then 504.
    package var requestTimeout: Duration = .seconds(30)
    /// How long to listen to a client after the last answer, so that closing does not destroy it.
    package var lingerTimeout: Duration = .seconds(2)

    /// Makes the answers that the server gives by itself, for a client whose `Accept-Language` is
    /// given when its request could be read. Runs on the loop.
    package var renderProblem:
        @Sendable (HTTPProblem, _ requestID: String, _ acceptLanguage: String?) -> HTTPResponse = {
            problem,
            _,
            _ in problem.response()
        }
    /// Told about every request answered; nothing is computed for it when absent.
    package var observer: (any HTTPServerObserver)?
    /// Told when connections cannot be accepted for the first time, since the process has no
    /// descriptors or memory left; accepting is tried again and again. Runs on the loop.
    package var reportExhaustion: (@Sendable () -> Void)?
    /// TLS for all connections; `nil` listens in plain text. `HTTPServer.reload` replaces it.
    package var tls: TLSContext?

    package init(address: SocketAddress) {
        self.address = address
    }
}
