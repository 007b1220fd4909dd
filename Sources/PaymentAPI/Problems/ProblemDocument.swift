internal import HTTP
internal import JSON
internal import PaymentCore

// The one place where a problem gets its status and its document (RFC 9457).
extension ProblemCode {
    /// The HTTP status.
    var status: HTTPStatus {
        switch self {
        case .malformedRequest, .malformedJSON, .malformedQuery, .tenantRequired,
            .idempotencyKeyRequired, .idempotencyKeyMalformed, .signatureInvalid:
            .badRequest
        case .unauthenticated: .unauthorized
        case .paymentDeclined: .paymentRequired
        case .permissionDenied, .tenantSuspended, .secondPersonRequired, .addressNotAllowed:
            .forbidden
        case .endpointNotFound, .notFound, .tenantNotFound, .accountNotNamed: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .idempotencyKeyInUse, .stateConflict, .movementInProgress, .vendorConflict,
            .alreadyExists, .versionConflict:
            .conflict
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .unsupportedMediaType: .unsupportedMediaType
        case .expectationFailed: .expectationFailed
        case .validationFailed, .cardDataNotAccepted, .filterTooBroad, .idempotencyKeyReused,
            .amountExceedsLimit, .amountMismatch, .notSupported, .methodRequired,
            .methodNotUsable, .cashOnly, .payerUnknown,
            .noMerchantAccount, .ambiguousMerchantAccount, .noRoute,
            .rateMissing, .ledgerLimitExceeded, .vendorRejected:
            .unprocessableContent
        case .rateLimited: .tooManyRequests
        case .fieldsTooLarge: .requestHeaderFieldsTooLarge
        case .internalError: .internalServerError
        case .notImplemented: .notImplemented
        case .vendorUnavailable, .vendorUnknown, .gatewayMisconfigured, .unavailable:
            .serviceUnavailable
        case .deadlineExceeded: .gatewayTimeout
        case .versionNotSupported: .versionNotSupported
        }
    }
}

extension Problem {
    var status: HTTPStatus { ownStatus.map { HTTPStatus($0) } ?? code.status }
}

/// Writes problems in the caller's language.
package struct ProblemWriter: Sendable {
    /// What `type` begins with; the code follows.
    package let typeBase: String

    package init(typeBase: String) {
        self.typeBase = typeBase
    }

    /// The document; `members` adds members of the problem's own type behind the common ones.
    func document(
        _ problem: Problem,
        requestID: String,
        language: Language,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) -> [UInt8] {
        let text = problem.code.text(in: language)
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.member("type", typeBase + problem.code.rawValue)
            $0.member("title", text.title)
            $0.member("status", problem.status.code)
            $0.member("code", problem.code.rawValue)
            // The class tells the payer more than that it was declined.
            let detail = problem.decline?.class.text[language] ?? text.detail
            $0.member("detail", problem.arguments.filling(detail))
            if !problem.errors.isEmpty {
                $0.array("errors") { array in
                    for error in problem.errors.prefix(Self.maximumErrors) {
                        array.object {
                            $0.member("pointer", error.pointer)
                            $0.member("code", error.code.rawValue)
                            $0.member("message", error.message(in: language))
                        }
                    }
                }
            }
            $0.member("request_id", requestID)
            if let decline = problem.decline {
                $0.object("decline") { $0.members(of: decline, at: problem.declinedAt) }
            }
            members(&$0)
        }
        return writer.bytes
    }

    /// The whole answer.
    func answer(_ problem: Problem, requestID: String, language: Language) -> Answer {
        var answer = Answer(
            problem.status,
            document(problem, requestID: requestID, language: language),
            type: .problem
        )
        if let delay = problem.retryAfter {
            answer.fields.append(.retryAfter, "\(max(1, Int(delay.components.seconds)))")
        }
        if let allow = problem.allow { answer.fields.append(.allow, allow) }
        if problem.code == .unauthenticated {
            answer.fields.append(.wwwAuthenticate, "Bearer realm=\"payments\"")
        }
        answer.fields.append("Content-Language", language.rawValue)
        return answer
    }

    // A body can hold thousands of wrong fields; nobody reads the hundredth.
    private static let maximumErrors = 50
}
