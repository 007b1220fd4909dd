package import HTTP

/// An error answer of the server itself, in the words of RFC 9457.
package struct HTTPProblem: Error, Sendable, Hashable {
    package let status: HTTPStatus
    /// A constant short form, fit for clients to compare and for metric labels.
    package let code: String
    /// For people; constant text, never anything from the request.
    package let detail: String
    /// What belongs with the body, such as `Allow`.
    package let fields: HTTPFields

    package init(
        _ status: HTTPStatus,
        code: String,
        detail: String,
        fields: HTTPFields = HTTPFields()
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
    }

    /// The answer as `application/problem+json`.
    package func response() -> HTTPResponse {
        var fields = fields
        fields.append(.contentType, "application/problem+json")
        let members = [
            ("type", quoted("about:blank")), ("title", quoted(status.reason)),
            ("status", String(status.code)), ("code", quoted(code)), ("detail", quoted(detail)),
        ]
        let body = "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        return HTTPResponse(status: status, fields: fields, body: Array(body.utf8))
    }

    private func quoted(_ text: String) -> String {
        precondition(
            text.utf8.allSatisfy {
                $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            },
            "a problem's texts are constants that need no escaping"
        )
        return "\"\(text)\""
    }
}

extension HTTPProblem {
    package static let requestTimeout = HTTPProblem(
        .requestTimeout,
        code: "request_timeout",
        detail: "The request did not arrive in time."
    )
    package static let bodyTooLarge = HTTPProblem(
        .contentTooLarge,
        code: "content_too_large",
        detail: "The request body is larger than allowed."
    )
    package static let methodNotImplemented = HTTPProblem(
        .notImplemented,
        code: "method_not_implemented",
        detail: "This server is not a proxy."
    )
    package static let handlerFailed = HTTPProblem(
        .internalServerError,
        code: "internal_error",
        detail: "The request was not answered."
    )
    package static let overloaded = HTTPProblem(
        .serviceUnavailable,
        code: "too_many_connections",
        detail: "The server has as many connections as it may hold.",
        fields: [.retryAfter: "1"]
    )
    package static let deadlinePassed = HTTPProblem(
        .gatewayTimeout,
        code: "deadline_exceeded",
        detail: "The answer did not come in time; what was asked may still happen."
    )
    package static let notFound = HTTPProblem(
        .notFound,
        code: "not_found",
        detail: "There is nothing at this path."
    )

    /// The path exists, but not for this method (RFC 9110 section 15.5.6).
    package static func methodNotAllowed(allow: String) -> HTTPProblem {
        HTTPProblem(
            .methodNotAllowed,
            code: "method_not_allowed",
            detail: "This path does not know the method.",
            fields: [.allow: allow]
        )
    }
}
