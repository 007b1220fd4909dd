import Foundation
import HTTP
import HTTPClient
import Reactor
import Synchronization
import Testing

/// Many requests at once, and their end when the service goes down.
@Suite struct ConcurrencyTests {
    @Test func `a thousand requests wait for their answers together`() async throws {
        let count = 1_000
        let peer = GatheringPeer(expecting: count)
        defer { peer.stop() }
        let statuses = try await withClient { client in
            await withTaskGroup(of: HTTPStatus?.self) { group in
                for index in 0..<count {
                    group.addTask {
                        // Nobody waits here; a failure shows in the count.
                        let request = HTTPRequest(
                            method: .post,
                            url: peer.url,
                            body: Array("n=\(index)".utf8)
                        )
                        return try? await client.send(request, options: HTTPSendOptions()).status
                    }
                }
                return await group.reduce(into: [HTTPStatus?]()) { $0.append($1) }
            }
        }
        #expect(statuses.count { $0 == .ok } == count)
    }

    /// In a process of its own, so that nothing else grows meanwhile.
    @Test func `a plain request in flight costs at most 24 KB, unoptimised`() async {
        await #expect(processExitsWith: .success) {
            let count = 1_000
            let held = Mutex(0)
            let peer = GatheringPeer(expecting: count) { held.withLock { $0 = residentBytes() } }
            let before = try await withClient { client in
                // One first, so that what is loaded once is not counted.
                _ = await client.failure("http://127.0.0.1:1/")
                let before = residentBytes()
                await withTaskGroup { group in
                    for _ in 0..<count {
                        group.addTask {
                            let body = [UInt8](repeating: 0x61, count: 500)
                            let request = HTTPRequest(method: .post, url: peer.url, body: body)
                            _ = try? await client.send(request, options: HTTPSendOptions())
                        }
                    }
                }
                return before
            }
            let bytes = held.withLock { $0 - before } / count
            #expect(bytes > 1_000 && bytes <= 24_576, "\(bytes) bytes each")
        }
    }

    @Test func `requests beyond the limit fail unsent`() async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.waitForClose()
        }
        defer { peer.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.maximumRequests = 2
        let failure = try await withClient(configuration) { client in
            let loop = try #require(EventLoop.current)
            let held = (0..<2).map { _ in loop.spawn { _ = await client.failure(peer.url()) } }
            while client.requestsInFlight < 2 { await Task.yield() }
            let failure = await client.failure(peer.url())
            for task in held { task.cancel() }
            for task in held { await task.value }
            return failure
        }
        #expect(failure?.code == .connect)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `cancelling the task ends its request`() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let peer = Peer { connection in
            connection.readRequest()
            arrived.yield()
            connection.waitForClose()
        }
        defer { peer.stop() }
        let (failure, left) = try await withClient { client in
            let result = Mutex<HTTPTransportError?>(nil)
            let loop = try #require(EventLoop.current)
            let task = loop.spawn {
                let failure = await client.failure(peer.url())
                result.withLock { $0 = failure }
            }
            var arrivals = arrivals.makeAsyncIterator()
            _ = await arrivals.next()
            task.cancel()
            await task.value
            return (result.withLock { $0 }, client.requestsInFlight)
        }
        #expect(failure?.code == .cancelled)
        #expect(failure?.requestMayHaveReachedPeer == true)
        #expect(left == 0)
    }

    @Test func `a task cancelled before sends nothing`() async throws {
        let peer = Peer { $0.readRequest() }
        defer { peer.stop() }
        let failure = try await withClient { client in
            let result = Mutex<HTTPTransportError?>(nil)
            let loop = try #require(EventLoop.current)
            let task = loop.spawn {
                let failure = await client.failure(peer.url())
                result.withLock { $0 = failure }
            }
            task.cancel()
            await task.value
            return result.withLock { $0 }
        }
        #expect(failure?.code == .cancelled)
        #expect(failure?.requestMayHaveReachedPeer == false)
        #expect(peer.connections == 0)
    }

    @Test func `closing the client ends what is in flight and refuses what comes later`()
        async throws
    {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let peer = Peer { connection in
            connection.readRequest()
            arrived.yield()
            connection.waitForClose()
        }
        defer { peer.stop() }
        let failures = try await withClient { client in
            let result = Mutex<HTTPTransportError?>(nil)
            let loop = try #require(EventLoop.current)
            let task = loop.spawn {
                let failure = await client.failure(peer.url())
                result.withLock { $0 = failure }
            }
            var arrivals = arrivals.makeAsyncIterator()
            _ = await arrivals.next()
            client.close()
            await task.value
            return [result.withLock { $0 }, await client.failure(peer.url())]
        }
        #expect(failures.map(\.?.code) == [.cancelled, .cancelled])
        #expect(failures.map(\.?.requestMayHaveReachedPeer) == [true, false])
    }
}

/// The memory that this process holds, in bytes.
private func residentBytes() -> Int {
    let statistics = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = statistics.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
}
