import Glibc
import HTTP
import HTTPServer
import Reactor
import Synchronization
import TestKit
import Testing

/// Descriptors belong to the whole process, so this runs in one of its own.
@Suite struct ExhaustionTests {
    @Test func `a server that ran out of descriptors twice goes on, and stops in peace`() async {
        await #expect(processExitsWith: .success) {
            let told = Told()
            let limits = HTTPServerConfiguration.with {
                $0.reportExhaustion = { told.count.withLock { $0 += 1 } }
            }
            try await TestServer.run(Echo(), limits) { server in
                let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
                var first: WireClient? = try server.connect()
                first?.send(get)
                #expect(try first?.answer().status == 200)
                let turnstile = Turnstile()
                server.loop.execute { turnstile.hold() }
                let (waiting, fillers) = try turnstile.whileHeld {
                    let waiting = try (0..<5).map { _ in try server.connect() }
                    return (waiting, Descriptors.takeAll())
                }
                try await server.until { _ in told.count.withLock { $0 } == 1 }
                // Its two descriptors are taken at once, and there are none again.
                first = nil
                try await server.until { $0.connectionCount == 2 }
                try await server.loop.submit { [server = server.server] in
                    await server.drain(within: .zero)
                }
                // Past the times at which accepting was to be tried again.
                try await server.loop.submit { [loop = server.loop] in
                    try await loop.sleep(for: .milliseconds(250))
                }
                #expect(told.count.withLock { $0 } == 1)
                #expect(waiting.count == 5)
                for filler in fillers { close(filler) }
            }
        }
    }
}

private final class Told: Sendable {
    let count = Mutex(0)
}

private enum Descriptors {
    /// Leaves the process none, and returns those that it took.
    static func takeAll() -> [Int32] {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        #expect(unsafe getrlimit(resource, &limit) == 0)
        limit.rlim_cur = min(limit.rlim_cur, 512)
        #expect(unsafe setrlimit(resource, &limit) == 0)
        var taken: [Int32] = []
        while case let number = dup(0), number >= 0 { taken.append(number) }
        return taken
    }
}
