import HTTP
import PaymentCore
import Synchronization
import Vendors

/// Answers every request the same way and remembers what it was sent.
final class ScriptedTransport: HTTPTransport {
    private let result: Result<HTTPResponse, HTTPTransportError>
    private let log = Mutex<[(request: HTTPRequest, options: HTTPSendOptions)]>([])

    init(_ result: Result<HTTPResponse, HTTPTransportError>) {
        self.result = result
    }

    convenience init(_ response: HTTPResponse) {
        self.init(.success(response))
    }

    convenience init(_ code: HTTPTransportError.Code, mayHaveReachedPeer: Bool) {
        self.init(
            .failure(
                HTTPTransportError(
                    code: code,
                    message: "scripted",
                    requestMayHaveReachedPeer: mayHaveReachedPeer
                )
            )
        )
    }

    var sent: [(request: HTTPRequest, options: HTTPSendOptions)] { log.withLock { $0 } }

    func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        log.withLock { $0.append((request, options)) }
        return try result.get()
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
