internal import Foundation
import Synchronization

/// Ports that nobody listens on, below those that outgoing connections take.
package enum FreePort {
    /// What was given stays given: its taker listens later, and what still calls a port of an
    /// earlier test must reach nobody else.
    private static let given = Mutex<Set<UInt16>>([])

    package static func take() throws -> Int {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 10_000..<32_000)
            guard canListen(on: port), given.withLock({ $0.insert(port).inserted }) else {
                continue
            }
            return Int(port)
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
