internal import CLibcurl
import Glibc
import HTTP

extension HTTPClientConfiguration {
    /// The system's authorities as one file, which libcurl parses once for all connections.
    fileprivate static let systemAuthorityFile = "/etc/ssl/certs/ca-certificates.crt"
    /// The same by their hashes: a handshake reads the one it needs, but nothing is kept.
    fileprivate static let systemAuthorityFolder = "/etc/ssl/certs"

    /// A wrong path must stop the start, not the first payment.
    func checkFiles() throws(HTTPTransportError) {
        let files = [authorityFile, clientCertificate?.chainFile, clientCertificate?.keyFile]
        for file in files.compactMap(\.self) where unsafe access(file, R_OK) != 0 {
            throw .unsent(.invalidRequest, "cannot read the file \(file)")
        }
    }
}

/// An easy handle's options. Setting one fails only for a libcurl built without the feature or
/// without memory; either is a broken installation, and no request may go out half configured.
extension UnsafeMutableRawPointer {
    private func set(_ option: CURLoption, _ value: Int) {
        unsafe Self.check(curl_set_long(self, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) {
        unsafe Self.check(curl_set_string(self, option, value))
    }

    private static func check(_ result: CURLcode) {
        precondition(result == CURLE_OK, "libcurl lacks an option that this client relies on")
    }

    /// What never differs between two requests of a client.
    func setPolicy(_ configuration: HTTPClientConfiguration) {
        unsafe set(CURLOPT_NOSIGNAL, 1)
        unsafe set(CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        unsafe set(CURLOPT_FOLLOWLOCATION, 0)
        unsafe set(CURLOPT_PATH_AS_IS, 1)
        unsafe set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        unsafe set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        unsafe set(CURLOPT_MAXAGE_CONN, configuration.idleSeconds)
        // A name server that does not answer must not hold the loop when the deadline has passed:
        // the resolver's thread ends by itself later.
        unsafe set(CURLOPT_QUICK_EXIT, 1)
        // Per transfer, so kept small; the defaults of 16 and 64 KiB would be most of its memory.
        unsafe set(CURLOPT_BUFFERSIZE, 2_048)
        unsafe set(CURLOPT_UPLOAD_BUFFERSIZE, 16_384)
        if configuration.proxy == .none { unsafe set(CURLOPT_PROXY, "") }

        unsafe set(CURLOPT_SSL_VERIFYPEER, 1)
        unsafe set(CURLOPT_SSL_VERIFYHOST, 2)
        unsafe set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.authorityFile {
            unsafe set(CURLOPT_CAINFO, file)
            unsafe set(CURLOPT_CAPATH, HTTPClientConfiguration.systemAuthorityFolder)
        } else {
            // Without a folder, or libcurl would parse the file again for each connection.
            unsafe set(CURLOPT_CAINFO, HTTPClientConfiguration.systemAuthorityFile)
            unsafe set(CURLOPT_CAPATH, nil)
            unsafe set(CURLOPT_CA_CACHE_TIMEOUT, 3_600)
        }
        if let certificate = configuration.clientCertificate {
            unsafe set(CURLOPT_SSLCERT, certificate.chainFile)
            unsafe set(CURLOPT_SSLKEY, certificate.keyFile)
        }
    }

    func setLimits(_ options: HTTPSendOptions) {
        unsafe set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.wholeMilliseconds)
        unsafe set(CURLOPT_TIMEOUT_MS, options.totalTimeout.wholeMilliseconds)
        unsafe set(CURLOPT_FRESH_CONNECT, options.freshConnection ? 1 : 0)
    }

    /// - Parameter fields: Stays with the caller, until the handle is gone.
    func setMessage(_ request: HTTPRequest, fields: UnsafeMutablePointer<curl_slist>?) {
        unsafe set(CURLOPT_URL, request.url)
        unsafe Self.check(curl_set_pointer(self, CURLOPT_HTTPHEADER, fields))
        let mayLackBody = [.get, .head, .delete, .options, .trace].contains(request.method)
        if request.method == .head {
            unsafe set(CURLOPT_NOBODY, 1)
        } else if !request.body.isEmpty || !mayLackBody {
            // Copied; the size comes first, or libcurl would look for a NUL byte.
            let count = request.body.count
            unsafe Self.check(
                curl_set_offset(self, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count))
            )
            unsafe request.body.withUnsafeBytes { bytes in
                let start = count == 0 ? UnsafeRawPointer(self) : bytes.baseAddress
                unsafe Self.check(curl_set_pointer(self, CURLOPT_COPYPOSTFIELDS, start))
            }
        }
        // By itself libcurl says HEAD without a body, POST with one, and else GET.
        let isImplied =
            request.method == .head || request.method == .post
            || (request.method == .get && request.body.isEmpty)
        if !isImplied { unsafe set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }
}

extension Duration {
    /// Rounded up, at least one: libcurl takes zero for "no limit".
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(1, Int(clamping: min(seconds, 86_400) * 1_000 + part))
    }
}
