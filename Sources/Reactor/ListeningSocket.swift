internal import CLinux
import Glibc

/// A TCP socket that accepts connections, non-blocking, shared by port with other loops'.
package struct ListeningSocket: ~Copyable {
    /// The result of one `accept`.
    package enum Accepted: ~Copyable {
        case connection(Descriptor, SocketAddress)
        /// Nobody is waiting.
        case none
        /// The process has no descriptors or memory left: pause.
        case exhausted
    }

    private let descriptor: Descriptor
    /// What it is bound to, with the port that the system chose for port 0.
    package let address: SocketAddress

    /// The descriptor's number, for watching.
    package var number: Int32 { descriptor.number }

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - backlog: connections that the kernel keeps for us; it caps this by `somaxconn`.
    ///   - isShared: several loops listen on the same port and the kernel spreads the connections
    ///     (`SO_REUSEPORT`).
    package init(
        on address: SocketAddress,
        backlog: Int32 = 1024,
        isShared: Bool
    ) throws(SystemError) {
        let descriptor = try Self.bound(to: address, isShared: isShared)
        try require("listen") { listen(descriptor.number, backlog) }
        self.address = try descriptor.localAddress()
        self.descriptor = descriptor
    }

    /// Throws when somebody listens on the address, shared or not.
    package static func requireFree(_ address: SocketAddress) throws(SystemError) {
        _ = try bound(to: address, isShared: false)
    }

    private static func bound(
        to address: SocketAddress,
        isShared: Bool
    ) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(
            adopting: try require("socket") { socket(address.family, type, 0) }
        )
        try descriptor.set(SO_REUSEADDR, at: SOL_SOCKET)
        if isShared { try descriptor.set(SO_REUSEPORT, at: SOL_SOCKET) }
        try require("bind") { unsafe address.withRaw { unsafe bind(descriptor.number, $0, $1) } }
        return descriptor
    }

    /// Takes the next connection, non-blocking and without Nagle's delay.
    package func accept() -> Accepted {
        while true {
            var raw = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let outcome = attempt {
                unsafe Int(clinux_accept4(descriptor.number, &raw, &length, flags))
            }
            switch outcome {
            case .done(let number):
                let connection = Descriptor(adopting: Int32(number))
                guard let peer = SocketAddress(raw) else { continue }
                // Silence is right: it fails only on a connection that is gone, as reading shows.
                _ = try? connection.set(TCP_NODELAY, at: Int32(IPPROTO_TCP))
                return .connection(connection, peer)
            case .wouldBlock:
                return .none
            case .failed(let number):
                switch SystemError("accept4", number).code {
                case .exhausted: return .exhausted
                // What accept(2) reports for a connection that died in the queue: take the next.
                case .addressUnavailable, .disconnected, .denied: continue
                // Network errors, says accept(2), are to be tried again, which the next event does.
                case .other: return .none
                }
            }
        }
    }
}
