import Glibc

/// A numeric IPv4 or IPv6 address with a port; made without allocating, printed on demand.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    private enum Storage: Hashable {
        /// In host byte order.
        case v4(UInt32)
        /// In network byte order, as two words.
        case v6(UInt64, UInt64)
    }

    private let storage: Storage
    package let port: UInt16

    /// An address as text (`127.0.0.1`, `::1`); `nil` when it is not numeric: names are resolved
    /// elsewhere.
    package init?(_ host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, host, &v4) == 1 {
            storage = .v4(UInt32(bigEndian: v4.s_addr))
        } else if unsafe inet_pton(AF_INET6, host, &v6) == 1 {
            storage = SocketAddress.words(v6)
        } else {
            return nil
        }
        self.port = port
    }

    /// The address that the kernel wrote into `raw`; `nil` for other families.
    init?(_ raw: sockaddr_storage) {
        var raw = raw
        switch Int32(raw.ss_family) {
        case AF_INET:
            let address = unsafe withUnsafeBytes(of: &raw) { unsafe $0.load(as: sockaddr_in.self) }
            storage = .v4(UInt32(bigEndian: address.sin_addr.s_addr))
            port = UInt16(bigEndian: address.sin_port)
        case AF_INET6:
            let address = unsafe withUnsafeBytes(of: &raw) { unsafe $0.load(as: sockaddr_in6.self) }
            storage = SocketAddress.words(address.sin6_addr)
            port = UInt16(bigEndian: address.sin6_port)
        default:
            return nil
        }
    }

    /// The address without the port. An IPv4 address that arrived on an IPv6 socket reads as IPv4.
    package var host: String {
        switch storage {
        case .v4(let value):
            return SocketAddress.dotted(value)
        case .v6(let high, let low):
            if high == 0, UInt64(bigEndian: low) >> 32 == 0xFFFF {
                return SocketAddress.dotted(UInt32(truncatingIfNeeded: UInt64(bigEndian: low)))
            }
            var address = SocketAddress.in6(high, low)
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil else {
                preconditionFailure("every IPv6 address has a text of at most 45 bytes")
            }
            return String(
                decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
                as: UTF8.self
            )
        }
    }

    package var description: String {
        switch storage {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }

    var family: Int32 {
        switch storage {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Gives `body` the kernel's form.
    func withRaw<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch storage {
        case .v4(let value):
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = port.bigEndian
            raw.sin_addr.s_addr = value.bigEndian
            return unsafe withUnsafePointer(to: &raw) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .v6(let high, let low):
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = port.bigEndian
            raw.sin6_addr = SocketAddress.in6(high, low)
            return unsafe withUnsafePointer(to: &raw) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }

    private static func dotted(_ value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    }

    private static func words(_ address: in6_addr) -> Storage {
        unsafe withUnsafeBytes(of: address) {
            unsafe .v6($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
        }
    }

    private static func in6(_ high: UInt64, _ low: UInt64) -> in6_addr {
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) {
            unsafe $0.storeBytes(of: high, as: UInt64.self)
            unsafe $0.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }
}
