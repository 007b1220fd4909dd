import Cryptography
import HTTP
import HTTPClient
import HTTPServer
import JSON
import Reactor
import Synchronization
import Testing

@testable import Simulators

/// A simulator on real sockets, a client to call it, and a receiver for its webhooks.
struct StripeLiveBench: Sendable {
    let loop: EventLoop
    let simulator: StripeSimulator
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

    static let secret = "whsec_of_this_bench"

    /// Runs `body` on a loop of its own.
    static func run(
        latency: Duration = .zero,
        _ body: @escaping @Sendable (StripeLiveBench) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "simulator-test")
        loop.start()
        var configuration = StripeSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        configuration.latency = latency
        let simulator = StripeSimulator(configuration)
        try await simulator.start(on: loop)
        try await loop.submit {
            let receiver = WebhookReceiver()
            var server = HTTPServerConfiguration(address: try #require(.init("127.0.0.1", port: 0)))
            server.idleTimeout = .seconds(5)
            let listener = HTTPServer(loop: loop, configuration: server, handler: receiver)
            let port = try listener.listen().port
            simulator.setWebhookEndpoints([
                .init(url: "http://127.0.0.1:\(port)/hooks", secrets: [secret])
            ])
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            let bench = StripeLiveBench(
                loop: loop,
                simulator: simulator,
                client: client,
                receiver: receiver
            )
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

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ form: KeyValuePairs<String, String> = [:],
        key: String? = nil,
        timeout: Duration = .seconds(10)
    ) async throws -> Answer {
        var fields: HTTPFields = [
            .authorization: "Bearer sk_test_bench", .contentType: FormEncoder.contentType,
        ]
        if let key { fields.append(.idempotencyKey, key) }
        let url = path.hasPrefix("http") ? path : simulator.baseURL + path
        let response = try await client.send(
            HTTPRequest(
                method: method,
                url: url,
                fields: fields,
                body: FormEncoder(form.map { ($0.key, $0.value) }).bytes
            ),
            options: HTTPSendOptions(totalTimeout: timeout)
        )
        return Answer(
            status: response.status.code,
            body: response.body,
            fields: response.fields
        )
    }

    func control(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue = [:]
    ) async throws -> Answer {
        let response = try await client.send(
            HTTPRequest(
                method: method,
                url: simulator.baseURL + "/_control" + path,
                fields: [.contentType: "application/json"],
                body: json.bytes()
            ),
            options: HTTPSendOptions()
        )
        return Answer(
            status: response.status.code,
            body: response.body,
            fields: response.fields
        )
    }

    func pay(
        _ card: String = "pm_card_visa",
        key: String? = nil,
        returnURL: String = "https://pay.example.com/r",
        timeout: Duration = .seconds(10)
    ) async throws -> Answer {
        try await send(
            .post,
            "/v1/payment_intents",
            [
                "amount": "1000", "currency": "eur", "payment_method": card, "confirm": "true",
                "payment_method_types[]": "card", "capture_method": "automatic",
                "return_url": returnURL,
            ],
            key: key,
            timeout: timeout
        )
    }
}

/// A shop's webhook endpoint: verifies, remembers, and refuses as many as it is told to.
final class WebhookReceiver: HTTPHandler {
    struct Receipt: Sendable {
        let event: JSONValue
        let isGenuine: Bool
        let isFresh: Bool
        let isAccepted: Bool

        var type: String { event["type"]?.stringValue ?? "" }
    }

    private struct State {
        var receipts: [Receipt] = []
        var refusals = 0
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var receipts: [Receipt] { state.withLock { $0.receipts } }
    var types: [String] { receipts.filter(\.isAccepted).map(\.type) }

    func refuseNext(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    /// Waits until so many deliveries have come in all.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.receipts.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let signature = exchange.field("Stripe-Signature") ?? ""
        let isAccepted = state.withLock { state in
            let refuses = state.refusals > 0
            if refuses { state.refusals -= 1 }
            let items = signature.split(separator: ",").map { $0.split(separator: "=") }
            let time = items.first { $0.first == "t" }?.last ?? ""
            let code = HMAC.sha256(
                key: Array(StripeLiveBench.secret.utf8),
                message: Array("\(time).".utf8) + body
            )
            let age = WallClock.unixTime - (Int64(time) ?? 0)
            state.receipts.append(
                Receipt(
                    event: (try? JSONValue.parse(body)) ?? .null,
                    isGenuine: items.contains {
                        $0.first == "v1" && $0.last == Hex.encode(code)[...]
                    },
                    isFresh: (-5...300).contains(age),
                    isAccepted: !refuses
                )
            )
            let count = state.receipts.count
            for waiter in state.waiters where waiter.count <= count { waiter.continuation.resume() }
            state.waiters.removeAll { $0.count <= count }
            return !refuses
        }
        exchange.respond(isAccepted ? .ok : .serviceUnavailable)
    }
}
