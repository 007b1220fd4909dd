internal import CLibcurl
import HTTP

extension HTTPTransportError {
    /// A request of which nothing was sent.
    static func unsent(_ code: Code, _ message: String) -> HTTPTransportError {
        HTTPTransportError(code: code, message: message, requestMayHaveReachedPeer: false)
    }
}

extension HTTPTransportError.Code {
    /// What libcurl's result means, given whether the request had begun to be sent.
    init(_ result: CURLcode, requestBegan: Bool) {
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            self = .timeout
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
            CURLE_PROXY:
            self = .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT:
            self = .tls
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED:
            // A login is denied here when the URL has one.
            self = .invalidRequest
        case CURLE_UNSUPPORTED_PROTOCOL:
            // The scheme of the request, or an answer that begins like no HTTP/1 response.
            self = requestBegan ? .invalidResponse : .invalidRequest
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self = .invalidResponse
        default:
            self = requestBegan ? .closed : .connect
        }
    }
}
