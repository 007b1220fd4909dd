import Glibc
import Postgres
import Reactor
import Synchronization
import TestKit
import Testing

/// A failover whose packets are dropped: nothing is refused, nothing is answered.
@Suite(.timeLimit(.minutes(2))) struct SilentServerTests {
    static let one = Statement("one", "select 1 as n")

    @Test func `a silent server holds one cancellation a connection, and no thread of others`()
        async throws
    {
        let database = try await PostgresCluster.shared().freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        let blocking = BlockingPool(name: "test", threads: 1)
        try await withPool(database.through(proxy), blocking: blocking) { configuration in
            configuration.cancelGrace = .milliseconds(1_500)
        } _: { pool in
            try await pool.warmUp()
            proxy.set(.silence)
            let read = try await failure { () async throws(PostgresError) in
                try await pool.read(
                    role: nil,
                    [CancellationTests.sleep("30")],
                    deadline: pool.loop.now.advanced(by: .milliseconds(100))
                )
            }
            #expect(read.code == .deadlineExceeded)
            #expect(proxy.cancellations == 1)
            // It still blocks, and names are resolved all the same.
            let named = database.url.replacing(host: "localhost")
            try await withBarePool(named, blocking: blocking) { try await $0.warmUp() }
            proxy.set(.pass)
        }
    }

    @Test func `an address is connected to whatever the threads are busy with`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withBusyThread { blocking, _ in
            try await withBarePool(database.url, blocking: blocking) { try await $0.warmUp() }
        }
    }

    @Test func `a name that no thread resolves in time fails the attempt, and none is owed`()
        async throws
    {
        let database = try await PostgresCluster.shared().freshDatabase()
        try await withBusyThread { blocking, door in
            try await withBarePool(
                database.url.replacing(host: "localhost"),
                blocking: blocking
            ) { configuration in
                configuration.connectTimeout = .milliseconds(50)
                configuration.waitDeadline = .milliseconds(500)
                configuration.longestBackOff = .milliseconds(50)
            } _: { pool in
                let error = try await failure { () async throws(PostgresError) in
                    try await pool.warmUp()
                }
                #expect(error.code == .unavailable)
                #expect(error.cause.map { "\($0)" }?.contains("resolving names") == true)
                #expect(pool.snapshot.failedToOpen > 1)
                door.open()
                while (try? await pool.warmUp()) == nil {}
            }
        }
    }

    /// Its backlog is full, so the kernel drops whoever knocks.
    @Test func `a server that takes nobody in is given up in time, again and again`() async throws {
        let listener = try FullListener()
        let url = PostgresURL("postgres://a:b@127.0.0.1:\(listener.port)/c?sslmode=disable")
        try await withBarePool(url) { configuration in
            configuration.connectTimeout = .milliseconds(100)
            configuration.waitDeadline = .seconds(1)
            configuration.longestBackOff = .milliseconds(50)
        } _: { pool in
            let error = try await failure { () async throws(PostgresError) in
                try await pool.warmUp()
            }
            #expect(error.code == .unavailable)
            #expect(pool.snapshot.failedToOpen > 1)
        }
    }

    @Test(arguments: [("", 30_000), ("&tcp_user_timeout=7000", 7_000)])
    func `a connection gives up a silent server, in the time that the URL says if it does`(
        settings: String,
        milliseconds: Int32
    ) async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        let url = PostgresURL(database.through(proxy).url.text + settings)
        try await withBarePool(url) { pool in
            try await pool.warmUp()
            // The proxy's own sockets lead elsewhere.
            let mine = try #require((0..<4_096).first { Self.peerPort(of: $0) == proxy.port })
            #expect(Self.option(TCP_USER_TIMEOUT, IPPROTO_TCP, of: mine) == milliseconds)
            #expect(Self.option(SO_KEEPALIVE, SOL_SOCKET, of: mine) == 1)
            #expect(Self.option(TCP_KEEPIDLE, IPPROTO_TCP, of: mine) == 15)
        }
    }

    /// Runs `body` with a pool whose only thread is busy until the door opens.
    private func withBusyThread(
        _ body: (BlockingPool, Door) async throws -> Void
    ) async throws {
        let blocking = BlockingPool(name: "busy", threads: 1)
        let door = Door()
        let busy = Task { try await blocking.run { door.wait() } }
        while !door.isWaitedFor { await Task.yield() }
        defer { door.open() }
        try await body(blocking, door)
        door.open()
        try await busy.value
    }

    private static func peerPort(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(descriptor, $0, &length)
            }
        }
        guard status == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func option(
        _ name: Int32,
        _ level: some BinaryInteger,
        of descriptor: Int32
    ) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let status = unsafe getsockopt(descriptor, Int32(level), name, &value, &length)
        return status == 0 ? value : nil
    }
}

/// A door that a thread waits at.
private final class Door: Sendable {
    private let isOpen = Atomic(false)
    private let isWaited = Atomic(false)

    var isWaitedFor: Bool { isWaited.load(ordering: .acquiring) }

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        isWaited.store(true, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
    }
}

/// Listens with no room left: further connections wait for an answer that never comes.
private final class FullListener: Sendable {
    let port: Int
    private let descriptors: [Int32]

    init() throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var knocking: [Int32] = [listener]
        let isReady = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(listener, address, length) == 0, listen(listener, 0) == 0,
                    unsafe getsockname(listener, address, &length) == 0
                else { return false }
                for _ in 0..<4 {
                    let client = socket(AF_INET, type | Int32(SOCK_NONBLOCK.rawValue), 0)
                    knocking.append(client)
                    _ = unsafe connect(client, address, length)
                }
                return true
            }
        }
        descriptors = knocking
        port = Int(UInt16(bigEndian: address.sin_port))
        try #require(isReady, "it cannot listen")
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
