import HTTP
import HTTPClient
import HTTPServer
import JSON
import Reactor
import Testing

@testable import Simulators

/// A simulator on real sockets, a client to call it, and a shop that it can call.
struct VendorBench<Vendor: SimulatedVendor>: Sendable {
    let loop: EventLoop
    let simulator: Simulator<Vendor>
    let client: HTTPClient

    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        let fields: HTTPFields

        var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Runs `body` on a loop of its own.
    ///
    /// - Parameter endpoints: makes the simulator's endpoints from the shop's address.
    static func run(
        seed: UInt64 = 11,
        _ settings: Vendor.Settings = .init(),
        shop: some HTTPHandler = NoShop(),
        endpoints: @escaping @Sendable (String) -> [Vendor.Endpoint],
        _ body: @escaping @Sendable (VendorBench) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "simulator-test")
        loop.start()
        var configuration = SimulatorConfiguration<Vendor>(seed: seed)
        configuration.settings = settings
        configuration.webhookPolicy = .init(waits: Array(repeating: .milliseconds(10), count: 3))
        let simulator = Simulator(configuration)
        try await simulator.start(on: loop)
        try await loop.submit {
            var server = HTTPServerConfiguration(address: try #require(.init("127.0.0.1", port: 0)))
            server.idleTimeout = .seconds(5)
            let listener = HTTPServer(loop: loop, configuration: server, handler: shop)
            let port = try listener.listen().port
            simulator.setWebhookEndpoints(endpoints("http://127.0.0.1:\(port)"))
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            do {
                try await body(VendorBench(loop: loop, simulator: simulator, client: client))
            } catch {
                Issue.record(error)
            }
            client.close()
            await listener.drain(within: .milliseconds(200))
        }
        await simulator.stop()
        await loop.stop()
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        fields: HTTPFields = [:],
        body: [UInt8] = [],
        timeout: Duration = .seconds(10)
    ) async throws -> Answer {
        let url = path.hasPrefix("http") ? path : simulator.baseURL + path
        let response = try await client.send(
            HTTPRequest(method: method, url: url, fields: fields, body: body),
            options: HTTPSendOptions(totalTimeout: timeout)
        )
        return Answer(status: response.status.code, body: response.body, fields: response.fields)
    }

    func post(_ path: String, fields: HTTPFields = [:], _ json: JSONValue) async throws -> Answer {
        var fields = fields
        fields.append(.contentType, "application/json")
        return try await send(.post, path, fields: fields, body: json.bytes())
    }

    func control(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue = [:]
    ) async throws -> JSONValue {
        let answer = try await send(method, "/_control" + path, body: json.bytes())
        return answer.json
    }

    /// Waits until the simulator has nothing more to say to the shop.
    func settle() async throws {
        while !simulator.areWebhooksIdle { try await loop.sleep(for: .milliseconds(1)) }
    }

    /// The book's entry of a payment, whose id may not be known.
    func entry(_ name: String, _ value: String) -> Book.Entry? {
        simulator.book.newestFirst.first { $0.metadata[name] == value }
    }
}

/// Nobody is asked here.
struct NoShop: HTTPHandler {
    func handle(_ exchange: HTTPExchange) async {
        exchange.respond(.notFound)
    }
}

/// Carries what a test saw out of its bench.
final class Box: @unchecked Sendable {
    // Safe because: written by one test's body, read when that is over.
    var value = JSONValue.null
}
