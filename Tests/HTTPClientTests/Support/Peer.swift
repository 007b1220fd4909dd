import Foundation
import Synchronization

/// A server on a loopback port that does what a test scripts, byte by byte, on threads of its own.
final class Peer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let log = Mutex<(requests: [String], connections: Int)>(([], 0))

    /// Runs `script` for every connection, which is closed at the script's end.
    init(_ script: @escaping @Sendable (PeerConnection) -> Void) {
        let (listener, port) = loopbackListener(backlog: 1_024)
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread { [self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                keepFromChildren(socket)
                log.withLock { $0.connections += 1 }
                Thread.detachNewThread { [self] in
                    let connection = PeerConnection(socket: socket) { [self] request in
                        log.withLock { $0.requests.append(request) }
                    }
                    script(connection)
                    connection.close()
                }
            }
        }
    }

    /// Every request read so far, header and body.
    var requests: [String] { log.withLock(\.requests) }

    var connections: Int { log.withLock(\.connections) }

    func url(_ path: String = "/", scheme: String = "http") -> String {
        "\(scheme)://127.0.0.1:\(port)\(path)"
    }

    /// Ends the accepting thread; connections end with their scripts.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }
}

/// One accepted connection of a `Peer`.
struct PeerConnection: Sendable {
    let socket: Int32
    let record: @Sendable (String) -> Void

    /// The next request, body included; nil when the client closed.
    @discardableResult
    func readRequest() -> String? {
        var text = ""
        while !text.contains("\r\n\r\n") {
            guard let more = receive() else { return nil }
            text += more
        }
        while text.utf8.count < Self.length(of: text), let more = receive() { text += more }
        record(text)
        return text
    }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    func respond(_ body: String, fields: String = "") {
        write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }

    /// Blocks until the client closes.
    func waitForClose() {
        while receive() != nil {}
    }

    /// Ends the connection even if a child process, started in between, has the socket too.
    func close() {
        if !isReset { shutdown(socket, Int32(SHUT_RDWR)) }
        Glibc.close(socket)
    }

    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Makes the coming close a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, size)
    }

    private var isReset: Bool {
        var option = linger()
        var size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe getsockopt(socket, SOL_SOCKET, SO_LINGER, &option, &size)
        return option.l_onoff == 1
    }

    private func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(socket, $0.baseAddress, $0.count, 0)
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func length(of request: String) -> Int {
        guard let end = request.range(of: "\r\n\r\n") else { return 0 }
        let header = request[..<end.lowerBound]
        let field = header.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("content-length: ")
        }
        return header.utf8.count + 4 + (field.flatMap { Int($0.dropFirst(16)) } ?? 0)
    }
}

/// A listening socket on a free loopback port.
func loopbackListener(backlog: Int32) -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    keepFromChildren(descriptor)
    var address = loopbackAddress(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withGeneric(&address) { address in
        guard unsafe bind(descriptor, address, length) == 0, listen(descriptor, backlog) == 0
        else { return -1 }
        return unsafe getsockname(descriptor, address, &length)
    }
    precondition(result == 0, "a loopback port is free")
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// A socket that has begun to connect to a loopback port and does not wait for it.
func knock(_ port: UInt16) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_INET, type, 0)
    var address = loopbackAddress(port: port)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withGeneric(&address) { unsafe connect(descriptor, $0, length) }
    return descriptor
}

/// Other suites start programs meanwhile, and a socket that one inherits stays open with it.
func keepFromChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

private func loopbackAddress(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

private func withGeneric(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>) -> Int32
) -> Int32 {
    unsafe withUnsafeMutablePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
    }
}
