internal import Foundation

/// Ports that nobody listens on, below those that outgoing connections take.
package enum FreePort {
    package static func take() throws -> Int {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 10_000..<32_000)
            if canListen(on: port) { return Int(port) }
        }
        throw Program.Failure(description: "no free port")
    }

    private static func canListen(on port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0
            }
        }
    }
}
