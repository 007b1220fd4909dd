import Glibc
import Synchronization

/// Takes records from any thread without waiting; a thread of its own makes lines of them, which costs
/// several times as much as a record, and writes them.
///
/// A reader of standard error that stalls must not stall payments: when so many records wait, more
/// are dropped and counted, and the count is written as soon as there is room.
package final class LogWriter: Sendable {
    private struct State {
        var pending: [LogRecord] = []
        var dropped = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let signal = ThreadSignal()
    private let finished = ThreadSignal()
    private let descriptor: Int32
    private let capacity: Int
    /// How long the first line waits for company: one `write` then carries many lines.
    private static let lingerMicroseconds: UInt32 = 1_000

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - descriptor: Where lines go; not closed here.
    ///   - capacity: Records that may wait, of about a kilobyte each.
    package init(descriptor: Int32 = STDERR_FILENO, capacity: Int = 4_096) {
        self.descriptor = descriptor
        self.capacity = capacity
        ThreadSignal.startThread { [self] in run() }
    }

    /// Queues a record; never blocks on the descriptor.
    package func write(_ record: LogRecord) {
        let wasEmpty = state.withLock { state in
            guard state.pending.count < capacity else {
                state.dropped += 1
                return false
            }
            defer { state.pending.append(record) }
            return state.pending.isEmpty
        }
        if wasEmpty { signal.raise() }
    }

    /// Writes what waits and ends the thread; called once, as the last thing before exit.
    ///
    /// Blocks the calling thread until the descriptor has taken everything.
    package func close() {
        state.withLock { $0.isStopping = true }
        signal.raise()
        finished.wait()
    }

    private func run() {
        var isStopping = false
        while !isStopping {
            signal.wait()
            usleep(Self.lingerMicroseconds)
            let (records, dropped) = state.withLock { state in
                defer {
                    state.pending = []
                    state.dropped = 0
                }
                isStopping = state.isStopping
                return (state.pending, state.dropped)
            }
            var lines: [UInt8] = []
            for record in records { lines += record.line }
            writeAll(lines)
            if dropped > 0 { writeAll(Self.droppedLine(dropped)) }
        }
        finished.raise()
    }

    private static func droppedLine(_ count: Int) -> [UInt8] {
        Array("{\"level\":\"error\",\"message\":\"log lines dropped\",\"count\":\(count)}\n".utf8)
    }

    private func writeAll(_ lines: [UInt8]) {
        var written = 0
        while written < lines.count {
            let count = unsafe lines.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor,
                    buffer.baseAddress?.advanced(by: written),
                    buffer.count - written
                )
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&readiness, 1, -1)
            } else if errno != EINTR {
                return  // Nobody reads any more, and there is nowhere to say so.
            }
        }
    }
}
