import Glibc
import Synchronization

/// Stands between a client and the server and can lose what the server says.
///
/// Threads and blocking sockets: it must share nothing with what it tests.
package final class PostgresProxy: Sendable {
    package enum Mode: Sendable {
        case pass
        /// Both connections end when the server next answers COMMIT, and the client never sees the
        /// answer; after that everything passes.
        case cutAtCommitAnswer
        /// The same with whatever the server says next.
        case cutAtAnswer
        /// What the server says is kept back, as if the network had stopped.
        case silence
    }

    private let listener: Int32
    private let target: UInt16
    private let mode = Mutex(Mode.pass)
    package let port: Int

    /// Listens on a free port of 127.0.0.1 and passes everything to `target` there.
    package init(target: Int) throws {
        self.target = UInt16(target)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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

    package func set(_ mode: Mode) { self.mode.withLock { $0 = mode } }

    /// Ends the listening; its thread holds the proxy until then.
    package func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = connectToTarget()
            startThread { [self] in pass(from: client, to: server, isAnswer: false) }
            startThread { [self] in
                pass(from: server, to: client, isAnswer: true)
                Glibc.close(client)
                Glibc.close(server)
            }
        }
        Glibc.close(listener)
    }

    private func pass(from source: Int32, to sink: Int32, isAnswer: Bool) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(source, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            if isAnswer {
                switch mode.withLock({ $0 }) {
                case .pass: break
                case .silence: continue
                case .cutAtAnswer: return cut(source, sink)
                case .cutAtCommitAnswer:
                    // The tag of CommandComplete, as it is on the wire.
                    let tag = Array("COMMIT\0".utf8)
                    if chunk[..<count].indices.contains(where: { chunk[$0...].starts(with: tag) }) {
                        return cut(source, sink)
                    }
                }
            }
            let sent = unsafe chunk.withUnsafeBytes {
                unsafe send(sink, $0.baseAddress, count, Int32(MSG_NOSIGNAL))
            }
            guard sent == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    /// Ends both connections, and passes what comes after.
    private func cut(_ source: Int32, _ sink: Int32) {
        set(.pass)
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private func connectToTarget() -> Int32 {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port: target)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return server
    }

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
