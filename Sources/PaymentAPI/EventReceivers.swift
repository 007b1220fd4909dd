package import PaymentCore

/// Signed HTTP to receivers, as far as the API needs it itself.
package protocol EventReceivers: Sendable {
    /// Whether a receiver may be reached without TLS: in development.
    var allowsPlainHTTP: Bool { get }
    func makeSecret() -> VendorToken
    /// Sends one document now; answers with the receiver's status, or why there is none.
    func send(
        _ body: [UInt8],
        id: String,
        to url: String,
        secrets: [VendorToken]
    ) async -> (status: Int?, error: String?)
}
