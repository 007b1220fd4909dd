import HTTP
import HTTPClient
import Testing

/// libcurl repeats a request on its own when a kept connection dies before the first byte of the
/// reply. The peers here take the request first: whoever repeats it charges twice.
@Suite struct RepetitionTests {
    @Test(arguments: [HTTPMethod.get, .post, .put, .delete], [0, 2, 200_000])
    func `a kept connection that dies under a request leaves exactly one copy`(
        method: HTTPMethod,
        bodyBytes: Int
    ) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond("first")
            connection.readRequest()
        }
        defer { peer.stop() }
        let failure = try await withClient { client -> HTTPTransportError? in
            _ = try await client.get(peer.url("/first"))
            let body = [UInt8](repeating: 0x61, count: bodyBytes)
            do throws(HTTPTransportError) {
                _ = try await client.send(
                    HTTPRequest(method: method, url: peer.url("/second"), body: body),
                    options: HTTPSendOptions()
                )
                return nil
            } catch {
                return error
            }
        }
        #expect(failure?.code == .closed)
        #expect(failure?.requestMayHaveReachedPeer == true)
        #expect(peer.requests.count == 2)
        #expect(peer.requests.count { $0.contains(" /second ") } == 1)
    }

    @Test func `with a second kept connection at hand there is still one copy`() async throws {
        let peer = Peer { connection in
            guard let request = connection.readRequest() else { return }
            if request.contains("/hold") {
                // Answered only when both are in, so that there are two connections.
                connection.respond("held")
            } else {
                connection.respond("first")
            }
            connection.readRequest()
        }
        defer { peer.stop() }
        let failure = try await withClient { client -> HTTPTransportError? in
            async let one = client.get(peer.url("/first"))
            async let two = client.get(peer.url("/hold"))
            _ = try await (one, two)
            return await client.failure(peer.url("/charge"))
        }
        #expect(failure?.code == .closed)
        #expect(peer.requests.count { $0.contains(" /charge ") } == 1)
        #expect(peer.connections == 2)
    }

    @Test func `a call that asks for a fresh connection gets one`() async throws {
        let peer = Peer { connection in
            while connection.readRequest() != nil { connection.respond("ok") }
        }
        defer { peer.stop() }
        try await withClient { client in
            _ = try await client.get(peer.url())
            _ = try await client.get(peer.url())
            _ = try await client.get(peer.url(), options: HTTPSendOptions(freshConnection: true))
        }
        #expect(peer.connections == 2)
        #expect(peer.requests.count == 3)
    }

    @Test func `a connection that closed while idle is not used for the next request`() async throws
    {
        let (closes, closed) = AsyncStream.makeStream(of: Void.self)
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond("ok")
            connection.finishSending()
            closed.yield()
            connection.waitForClose()
        }
        defer { peer.stop() }
        try await withClient { client in
            var closes = closes.makeAsyncIterator()
            for _ in 0..<3 {
                _ = try await client.get(peer.url())
                _ = await closes.next()
            }
        }
        #expect(peer.requests.count == 3)
        #expect(peer.connections == 3)
    }
}
