internal import Cryptography
package import HTTP
internal import Reactor

/// One request and the way to answer it: what a handler gets.
///
/// Valid until the handler returns; the connection's next request reuses it, which is why a request
/// needs no allocation. Belongs to the loop of its connection.
package final class HTTPExchange: @unchecked Sendable {
    // Safe because: touched only on its loop.

    /// What has become of the answer.
    enum Answer: Equatable {
        case pending
        /// The head is sent, the body goes on.
        case streaming
        case complete
        /// The server answered or gave up in the handler's place: what the handler says is dropped.
        case discarded
    }

    /// Strong, so that a handler that outlives its connection still reads its own request.
    let connection: Connection
    var answer = Answer.pending
    var status = HTTPStatus.ok
    var answerBytes = 0
    var keepsAlive = true
    var isServerMade = false
    var bodyError: HTTPBodyError?
    private(set) var start: LoopTime
    private var chosenRequestID: String?

    /// What the handler calls the route, for logs and metrics; a constant such as the pattern.
    package var route: String?

    init(_ connection: Connection) {
        self.connection = connection
        start = connection.loop.time
    }

    /// Makes it the exchange of the connection's next request, whose head is given.
    func begin(_ head: borrowing HTTPRequestHead) {
        method = head.method
        version = head.version
        keepsAlive = head.keepsAlive
        answer = .pending
        answerBytes = 0
        isServerMade = false
        bodyError = nil
        start = connection.loop.time
        chosenRequestID = nil
        route = nil
    }

    // MARK: The request

    package private(set) var method = HTTPMethod.get
    package private(set) var version = HTTPVersion.http11
    /// As it was sent, undecoded and without the query; `*` for `OPTIONS *`.
    package var path: String { connection.withHead { $0.path(in: $1) } }
    /// As it was sent, without the question mark.
    package var query: String? { connection.withHead { $0.query(in: $1) } }
    /// Host and port that the client meant.
    package var authority: String? { connection.withHead { $0.authority(in: $1) } }

    /// The first value of a field.
    package func field(_ name: HTTPFieldName) -> String? {
        connection.withHead { $0.value(of: name, in: $1) }
    }

    /// All fields of the head.
    package var fields: HTTPFields { connection.withHead { $0.fields(in: $1) } }

    /// The trailer fields, when the body has been read.
    package var trailers: HTTPFields { connection.decoder?.trailers ?? HTTPFields() }

    /// Whether the client announced a body.
    package var hasBody: Bool { connection.decoder != nil }

    /// The whole body, without its framing.
    ///
    /// Reads it from the client, which is told to go on if it waits for `100 Continue`. When it
    /// throws, a handler may answer in its own words or just return: the server then answers.
    ///
    /// - Parameter limit: the most bytes; at most the server's own limit counts.
    package func body(limit: Int = .max) async throws(HTTPBodyError) -> [UInt8] {
        if let bodyError { throw bodyError }
        do throws(HTTPBodyError) {
            return try await connection.readBody(limit: limit)
        } catch {
            bodyError = error
            throw error
        }
    }

    // MARK: The peer

    /// The peer's numeric address, as the socket has it.
    package var peerAddress: String { connection.peer.host }
    package var isSecure: Bool { connection.transport?.session != nil }
    /// The subject of the client's verified certificate in RFC 2253 form.
    package var clientCertificateSubject: String? { connection.transport?.session?.peerSubject }
    /// Whether the client is gone, so that an answer would be in vain. What was begun goes on.
    package var isAbandoned: Bool { connection.phase == .closed }

    // MARK: Bookkeeping

    /// The client's `X-Request-Id` when it is fit to be repeated, else one of our own.
    package var requestID: String {
        if let chosenRequestID { return chosenRequestID }
        let id = field(.requestID).flatMap(RequestID.accepted) ?? RequestID.make()
        chosenRequestID = id
        return id
    }

    /// When the server will answer 504 in the handler's place; later for work that is known to take
    /// longer.
    package var deadline: ContinuousClock.Instant {
        get { connection.deadlines.answer.instant }
        set {
            guard answer == .pending else { return }
            connection.deadlines.answer = LoopTime(newValue)
            connection.arm()
        }
    }
}
