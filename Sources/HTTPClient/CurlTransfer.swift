internal import CLibcurl
import HTTP

/// One request and its response: libcurl's easy handle and what it has brought so far.
@safe final class CurlTransfer: @unchecked Sendable {
    // Safe because: touched only on its client's loop.
    let easy: UnsafeMutableRawPointer
    private let fields: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    let addresses: AddressPolicy
    private var collector: ResponseCollector
    private var refusal: ResponseCollector.Refusal?
    /// Whether the peer has an address that the client must not connect to.
    var refusedAddress = false
    /// Whether libcurl was about to write the request to a connection.
    private var requestBegan = false
    private var continuation: UnsafeContinuation<Result<HTTPResponse, HTTPTransportError>, Never>?

    /// Prepares a handle; throws `invalidRequest` when the request cannot be sent as it is.
    init(
        _ request: HTTPRequest,
        options: HTTPSendOptions,
        configuration: HTTPClientConfiguration
    ) throws(HTTPTransportError) {
        try request.checkSendable()
        guard let easy = unsafe curl_easy_init() else {
            throw .unsent(.connect, "out of memory")
        }
        unsafe self.easy = easy
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe fields = request.makeFieldList()
        addresses = configuration.addresses
        collector = ResponseCollector(
            maximumHeaderBytes: configuration.maximumHeaderBytes,
            maximumBodyBytes: options.maximumResponseBytes
        )
        unsafe easy.setPolicy(configuration)
        unsafe easy.setLimits(options)
        unsafe easy.setMessage(request, fields: fields)
        unsafe curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        installCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(fields)
        unsafe errorText.deallocate()
    }

    /// The transfer that a handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer?) -> CurlTransfer? {
        var pointer: UnsafeMutableRawPointer?
        unsafe curl_get_pointer(easy, CURLINFO_PRIVATE, &pointer)
        return unsafe pointer.map { unsafe Self.from($0) }
    }

    /// Calls `start` and suspends until one of the `finish` methods.
    func outcome(
        _ start: () -> Void
    ) async -> Result<HTTPResponse, HTTPTransportError> {
        unsafe await withUnsafeContinuation { continuation in
            unsafe self.continuation = continuation
            start()
        }
    }

    // MARK: Its end

    func finish(_ result: CURLcode) {
        if let refusal {
            finish(failure(refusal.code, refusal.message))
        } else if result == CURLE_ABORTED_BY_CALLBACK {
            finish(failure(.closed, "the connection ended before the response; not sent again"))
        } else if result != CURLE_OK {
            finish(failure(.init(result, requestBegan: requestBegan), message(of: result)))
        } else if let response = collector.finish() {
            finish(.success(response))
        } else {
            finish(failure(.invalidResponse, "the response has no status"))
        }
    }

    func finishCancelled() {
        finish(failure(.cancelled, "cancelled"))
    }

    private func finish(_ outcome: Result<HTTPResponse, HTTPTransportError>) {
        guard let waiting = unsafe continuation.take() else { return }
        unsafe waiting.resume(returning: outcome)
    }

    private func failure(
        _ code: HTTPTransportError.Code,
        _ message: String
    ) -> Result<HTTPResponse, HTTPTransportError> {
        .failure(
            HTTPTransportError(
                code: code,
                message: message,
                requestMayHaveReachedPeer: requestBegan
            )
        )
    }

    private func message(of result: CURLcode) -> String {
        if refusedAddress, result == CURLE_COULDNT_CONNECT {
            return "the address is not a public one"
        }
        let detail = unsafe String(cString: errorText)
        return detail.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : detail
    }

    // MARK: What libcurl calls

    private func installCallbacks() {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe curl_set_pointer(easy, CURLOPT_PRIVATE, this)
        unsafe curl_set_pointer(easy, CURLOPT_HEADERDATA, this)
        unsafe curl_set_data_function(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, this in
            unsafe CurlTransfer.from(this).receivedHeader(bytes, count)
        }
        unsafe curl_set_pointer(easy, CURLOPT_WRITEDATA, this)
        unsafe curl_set_data_function(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, this in
            unsafe CurlTransfer.from(this).receivedBody(bytes, count)
        }
        unsafe curl_set_pointer(easy, CURLOPT_PREREQDATA, this)
        unsafe curl_set_before_request_function(easy) { this, _, _, _, _ in
            unsafe CurlTransfer.from(this).mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        unsafe curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this)
        unsafe curl_set_open_socket_function(easy) { this, _, address in
            guard let address = unsafe address else { return CURL_SOCKET_BAD }
            return unsafe CurlTransfer.from(this).openSocket(address)
        }
    }

    /// Called with a connection in hand, right before the request is written to it. The second call
    /// of a transfer is libcurl repeating the request, since a kept connection died: refused,
    /// because the peer may have acted on the first copy.
    private func mayBegin() -> Bool {
        guard !requestBegan else { return false }
        requestBegan = true
        return true
    }

    /// Returns the bytes taken; any other number than `count` ends the transfer.
    private func receivedHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = unsafe String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count),
            as: UTF8.self
        )
        return take(count) { collector throws(ResponseCollector.Refusal) in
            try collector.appendHeader(line)
        }
    }

    private func receivedBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        take(count) { collector throws(ResponseCollector.Refusal) in
            try unsafe collector.appendBody(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    private func take(
        _ count: Int,
        _ append: (inout ResponseCollector) throws(ResponseCollector.Refusal) -> Void
    ) -> Int {
        do throws(ResponseCollector.Refusal) {
            try append(&collector)
            return count
        } catch {
            refusal = error
            return count == 0 ? 1 : 0
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer {
        guard let pointer = unsafe pointer else { preconditionFailure("libcurl lost our pointer") }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
    }
}
