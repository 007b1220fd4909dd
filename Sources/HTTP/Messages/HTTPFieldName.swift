/// A field name: a token, compared without regard to case (RFC 9110 section 5.1).
///
/// It keeps the spelling it was made with and writes that.
package struct HTTPFieldName: Sendable {
    package let spelling: String

    /// A name spelled by `text`, or nil when that is not a token.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy(ASCII.isToken), !text.isEmpty else { return nil }
        spelling = text
    }

    /// For spellings that are known to be tokens.
    init(token: String) {
        spelling = token
    }
}

extension HTTPFieldName: Hashable {
    package static func == (one: HTTPFieldName, other: HTTPFieldName) -> Bool {
        let (left, right) = (one.spelling.utf8, other.spelling.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    package func hash(into hasher: inout Hasher) {
        for byte in spelling.utf8 { hasher.combine(ASCII.lowercased(byte)) }
    }
}

extension HTTPFieldName: ExpressibleByStringLiteral {
    /// A name written in the source: one that is not a token is a mistake of ours.
    package init(stringLiteral text: String) {
        precondition(
            text.utf8.allSatisfy(ASCII.isToken) && !text.isEmpty,
            "a field name is a token"
        )
        spelling = text
    }
}

extension HTTPFieldName: CustomStringConvertible {
    package var description: String { spelling }
}

extension HTTPFieldName {
    package static let accept = HTTPFieldName(token: "Accept")
    package static let acceptLanguage = HTTPFieldName(token: "Accept-Language")
    package static let allow = HTTPFieldName(token: "Allow")
    package static let authorization = HTTPFieldName(token: "Authorization")
    package static let cacheControl = HTTPFieldName(token: "Cache-Control")
    package static let connection = HTTPFieldName(token: "Connection")
    package static let contentEncoding = HTTPFieldName(token: "Content-Encoding")
    package static let contentLength = HTTPFieldName(token: "Content-Length")
    package static let contentType = HTTPFieldName(token: "Content-Type")
    package static let date = HTTPFieldName(token: "Date")
    package static let expect = HTTPFieldName(token: "Expect")
    package static let gatewayActor = HTTPFieldName(token: "Gateway-Actor")
    package static let host = HTTPFieldName(token: "Host")
    package static let idempotencyKey = HTTPFieldName(token: "Idempotency-Key")
    package static let idempotentReplayed = HTTPFieldName(token: "Idempotent-Replayed")
    package static let location = HTTPFieldName(token: "Location")
    package static let retryAfter = HTTPFieldName(token: "Retry-After")
    package static let server = HTTPFieldName(token: "Server")
    package static let tenantID = HTTPFieldName(token: "Tenant-Id")
    package static let traceparent = HTTPFieldName(token: "traceparent")
    package static let tracestate = HTTPFieldName(token: "tracestate")
    package static let trailer = HTTPFieldName(token: "Trailer")
    package static let transferEncoding = HTTPFieldName(token: "Transfer-Encoding")
    package static let userAgent = HTTPFieldName(token: "User-Agent")
    package static let wwwAuthenticate = HTTPFieldName(token: "WWW-Authenticate")
    package static let requestID = HTTPFieldName(token: "X-Request-Id")
}
