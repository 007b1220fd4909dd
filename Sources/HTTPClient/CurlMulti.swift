internal import CLibcurl
import HTTP
import Reactor

/// libcurl's multi handle, driven by a loop: sockets by level-triggered watches, time by one timer.
///
/// libcurl may be entered from the loop only, never from one of its own callbacks; both callbacks
/// below therefore only take notes, and the loop acts on them.
@safe final class CurlMulti: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let loop: EventLoop
    private let handle: UnsafeMutableRawPointer
    private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
    private var watches: [Int32: Watch] = [:]
    private var timer: Timer?

    init(loop: EventLoop, maximumIdleConnections: Int) {
        self.loop = loop
        unsafe handle = Self.makeHandle()
        unsafe curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, maximumIdleConnections)
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe curl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, this)
        unsafe curl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, this)
        unsafe curl_multi_set_socket_function(handle) { _, socket, wanted, this, known in
            unsafe CurlMulti.from(this).watch(socket, wanted, isNew: known == nil)
            return 0
        }
        unsafe curl_multi_set_timer_function(handle) { _, milliseconds, this in
            unsafe CurlMulti.from(this).setTimer(milliseconds)
            return 0
        }
        timer = loop.makeTimer { [weak self] in self?.timerFired() }
    }

    deinit {
        // No transfer is left, each holds this object, and idle connections have no watch: there is
        // nothing to report, and this may not be the loop's thread.
        unsafe curl_multi_set_socket_function(handle, nil)
        unsafe curl_multi_set_timer_function(handle, nil)
        unsafe curl_multi_cleanup(handle)
    }

    var transferCount: Int { transfers.count }

    /// Starts `transfer` and waits for its end.
    func run(
        _ transfer: CurlTransfer
    ) async -> Result<HTTPResponse, HTTPTransportError> {
        await transfer.outcome {
            transfers[ObjectIdentifier(transfer)] = transfer
            // Asks for the timer, at zero: the transfer begins in the loop's next turn.
            unsafe curl_multi_add_handle(handle, transfer.easy)
        }
    }

    /// Ends `transfer`, unless it has ended.
    func cancel(_ transfer: CurlTransfer) {
        loop.preconditionOnLoop()
        guard transfers[ObjectIdentifier(transfer)] != nil else { return }
        remove(transfer)
        transfer.finishCancelled()
    }

    func close() {
        for transfer in transfers.values { cancel(transfer) }
        for watch in watches.values { watch.cancel() }
        watches.removeAll()
        timer?.cancel()
    }

    // MARK: What libcurl asks for

    /// - Parameter isNew: libcurl sees this socket for the first time; a watch that is still there
    ///   belongs to a closed one of the same number.
    private func watch(_ socket: curl_socket_t, _ wanted: Int32, isNew: Bool) {
        if isNew { watches.removeValue(forKey: socket)?.cancel() }
        let interest: Interest
        switch wanted {
        case CURL_POLL_IN: interest = .readable
        case CURL_POLL_OUT: interest = .writable
        case CURL_POLL_INOUT: interest = [.readable, .writable]
        default:
            watches.removeValue(forKey: socket)?.cancel()
            return
        }
        do throws(SystemError) {
            if let watch = watches[socket] {
                try watch.update(interest)
            } else {
                watches[socket] = try loop.watch(socket, interest) { [weak self] readiness in
                    self?.socketIsReady(socket, readiness)
                }
                // Handed back as `known` as long as libcurl means the same socket.
                unsafe curl_multi_assign(handle, socket, handle)
            }
        } catch {
            // The process is out of kernel memory for epoll; the transfer's deadline ends it.
            watches.removeValue(forKey: socket)?.cancel()
        }
    }

    private func setTimer(_ milliseconds: Int) {
        guard milliseconds >= 0 else {
            timer?.cancel()
            return
        }
        // From the true time: the loop's is as old as the turn, and libcurl takes no early call.
        timer?.schedule(at: .now.advanced(by: .milliseconds(milliseconds)))
    }

    // MARK: What the loop reports

    private func socketIsReady(_ socket: curl_socket_t, _ readiness: Readiness) {
        var mask: Int32 = 0
        if readiness.contains(.readable) { mask |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { mask |= CURL_CSELECT_OUT }
        if !readiness.isDisjoint(with: [.hangUp, .error]) { mask |= CURL_CSELECT_ERR }
        act(on: socket, mask)
    }

    private func timerFired() {
        act(on: CURL_SOCKET_TIMEOUT, 0)
        guard timer?.isPending == false else { return }
        // When the call came a moment early, libcurl does not set the same timer again by itself.
        var milliseconds = -1
        unsafe curl_multi_timeout(handle, &milliseconds)
        if milliseconds >= 0 { setTimer(max(1, milliseconds)) }
    }

    private func act(on socket: curl_socket_t, _ mask: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(handle, socket, mask, &running)
        collectFinished()
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            // Read before the handle is removed: the message dies with it.
            let result = unsafe curl_message_result(message)
            guard let transfer = unsafe CurlTransfer.of(message.pointee.easy_handle) else {
                continue
            }
            remove(transfer)
            transfer.finish(result)
        }
    }

    private func remove(_ transfer: CurlTransfer) {
        unsafe curl_multi_remove_handle(handle, transfer.easy)
        transfers.removeValue(forKey: ObjectIdentifier(transfer))
    }

    // MARK: Handles

    private static func makeHandle() -> UnsafeMutableRawPointer {
        precondition(isCurlReady, "libcurl could not be initialised")
        guard let handle = unsafe curl_multi_init() else { fatalError("out of memory") }
        return unsafe handle
    }

    /// Process-wide initialisation, once.
    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlMulti {
        guard let pointer = unsafe pointer else { preconditionFailure("libcurl lost our pointer") }
        return unsafe Unmanaged<CurlMulti>.fromOpaque(pointer).takeUnretainedValue()
    }
}
