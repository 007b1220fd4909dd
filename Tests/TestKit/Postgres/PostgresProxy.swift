internal import CLinux
import Glibc
import Synchronization

/// A wire between a client and the server that fails as networks do.
///
/// Threads and blocking sockets: it must share nothing with what it tests.
package final class PostgresProxy: Sendable {
    package enum Mode: Sendable, Hashable {
        case pass
        /// Both connections end when the server next answers COMMIT, and the client never sees the
        /// answer; after that everything passes.
        case cutAtCommitAnswer
        /// The same with whatever the server says next.
        case cutAtAnswer
        /// Half of what the server says next arrives, then both connections are reset; after that
        /// everything passes.
        case cutMidway
        /// What the server says is kept back, as if the network had stopped.
        case silence
        /// Nothing passes either way; what is on its way arrives when this is over.
        case blackHole
        /// Everything takes so much longer, either way.
        case late(milliseconds: UInt32)
        /// Nobody is let in.
        case refuse
    }

    private struct State {
        var mode = Mode.pass
        var resets = 0
        var cancellations = 0
        /// Whose turn it is among the targets.
        var turn = 0
    }

    private let listener: Int32
    private let targets: [UInt16]
    private let state = Mutex(State())
    package let port: Int

    /// Listens on a free port of 127.0.0.1 and passes everything to `targets` there: each
    /// connection to the next that takes it.
    package init(targets: [Int]) throws {
        self.targets = targets.map { UInt16($0) }
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = Self.loopback(port: 0)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                return unsafe bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard status else { throw Companion.Failure(description: "the proxy cannot listen") }
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { [self] in accept() }
    }

    package convenience init(target: Int) throws { try self.init(targets: [target]) }

    package func set(_ mode: Mode) { state.withLock { $0.mode = mode } }

    /// Whether the fault that was asked for has come, or none was.
    package var isPassing: Bool { state.withLock { $0.mode == .pass } }

    /// How many requests have come to cancel a statement.
    package var cancellations: Int { state.withLock { $0.cancellations } }

    /// Resets every connection there is.
    package func reset() { state.withLock { $0.resets += 1 } }

    /// Ends the listening; its thread holds the proxy until then.
    package func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let client = clinux_accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            if client >= 0 {
                startThread { [self] in carry(client) }
            } else if errno == EINVAL {
                break  // No longer listening.
            } else {
                // A signal, a client that is gone, or no descriptor left: others may come.
                usleep(Self.glance)
            }
        }
        Glibc.close(listener)
    }

    /// One connection to its end.
    private func carry(_ client: Int32) {
        let born = state.withLock { $0.resets }
        guard state.withLock({ $0.mode }) != .refuse, let server = connectToTarget() else {
            return Self.hangUp(client)
        }
        while true {
            let now = state.withLock { $0 }
            guard now.resets == born else { return Self.hangUp(client, server) }
            if now.mode == .blackHole {
                usleep(Self.glance)
                continue
            }
            var watched = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            let count: nfds_t = now.mode == .silence ? 1 : 2
            guard unsafe poll(&watched, count, Int32(Self.glance / 1_000)) >= 0 else {
                return Self.hangUp(client, server)
            }
            if watched[0].revents != 0, !pass(from: client, to: server, isAnswer: false) { break }
            if watched[1].revents != 0, !pass(from: server, to: client, isAnswer: true) { break }
        }
        Glibc.close(client)
        Glibc.close(server)
    }

    /// - Returns: whether the connection goes on.
    private func pass(from source: Int32, to sink: Int32, isAnswer: Bool) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = unsafe chunk.withUnsafeMutableBytes {
            unsafe read(source, $0.baseAddress, $0.count)
        }
        guard count > 0 else { return false }
        if !isAnswer, Self.cancels(chunk[..<count]) { state.withLock { $0.cancellations += 1 } }
        var goesOn = true
        switch state.withLock({ $0.mode }) {
        case .cutAtAnswer where isAnswer:
            set(.pass)
            return false
        case .cutAtCommitAnswer where isAnswer && Self.commits(chunk[..<count]):
            set(.pass)
            return false
        case .cutMidway where isAnswer:
            set(.pass)
            count /= 2
            goesOn = false
            Self.makeAbrupt(source)
            Self.makeAbrupt(sink)
        case .late(let milliseconds): usleep(milliseconds * 1_000)
        case .pass, .cutAtAnswer, .cutAtCommitAnswer, .cutMidway, .silence, .blackHole, .refuse:
            break
        }
        let sent = unsafe chunk.withUnsafeBytes {
            unsafe send(sink, $0.baseAddress, count, Int32(MSG_NOSIGNAL))
        }
        return goesOn && sent == count
    }

    /// Whether the tag of CommandComplete is there, as it is on the wire.
    private static func commits(_ chunk: ArraySlice<UInt8>) -> Bool {
        let tag = Array("COMMIT\0".utf8)
        return chunk.indices.contains { chunk[$0...].starts(with: tag) }
    }

    /// Whether it is a CancelRequest: its length and its code, then whom it is for.
    private static func cancels(_ chunk: ArraySlice<UInt8>) -> Bool {
        chunk.count == 16 && chunk.starts(with: [0, 0, 0, 16, 0x04, 0xD2, 0x16, 0x2E])
    }

    private func connectToTarget() -> Int32? {
        let first = state.withLock { state in
            state.turn += 1
            return state.turn
        }
        for place in 0..<targets.count {
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = Self.loopback(port: targets[(first + place) % targets.count])
            let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isConnected { return server }
            Glibc.close(server)
        }
        return nil
    }

    /// Ends connections as if their machine were gone.
    private static func hangUp(_ descriptors: Int32...) {
        for descriptor in descriptors {
            makeAbrupt(descriptor)
            Glibc.close(descriptor)
        }
    }

    /// Closing resets from now on.
    private static func makeAbrupt(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    }

    /// How often a connection looks at what it is to do, in microseconds.
    private static let glance: UInt32 = 10_000

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func startThread(_ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(ThreadBody(run: body))
        var thread = pthread_t()
        unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        pthread_detach(thread)
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}
