package import HTTP
package import Reactor

/// Sends requests over HTTP/1.1 with libcurl on one loop; connections are kept and reused.
///
/// TLS is always verified, redirects are not followed, a request is never sent twice: where libcurl
/// would repeat one because a kept connection died, the outcome is `closed` and unknown instead.
/// Names are resolved on threads of libcurl's own.
package final class HTTPClient: HTTPTransport, @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let loop: EventLoop
    private let configuration: HTTPClientConfiguration
    private let multi: CurlMulti
    private var isClosed = false

    /// A client for tasks of `loop`; opens nothing yet.
    ///
    /// Throws `invalidRequest` when a file that the configuration names cannot be read.
    package init(
        loop: EventLoop,
        configuration: HTTPClientConfiguration = HTTPClientConfiguration()
    ) throws(HTTPTransportError) {
        try configuration.checkFiles()
        self.loop = loop
        self.configuration = configuration
        multi = CurlMulti(loop: loop, maximumIdleConnections: configuration.maximumIdleConnections)
    }

    /// Requests that wait for their response.
    package var requestsInFlight: Int {
        loop.preconditionOnLoop()
        return multi.transferCount
    }

    package func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        loop.preconditionOnLoop()
        guard !isClosed, !Task.isCancelled else { throw .unsent(.cancelled, "not sent: cancelled") }
        guard multi.transferCount < configuration.maximumRequests else {
            throw .unsent(.connect, "too many requests in flight")
        }
        let transfer = try CurlTransfer(request, options: options, configuration: configuration)
        let outcome = await withTaskCancellationHandler {
            await multi.run(transfer)
        } onCancel: {
            loop.execute { [multi] in multi.cancel(transfer) }
        }
        return try outcome.get()
    }

    /// Ends every request in flight as `cancelled` and closes all connections. Call it on the loop.
    package func close() {
        loop.preconditionOnLoop()
        isClosed = true
        multi.close()
    }
}
