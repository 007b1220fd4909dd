package import HTTP
internal import Reactor

extension HTTPExchange {
    /// Answers with a whole message. Content-Length, Date and Connection are the server's.
    package func respond(
        _ status: HTTPStatus,
        fields: HTTPFields = HTTPFields(),
        body: [UInt8] = []
    ) {
        guard claim(status) else { return }
        answer = .complete
        connection.append(status, fields, framing: .length(body.count), for: self)
        guard method != .head, !status.isBodiless else { return }
        answerBytes = body.count
        connection.append(body)
    }

    /// Answers with a message made beforehand: no allocation.
    package func respond(prepared: PreparedResponse) {
        guard claim(prepared.status) else { return }
        answer = .complete
        answerBytes = method == .head ? 0 : prepared.bodyCount
        connection.append(prepared, for: self)
    }

    /// Answers with a problem in the configured rendering.
    package func respond(_ problem: HTTPProblem) {
        let response = connection.server.configuration.renderProblem(
            problem,
            requestID,
            field(.acceptLanguage)
        )
        respond(response.status, fields: response.fields, body: response.body)
    }

    /// Starts an answer whose length is not known. The deadline no longer applies: each `write`
    /// waits for the client instead, up to the write timeout.
    package func start(_ status: HTTPStatus, fields: HTTPFields = HTTPFields()) {
        guard claim(status) else { return }
        answer = .streaming
        connection.deadlines.answer = .never
        let isChunked = version == .http11
        if !isChunked { keepsAlive = false }  // HTTP/1.0: the end of the connection is the end.
        connection.append(status, fields, framing: isChunked ? .chunked : .none, for: self)
    }

    /// Sends a part of the body; waits while the client is slower.
    ///
    /// Throws when nobody listens any more: the connection is lost.
    package func write(_ bytes: [UInt8]) async throws(HTTPStreamError) {
        guard answer == .streaming, !isAbandoned else { throw HTTPStreamError() }
        guard method != .head else { return }
        answerBytes += bytes.count
        if version == .http11 {
            connection.appendChunk(bytes)
        } else {
            connection.append(bytes)
        }
        if connection.isOutputLarge { await connection.relieveOutput() }
        if isAbandoned { throw HTTPStreamError() }
    }

    /// Ends a streamed answer. Without it the client sees a broken one.
    package func finish(trailers: HTTPFields = HTTPFields()) {
        guard answer == .streaming else { return }
        answer = .complete
        if method != .head, version == .http11 { connection.appendLastChunk(trailers) }
    }

    /// Whether the handler may answer now; at most once.
    private func claim(_ status: HTTPStatus) -> Bool {
        switch answer {
        case .pending:
            self.status = status
            return true
        case .discarded:
            return false
        case .streaming, .complete:
            preconditionFailure("a request is answered once")
        }
    }
}

/// A streamed answer cannot reach the client any more.
package struct HTTPStreamError: Error, Sendable, Hashable {}

/// Why a request's body could not be read. The connection ends with the answer.
package struct HTTPBodyError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case tooLarge = "too_large"
        /// The client was too slow.
        case timeout
        /// The framing is broken.
        case malformed
        /// The client left before the end.
        case disconnected
    }

    package let code: Code
    /// What the server answers unless the handler does.
    package let problem: HTTPProblem

    init(_ code: Code, _ problem: HTTPProblem) {
        self.code = code
        self.problem = problem
    }
}
