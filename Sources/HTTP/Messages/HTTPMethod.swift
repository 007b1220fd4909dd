/// A request method: a case-sensitive token (RFC 9110 section 9.1).
///
/// Every valid token is a method, known or not; what a resource allows is the router's business.
package struct HTTPMethod: Sendable, Hashable {
    package let rawValue: String

    /// A method spelled by `text`, or nil when that is not a token.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy(ASCII.isToken), !text.isEmpty else { return nil }
        rawValue = text
    }

    /// For spellings that are known to be tokens.
    init(token: String) {
        rawValue = token
    }

    package static let get = HTTPMethod(token: "GET")
    package static let head = HTTPMethod(token: "HEAD")
    package static let post = HTTPMethod(token: "POST")
    package static let put = HTTPMethod(token: "PUT")
    package static let patch = HTTPMethod(token: "PATCH")
    package static let delete = HTTPMethod(token: "DELETE")
    package static let options = HTTPMethod(token: "OPTIONS")
    package static let connect = HTTPMethod(token: "CONNECT")
    package static let trace = HTTPMethod(token: "TRACE")
}

extension HTTPMethod: CustomStringConvertible {
    package var description: String { rawValue }
}
