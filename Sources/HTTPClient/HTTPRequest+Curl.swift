internal import CLibcurl
import HTTP

extension HTTPRequest {
    /// Fields that frame the message or steer the connection; they follow from the body and the
    /// options, and a second opinion would be request smuggling.
    private static let ownFields: Set<HTTPFieldName> = [
        .contentLength, .transferEncoding, .connection, .expect, "Keep-Alive", "Upgrade", "TE",
        "Trailer", "Proxy-Connection",
    ]

    /// Throws `invalidRequest` for what libcurl would cut short or send in another shape.
    func checkSendable() throws(HTTPTransportError) {
        guard url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .unsent(.invalidRequest, "the URL has characters that must be percent-encoded")
        }
        guard method != .connect else {
            throw .unsent(.invalidRequest, "CONNECT is for proxies")
        }
        guard method != .head || body.isEmpty else {
            throw .unsent(.invalidRequest, "a HEAD request has no body")
        }
        for field in fields.all where Self.ownFields.contains(field.name) {
            throw .unsent(.invalidRequest, "the field \(field.name) is set by the client")
        }
    }

    /// The header lines; freed by the caller.
    func makeFieldList() -> UnsafeMutablePointer<curl_slist>? {
        // No wait for `100 Continue`, and no type that nobody gave: a line that ends at the colon
        // takes out what libcurl would add.
        var list = unsafe curl_slist_append(nil, "Expect:")
        if fields[.contentType] == nil { unsafe list = curl_slist_append(list, "Content-Type:") }
        for field in fields.all {
            // An empty value is written with a semicolon, or it would take the field out.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            unsafe list = curl_slist_append(list, line)
        }
        return unsafe list
    }
}
