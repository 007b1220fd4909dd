import Glibc
import HTTP
import HTTPClient
import Reactor
import Testing

/// Each stage of a request, cut off: what the caller learns, above all whether it may have arrived.
@Suite struct FailureTests {
    private static let hurried = HTTPSendOptions(
        connectTimeout: .milliseconds(150),
        totalTimeout: .milliseconds(300)
    )
    /// Enough for the request to arrive, however busy the machine is.
    private static let brief = HTTPSendOptions(totalTimeout: .seconds(1))

    @Test func `a name that does not exist`() async throws {
        let failure = try await withClient { await $0.failure("http://vendor.invalid/") }
        // A resolver that does not answer at all takes longer than a connection may.
        #expect(failure?.code == .connect || failure?.code == .timeout)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `a port that nobody listens on`() async throws {
        let (listener, port) = loopbackListener(backlog: 1)
        close(listener)
        let failure = try await withClient { await $0.failure("http://127.0.0.1:\(port)/") }
        #expect(failure?.code == .connect)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `a connection that is not accepted in time`() async throws {
        // A full backlog drops what knocks next, as a firewall would.
        let (listener, port) = loopbackListener(backlog: 0)
        let waiting = (0..<4).map { _ in knock(port) }
        defer { for socket in waiting + [listener] { close(socket) } }
        let failure = try await withClient {
            await $0.failure("http://127.0.0.1:\(port)/", options: Self.hurried)
        }
        #expect(failure?.code == .timeout)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `a TLS handshake that is never answered`() async throws {
        let peer = Peer { $0.waitForClose() }
        defer { peer.stop() }
        let failure = try await withClient {
            await $0.failure(peer.url(scheme: "https"), options: Self.hurried)
        }
        #expect(failure?.code == .timeout)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `a TLS handshake that is answered with something else`() async throws {
        let peer = Peer { $0.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
        defer { peer.stop() }
        let failure = try await withClient { await $0.failure(peer.url(scheme: "https")) }
        #expect(failure?.code == .tls)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `an answer that does not come in time`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.waitForClose()
        }
        defer { peer.stop() }
        let failure = try await withClient {
            await $0.failure(peer.url(), options: Self.brief)
        }
        #expect(failure?.code == .timeout)
        #expect(failure?.requestMayHaveReachedPeer == true)
    }

    @Test func `an answer that stops in its body`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.waitForClose()
        }
        defer { peer.stop() }
        let failure = try await withClient {
            await $0.failure(peer.url(), options: Self.brief)
        }
        #expect(failure?.code == .timeout)
        #expect(failure?.requestMayHaveReachedPeer == true)
    }

    @Test(arguments: [
        "", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ])
    func `an answer cut off by a close is no answer`(part: String) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write(part)
        }
        defer { peer.stop() }
        let failure = try await withClient { await $0.failure(peer.url()) }
        #expect(failure?.code == .closed || failure?.code == .invalidResponse)
        #expect(failure?.requestMayHaveReachedPeer == true)
        #expect(peer.requests.count == 1)
    }

    @Test func `a reset after the request`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.resetOnClose()
        }
        defer { peer.stop() }
        let failure = try await withClient { await $0.failure(peer.url()) }
        #expect(failure?.code == .closed)
        #expect(failure?.requestMayHaveReachedPeer == true)
        #expect(peer.requests.count == 1)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 9 Odd\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
    ])
    func `an answer that is not HTTP`(text: String) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write(text)
        }
        defer { peer.stop() }
        let failure = try await withClient { await $0.failure(peer.url()) }
        #expect(failure?.code == .invalidResponse)
        #expect(failure?.requestMayHaveReachedPeer == true)
    }

    @Test(arguments: [true, false])
    func `an answer larger than allowed is dropped as soon as it shows`(
        announced: Bool
    ) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write(
                announced
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
            )
            for _ in 0..<64 { connection.write(String(repeating: "a", count: 4_096)) }
            connection.waitForClose()
        }
        defer { peer.stop() }
        let options = HTTPSendOptions(maximumResponseBytes: 10_000)
        let failure = try await withClient { await $0.failure(peer.url(), options: options) }
        #expect(failure?.code == .tooLarge)
        #expect(failure?.requestMayHaveReachedPeer == true)
    }

    @Test func `a header larger than allowed is dropped`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n")
            for index in 0..<200 {
                connection.write("X-\(index): \(String(repeating: "a", count: 1_000))\r\n")
            }
            connection.waitForClose()
        }
        defer { peer.stop() }
        let failure = try await withClient { await $0.failure(peer.url()) }
        #expect(failure?.code == .tooLarge)
    }

    @Test func `a body of exactly the limit is taken`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond(String(repeating: "a", count: 10_000))
        }
        defer { peer.stop() }
        let response = try await withClient {
            try await $0.get(peer.url(), options: HTTPSendOptions(maximumResponseBytes: 10_000))
        }
        #expect(response.body.count == 10_000)
    }
}
