internal import HTTP
internal import HTTPServer

// What the HTTP server says by itself, in the API's words.
extension Problem {
    init(_ problem: HTTPProblem) {
        let code: ProblemCode =
            switch problem.status.code {
            case 404: .endpointNotFound
            case 405: .methodNotAllowed
            case 408: .requestTimeout
            case 413: .bodyTooLarge
            case 414: .targetTooLong
            case 417: .expectationFailed
            case 431: .fieldsTooLarge
            case 501: .notImplemented
            case 503: .unavailable
            case 504: .deadlineExceeded
            case 505: .versionNotSupported
            case 500...599: .internalError
            default: .malformedRequest
            }
        self.init(
            code,
            ["reason": problem.code],
            retryAfter: code == .unavailable ? .seconds(1) : nil,
            allow: problem.fields[.allow],
            cause: problem.code
        )
    }
}
