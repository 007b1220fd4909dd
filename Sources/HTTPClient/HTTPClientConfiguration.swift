/// What holds for every request of one client.
package struct HTTPClientConfiguration: Sendable {
    /// Connections kept open for reuse. Fewer than run at once means handshakes without need.
    package var maximumIdleConnections = 256
    /// Requests in flight; one more fails at once, unsent.
    package var maximumRequests = 4_096
    /// Idle connections older than this are not reused, in whole seconds. Servers close them after
    /// five seconds to a few minutes, and a request that crosses such a close has no known outcome.
    package var idleSeconds = 30
    /// A PEM file with authorities to trust besides the system's.
    package var authorityFile: String?
    /// The certificate to show when a server asks for one.
    package var clientCertificate: ClientCertificate?
    /// Where to find a proxy.
    package var proxy = Proxy.environment
    /// Which addresses may be connected to.
    package var addresses = AddressPolicy.any
    /// Bytes of header lines that a response may have.
    package var maximumHeaderBytes = 64 << 10

    /// PEM files, readable by the process; the key without passphrase.
    package struct ClientCertificate: Sendable, Hashable {
        package var chainFile: String
        package var keyFile: String

        package init(chainFile: String, keyFile: String) {
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    package enum Proxy: Sendable, Hashable {
        /// `http_proxy`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, as curl reads them.
        case environment
        /// Always connect directly.
        case none
    }

    package init() {}
}
