import Cryptography
import HTTP
import HTTPServer
import JSON
import Reactor
import Synchronization

/// Somebody who subscribes: keeps what comes, and answers as it is told.
final class EventReceiver: HTTPHandler, Sendable {
    struct Delivery: Sendable {
        let id: String
        let timestamp: Int64
        let signatures: [String]
        let body: [UInt8]
        let event: JSONValue
    }

    private let deliveries = Mutex<[Delivery]>([])
    private let statuses: Mutex<[Int]>

    /// - Parameter statuses: the first answers; 204 afterwards.
    init(answering statuses: [Int] = []) {
        self.statuses = Mutex(statuses)
    }

    var received: [Delivery] { deliveries.withLock { $0 } }

    func handle(_ exchange: HTTPExchange) async {
        // Silence is right: a body that does not come is no delivery.
        guard let body = try? await exchange.body(limit: 1 << 20) else { return }
        let status = statuses.withLock { $0.isEmpty ? 204 : $0.removeFirst() }
        if status == 204, let event = try? JSONValue.parse(body) {
            let delivery = Delivery(
                id: exchange.field("Webhook-Id") ?? "",
                timestamp: exchange.field("Webhook-Timestamp").flatMap { Int64($0) } ?? 0,
                signatures: (exchange.field("Webhook-Signature") ?? "").split(separator: " ")
                    .map(String.init),
                body: body,
                event: event
            )
            deliveries.withLock { $0.append(delivery) }
        }
        exchange.respond(HTTPStatus(status), fields: HTTPFields(), body: [])
    }

    /// Runs `body` with this receiver listening; its URL is given.
    func listening(_ body: (String) async throws -> Void) async throws {
        try await serving { try await body("\($0)/events") }
    }
}

extension HTTPHandler where Self: Sendable {
    /// Runs `body` while this answers at a base URL of this machine.
    func serving(
        tls: TLSContext? = nil,
        _ body: (String) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "peer")
        loop.start()
        guard let address = SocketAddress("127.0.0.1", port: 0) else {
            preconditionFailure("a numeric address")
        }
        var configuration = HTTPServerConfiguration(address: address)
        configuration.tls = tls
        let server = HTTPServer(loop: loop, configuration: configuration, handler: self)
        let port = try await loop.submit { try server.listen() }.port
        let result: Result<Void, any Error>
        do {
            try await body("\(tls == nil ? "http" : "https")://127.0.0.1:\(port)")
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await loop.submit { await server.drain(within: .seconds(1)) }
        await loop.stop()
        try result.get()
    }
}
