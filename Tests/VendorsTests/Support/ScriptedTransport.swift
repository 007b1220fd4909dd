import HTTP
import PaymentCore
import Synchronization
import Vendors

/// Answers one request after the other, the last answer to all that follow, and remembers what it
/// was sent.
final class ScriptedTransport: HTTPTransport {
    private let results: [Result<HTTPResponse, HTTPTransportError>]
    private let log = Mutex<[(request: HTTPRequest, options: HTTPSendOptions)]>([])

    /// At least one.
    init(_ results: [Result<HTTPResponse, HTTPTransportError>]) {
        self.results = results
    }

    convenience init(_ responses: [HTTPResponse]) {
        self.init(responses.map { .success($0) })
    }

    convenience init(_ response: HTTPResponse) {
        self.init([response])
    }

    /// Fails once `responses` are used up.
    convenience init(
        after responses: [HTTPResponse] = [],
        _ code: HTTPTransportError.Code,
        mayHaveReachedPeer: Bool
    ) {
        let failure = HTTPTransportError(
            code: code,
            message: "scripted",
            requestMayHaveReachedPeer: mayHaveReachedPeer
        )
        self.init(responses.map { .success($0) } + [.failure(failure)])
    }

    var sent: [(request: HTTPRequest, options: HTTPSendOptions)] { log.withLock { $0 } }

    func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        let index = log.withLock { log in
            log.append((request, options))
            return min(log.count, results.count) - 1
        }
        return try results[index].get()
    }
}

/// Collects what a client reports.
final class CallLog: VendorObserver {
    private let log = Mutex<[VendorCall]>([])

    var calls: [VendorCall] { log.withLock { $0 } }

    func called(_ call: VendorCall) {
        log.withLock { $0.append(call) }
    }
}
