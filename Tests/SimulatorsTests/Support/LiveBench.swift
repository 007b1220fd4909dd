import HTTP
import HTTPClient
import HTTPServer
import JSON
import Reactor
import Testing

@testable import Simulators

/// A simulator on real sockets, a client to call it, and a receiver for its webhooks.
struct LiveBench<Vendor: SimulatedVendor>: Sendable {
    let loop: EventLoop
    let simulator: Simulator<Vendor>
    let client: HTTPClient
    let receiver: WebhookReceiver

    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        let fields: HTTPFields

        var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
        var id: String { json["id"]?.stringValue ?? "" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Runs `body` on a loop of its own.
    ///
    /// - Parameter shop: who answers in the receiver's place, for vendors that ask.
    /// - Parameter endpoints: who gets events, by the URL of the bench's receiver.
    static func run(
        _ configuration: Simulator<Vendor>.Configuration,
        shop: (any HTTPHandler)? = nil,
        endpoints: @escaping @Sendable (_ url: String) -> [Vendor.Endpoint],
        _ body: @escaping @Sendable (Self) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "simulator-test")
        loop.start()
        let simulator = Simulator<Vendor>(configuration)
        try await simulator.start(on: loop)
        try await loop.submit {
            let receiver = WebhookReceiver()
            var server = HTTPServerConfiguration(address: try #require(.init("127.0.0.1", port: 0)))
            server.idleTimeout = .seconds(5)
            let listener = HTTPServer(
                loop: loop,
                configuration: server,
                handler: shop ?? receiver
            )
            let port = try listener.listen().port
            simulator.setWebhookEndpoints(endpoints("http://127.0.0.1:\(port)/hooks"))
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            let bench = Self(loop: loop, simulator: simulator, client: client, receiver: receiver)
            do {
                try await body(bench)
            } catch {
                Issue.record(error)
            }
            client.close()
            await listener.drain(within: .milliseconds(200))
        }
        await simulator.stop()
        await loop.stop()
    }

    /// - Parameter path: under the simulator, or a whole address.
    func call(
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
        return Answer(
            status: response.status.code,
            body: response.body,
            fields: response.fields
        )
    }

    /// A form as a browser sends it.
    func submit(
        _ url: String,
        _ form: KeyValuePairs<String, String>
    ) async throws -> Answer {
        try await call(
            .post,
            url,
            fields: [.contentType: FormEncoder.contentType],
            body: FormEncoder(form.map { ($0.key, $0.value) }).bytes
        )
    }

    func control(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue = [:]
    ) async throws -> Answer {
        try await call(
            method,
            "/_control" + path,
            fields: [.contentType: "application/json"],
            body: json.bytes()
        )
    }

    /// Waits until every event is delivered or given up.
    func webhooksIdle() async throws {
        while !simulator.areWebhooksIdle { try await loop.sleep(for: .milliseconds(1)) }
    }
}
