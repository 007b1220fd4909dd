internal import CLibpq

/// The owner of one `PGconn`: a thin, typed face of libpq in non-blocking mode.
@safe final class Session {
    private let connection: OpaquePointer

    /// Begins to connect; nil when libpq has no memory.
    init?(connectingWith parameters: [(keyword: String, value: String)]) {
        let keywords = CStringArray(parameters.map(\.keyword))
        let values = CStringArray(parameters.map(\.value))
        let connection = unsafe keywords.withPointers { keywords in
            unsafe values.withPointers { values in unsafe PQconnectStartParams(keywords, values, 0)
            }
        }
        guard let connection = unsafe connection else { return nil }
        unsafe self.connection = unsafe connection
        // libpq would write notices to standard error.
        unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(connection) }

    var descriptor: Int32 { unsafe PQsocket(connection) }
    var isAlive: Bool { unsafe PQstatus(connection) == CONNECTION_OK }
    var hasFailedToStart: Bool { unsafe PQstatus(connection) == CONNECTION_BAD }
    var isInTransaction: Bool { unsafe PQtransactionStatus(connection) != PQTRANS_IDLE }
    var serverVersion: Int { unsafe Int(PQserverVersion(connection)) }

    /// libpq's words for the last failure of the connection itself, on one line.
    var errorMessage: String {
        let text = unsafe String(cString: PQerrorMessage(connection))
        return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    func pollConnecting() -> PostgresPollingStatusType { unsafe PQconnectPoll(connection) }

    // MARK: Modes

    func makeNonBlocking() -> Bool { unsafe PQsetnonblocking(connection, 1) == 0 }
    func enterPipelineMode() -> Bool { unsafe PQenterPipelineMode(connection) == 1 }
    func exitPipelineMode() -> Bool { unsafe PQexitPipelineMode(connection) == 1 }

    // MARK: Sending

    func sendPrepare(_ name: String, _ sql: String) -> Bool {
        unsafe PQsendPrepare(connection, name, sql, 0, nil) == 1
    }

    func sendPrepared(_ name: String, _ binds: EncodedBinds) -> Bool {
        unsafe binds.withPointers { count, values, lengths, formats in
            unsafe PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
        }
    }

    /// Parses and runs `sql` without a name.
    func sendOnce(_ sql: String, _ binds: EncodedBinds) -> Bool {
        unsafe binds.withPointers { count, values, lengths, formats in
            unsafe PQsendQueryParams(connection, sql, count, nil, values, lengths, formats, 1) == 1
        }
    }

    /// Sends a command outside pipeline mode.
    func sendSimple(_ sql: String) -> Bool { unsafe PQsendQuery(connection, sql) == 1 }

    func sendSync() -> Bool { unsafe PQpipelineSync(connection) == 1 }

    enum Flushing {
        case done
        /// The socket is full: flush again when it is writable.
        case pending
        case failed
    }

    func flush() -> Flushing {
        switch unsafe PQflush(connection) {
        case 0: .done
        case 1: .pending
        default: .failed
        }
    }

    // MARK: Receiving

    /// Reads what has arrived; false when the connection has ended.
    func consumeInput() -> Bool { unsafe PQconsumeInput(connection) == 1 }

    /// Whether `nextResult` would wait.
    var isBusy: Bool { unsafe PQisBusy(connection) == 1 }

    /// The next result; nil between the answers of two commands.
    func nextResult() -> ServerResult? {
        guard let result = unsafe PQgetResult(connection) else { return nil }
        return unsafe ServerResult(adopting: result)
    }

    // MARK: COPY

    enum Transfer<Value> {
        case done(Value)
        case wouldBlock
        /// No more: the command's own answer follows.
        case ended
        case failed
    }

    func putCopy(_ chunk: [UInt8]) -> Transfer<Void> {
        let sent = unsafe chunk.withUnsafeBytes { bytes in
            unsafe PQputCopyData(
                connection,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count)
            )
        }
        return switch sent {
        case 1: .done(())
        case 0: .wouldBlock
        default: .failed
        }
    }

    /// Ends the input: with a reason, the server rolls the COPY back.
    func endCopy(failing reason: String?) -> Transfer<Void> {
        let sent =
            if let reason {
                unsafe PQputCopyEnd(connection, reason)
            } else {
                unsafe PQputCopyEnd(connection, nil)
            }
        return switch sent {
        case 1: .done(())
        case 0: .wouldBlock
        default: .failed
        }
    }

    /// Appends the next row of output to `bytes`.
    func getCopy(into bytes: inout [UInt8]) -> Transfer<Void> {
        var row: UnsafeMutablePointer<CChar>?
        let count = unsafe PQgetCopyData(connection, &row, 1)
        switch count {
        case 0: return .wouldBlock
        case -1: return .ended
        case ..<0: return .failed
        default:
            defer { unsafe PQfreemem(row) }
            unsafe bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: row, count: Int(count))
            )
            return .done(())
        }
    }

    // MARK: Cancelling

    /// What another thread needs to ask the server to stop what this connection runs.
    func makeCancellation() -> Cancellation? {
        guard let cancel = unsafe PQgetCancel(connection) else { return nil }
        return unsafe Cancellation(adopting: cancel)
    }
}

/// The owner of one `PGcancel`.
@safe final class Cancellation: @unchecked Sendable {
    // Safe because: libpq made `PQcancel` for use from other threads.
    private let cancel: OpaquePointer

    init(adopting cancel: OpaquePointer) { unsafe self.cancel = unsafe cancel }

    deinit { unsafe PQfreeCancel(cancel) }

    /// Opens a connection of its own, asks, waits for the end of it. Blocks.
    func request() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            // Silence is right: when it cannot be asked, the grace time cuts the connection.
            _ = unsafe PQcancel(cancel, message.baseAddress, Int32(message.count))
        }
    }
}

/// Strings as the null-terminated array of C strings that libpq takes.
private struct CStringArray {
    private var bytes: [CChar] = []
    private var offsets: [Int] = []

    init(_ strings: [String]) {
        for string in strings {
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
    }

    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
                unsafe bytes.baseAddress.map { unsafe $0 + offset }
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
