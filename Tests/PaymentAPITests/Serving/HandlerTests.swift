import HTTP
import HTTPClient
import HTTPServer
import JSON
import Logging
import PaymentCore
import Reactor
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// The same API on real sockets.
struct HandlerTests {
    private static let card = #"{"amount":12500,"currency":"USD","method":{"kind":"card"}}"#

    @Test
    func `a request over a socket is answered as one without, and logged by its route`()
        async throws
    {
        let api = try APIFixture()
        let log = LogBook()
        try await Self.serve(api, log: log) { site in
            let created = try await site.post("/intents", Self.card, key: "a")
            #expect(created.status.code == 201)
            #expect(created.fields[.requestID] == "over-a-socket")
            let id = try #require(try JSONValue.parse(created.body)["id"]?.stringValue)
            let read = try await site.get("/intents/\(id)")
            let bare = await api.send(.get, "/intents/\(id)")
            #expect(read.body == bare.body)
            let health = try await site.get("/health", root: "")
            #expect(try JSONValue.parse(health.body) == ["status": "ok"])
        }
        #expect(
            log.lines.map { $0["route"] } == [
                "/api/v1/payments/intents", "/api/v1/payments/intents/{id}",
            ]
        )
        #expect(log.lines.first?["tenant"] == "\(api.tenant)")
        #expect(log.lines.first?["key"] == "\(api.key.id)")
        #expect(log.lines.first?["status"] == "201")
    }

    @Test
    func `a body longer than the API takes is its own problem`() async throws {
        let api = try APIFixture()
        try await Self.serve(api) { site in
            let body = String(repeating: " ", count: 300_000)
            let refused = try await site.post("/intents", body, key: "a")
            #expect(refused.status.code == 413)
            #expect(try JSONValue.parse(refused.body)["code"] == "body_too_large")
        }
    }

    @Test
    func `a feed reader may wait longer than any other request`() async throws {
        let api = try APIFixture()
        _ = await api.send(.post, "/intents", Self.card, key: "a")
        try await Self.serve(api, requestTimeout: .milliseconds(20)) { site in
            let waiting = site.loop.spawn {
                // Well past the deadline of others.
                try? await site.loop.sleep(for: .milliseconds(100))
                _ = try? await api.store.publishEvents(limit: 10, in: api.tenant)
                api.state.published.ring(api.tenant)
            }
            let feed = try await site.get("/events?wait=20")
            await waiting.value
            #expect(feed.status.code == 200)
            #expect(try JSONValue.parse(feed.body)["data"]?.arrayValue?.isEmpty == false)
        }
    }

    @Test(arguments: ["/health", "/health/ready", "/metrics", "/openapi.json"])
    func `no answer of a probe is kept by a cache`(path: String) async throws {
        try await Self.serve(try APIFixture()) { site in
            let answer = try await site.get(path, root: "")
            #expect(answer.status.code == 200)
            #expect(answer.fields[.cacheControl] == "no-store")
        }
    }

    @Test
    func `the head of an export reads none of it`() async throws {
        let api = try APIFixture()
        api.ledger.rows.withLock { rows in
            rows.heads = [
                LedgerHead(
                    position: 1,
                    hash: LedgerHead.origin,
                    bookedAt: api.clock.now,
                    signature: LedgerHead.Signature(key: "0123456789abcdef", bytes: [1, 2])
                )
            ]
            rows.readable = 1
        }
        try await Self.serve(api) { site in
            let head = try await site.head("/ledger/export")
            #expect(head.status.code == 200)
            #expect(head.fields[.contentType] == "application/x-ndjson")
            #expect(api.ledger.rows.withLock { $0.readable } == 1)
            let export = try await site.get("/ledger/export")
            #expect(export.status.code == 200)
            #expect(api.ledger.rows.withLock { $0.readable } == 0)
        }
    }

    /// A running server and a client on its loop.
    private struct Site: Sendable {
        let loop: EventLoop
        let client: HTTPClient
        let base: String
        let secret: APIKeySecret

        func post(_ path: String, _ body: String, key: String) async throws -> HTTPResponse {
            var request = request(.post, RouteTable.root + path)
            request.fields.append(.contentType, "application/json")
            request.fields.append(.idempotencyKey, key)
            request.body = Array(body.utf8)
            return try await client.send(request, options: HTTPSendOptions())
        }

        func get(_ path: String, root: String = RouteTable.root) async throws -> HTTPResponse {
            try await client.send(request(.get, root + path), options: HTTPSendOptions())
        }

        func head(_ path: String) async throws -> HTTPResponse {
            try await client.send(
                request(.head, RouteTable.root + path),
                options: HTTPSendOptions()
            )
        }

        private func request(_ method: HTTPMethod, _ path: String) -> HTTPRequest {
            HTTPRequest(
                method: method,
                url: base + path,
                fields: [
                    .authorization: "Bearer \(secret.text)", .requestID: "over-a-socket",
                ]
            )
        }
    }

    private static func serve(
        _ api: APIFixture,
        log: LogBook? = nil,
        requestTimeout: Duration = .seconds(30),
        _ body: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "api")
        loop.start()
        try await loop.submit {
            let address = try #require(SocketAddress("127.0.0.1", port: 0))
            var configuration = HTTPServerConfiguration(address: address)
            configuration.requestTimeout = requestTimeout
            configuration.observer = APIObserver(accessLog: nil)
            let server = HTTPServer(
                loop: loop,
                configuration: configuration,
                handler: PaymentAPIHandler(
                    services: api.gateway.services,
                    state: api.state,
                    accessLog: log?.logger
                )
            )
            let port = try server.listen().port
            let client = try HTTPClient(loop: loop)
            try await body(
                Site(
                    loop: loop,
                    client: client,
                    base: "http://127.0.0.1:\(port)",
                    secret: api.secret
                )
            )
            client.close()
            await server.drain(within: .seconds(1))
        }
        await loop.stop()
    }
}

/// Keeps the metadata of log lines.
private final class LogBook: Sendable {
    private let kept = Mutex<[[String: String]]>([])

    var lines: [[String: String]] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { [self] _ in Handler(book: self) }
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = (event.metadata ?? [:]).mapValues { "\($0)" }
            book.kept.withLock { $0.append(line) }
        }
    }
}
