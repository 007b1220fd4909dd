import Glibc

/// Which addresses a client may connect to, judged after the name is resolved, at the very address
/// that is connected to: a name that resolves differently the second time gains nothing.
///
/// Where a proxy is used, its address is the one judged.
package enum AddressPolicy: Sendable, Hashable {
    case any
    /// Global unicast only: for URLs that tenants choose.
    case publicOnly

    func allows(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch self {
        case .any: true
        case .publicOnly: unsafe IPAddress(address).map(\.isGlobal) ?? false
        }
    }
}

/// An IPv4 or IPv6 address by its bytes.
struct IPAddress: Hashable {
    private let bytes: [UInt8]

    /// - Parameter bytes: 4 or 16, in network order.
    init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16)
        self.bytes = bytes
    }

    /// The address in `address`; nil for families other than the two.
    init?(_ address: UnsafePointer<sockaddr>) {
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            self.init(
                bytes: unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    unsafe withUnsafeBytes(of: $0.pointee.sin_addr) { unsafe Array($0) }
                }
            )
        case AF_INET6:
            self.init(
                bytes: unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe withUnsafeBytes(of: $0.pointee.sin6_addr) { unsafe Array($0) }
                }
            )
        default: return nil
        }
    }

    /// Whether the address is reached over the public internet (IANA's special-purpose registries).
    var isGlobal: Bool {
        bytes.count == 4 ? Self.isGlobal(v4: bytes[...]) : Self.isGlobal(v6: bytes)
    }

    private static func isGlobal(v4 bytes: ArraySlice<UInt8>) -> Bool {
        let address = Array(bytes)
        switch (address[0], address[1]) {
        case (0, _), (10, _), (127, _): return false  // this network, private, loopback
        case (100, 64...127): return false  // shared by carriers
        case (169, 254): return false  // link-local, where clouds keep their metadata
        case (172, 16...31), (192, 168): return false  // private
        case (192, 0): return address[2] != 0 && address[2] != 2  // protocol, documentation
        case (192, 88): return address[2] != 99  // 6to4 relays, deprecated
        case (198, 18...19): return false  // benchmarks
        case (198, 51): return address[2] != 100  // documentation
        case (203, 0): return address[2] != 113  // documentation
        case (224...255, _): return false  // multicast, reserved, broadcast
        default: return true
        }
    }

    private static func isGlobal(v6 bytes: [UInt8]) -> Bool {
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return isGlobal(v4: bytes[12...]) }
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address that must be public itself.
        if bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
            return isGlobal(v4: bytes[12...])
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return isGlobal(v4: bytes[2..<6]) }
        guard bytes[0] & 0xE0 == 0x20 else { return false }  // global unicast is 2000::/3
        if bytes[0] == 0x20, bytes[1] == 0x01 {
            if bytes[2] & 0xFE == 0 { return false }  // 2001::/23: Teredo, ORCHID, benchmarks
            if bytes[2] == 0x0D, bytes[3] == 0xB8 { return false }  // documentation
        }
        return !(bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] & 0xF0 == 0)  // documentation
    }
}
