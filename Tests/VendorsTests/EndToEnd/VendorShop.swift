import HTTP
import HTTPClient
import HTTPServer
import JSON
import PaymentCore
import Reactor
import Simulators
import Synchronization
import TestKit
import Testing
import Vendors

/// The whole core in memory, a vendor's adapter, and the vendor's simulator over real sockets, with
/// an endpoint for its notifications.
struct VendorShop<Vendor: SimulatedVendor>: Sendable {
    let loop: EventLoop
    let simulator: Simulator<Vendor>
    let gateway: MemoryGateway
    let port: any PaymentPort
    private let client: HTTPClient
    private let endpoint: NotificationEndpoint

    /// At the simulator.
    var account: MerchantAccount { gateway.account }

    /// Runs `body` on a loop of its own.
    ///
    /// - Parameters:
    ///   - endpoint: who gets the notifications that are sent to a URL.
    ///   - credentials: of the account, once the simulator listens.
    static func run(
        _ descriptor: VendorDescriptor,
        _ configuration: Simulator<Vendor>.Configuration,
        endpoint receiver: @escaping @Sendable (_ url: String) -> Vendor.Endpoint,
        credentials:
            @escaping @Sendable (Simulator<Vendor>, HTTPClient) async throws -> Credentials,
        _ body: @escaping @Sendable (Self) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "vendor-shop")
        loop.start()
        let simulator = Simulator<Vendor>(configuration)
        try await simulator.start(on: loop)
        try await loop.submit {
            let endpoint = NotificationEndpoint()
            let listener = HTTPServer(
                loop: loop,
                configuration: HTTPServerConfiguration(
                    address: try #require(SocketAddress("127.0.0.1", port: 0))
                ),
                handler: endpoint
            )
            let url = "http://127.0.0.1:\(try listener.listen().port)/"
            simulator.setWebhookEndpoints([receiver(url)])
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            do {
                let port = descriptor.makePort(transport: client)
                let shop = Self(
                    loop: loop,
                    simulator: simulator,
                    gateway: MemoryGateway(
                        port: port,
                        credentials: try await credentials(simulator, client)
                    ),
                    port: port,
                    client: client,
                    endpoint: endpoint
                )
                try await body(shop)
            } catch {
                Issue.record(error)
            }
            client.close()
            await listener.drain(within: .milliseconds(200))
        }
        await simulator.stop()
        await loop.stop()
    }

    // MARK: Payers and the vendor's people

    @discardableResult
    func control(_ path: String, _ json: JSONValue = [:]) async throws -> JSONValue {
        try await Self.control(.post, path, json, client, simulator)
    }

    static func control(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue?,
        _ client: HTTPClient,
        _ simulator: Simulator<Vendor>
    ) async throws -> JSONValue {
        let answer = try await client.send(
            HTTPRequest(
                method: method,
                url: "\(simulator.baseURL)/_control/\(path)",
                fields: [.contentType: "application/json"],
                body: json?.bytes() ?? []
            ),
            options: HTTPSendOptions()
        )
        try #require(answer.status.isSuccess, "\(path): \(answer.status)")
        return answer.body.isEmpty ? .null : try JSONValue.parse(answer.body)
    }

    /// Takes in what the vendor has sent, as the receiver and its job do. Returns the types.
    ///
    /// - Parameter count: notifications that are waited for.
    @discardableResult
    func takeNotifications(_ count: Int = 0) async throws -> [String] {
        var types: [String] = []
        for delivery in try await deliveries(count) {
            for notice in try await verified(delivery) {
                let webhook = Webhook(
                    gateway.identifiers.make(),
                    key: notice.key,
                    type: notice.type,
                    of: account,
                    receivedAt: gateway.clock.now
                )
                _ = try await gateway.workflows.apply(webhook, delivery)
                types.append(notice.type)
            }
        }
        return types
    }

    /// What the vendor has sent, verified and not applied.
    func notices(_ count: Int) async throws -> [VendorNotice] {
        var notices: [VendorNotice] = []
        for delivery in try await deliveries(count) { notices += try await verified(delivery) }
        return notices
    }

    private func deliveries(_ count: Int) async throws -> [WebhookDelivery] {
        while endpoint.count < count || !simulator.areWebhooksIdle {
            try await loop.sleep(for: .milliseconds(1))
        }
        return endpoint.take()
    }

    private func verified(_ delivery: WebhookDelivery) async throws -> [VendorNotice] {
        let now = Timestamp(seconds: Int64(simulator.now.seconds))
        return try await port.verify(delivery, account: account, now: now)
    }

    // MARK: The shop

    /// A payment that was asked for.
    func pay(_ request: CreateIntent) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            request,
            under: key(),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    func read(_ payment: Payment) async throws -> Payment {
        try #require(try await gateway.store.payment(payment.intent.id, in: gateway.tenant))
    }

    func capture(
        _ payment: Payment,
        _ amount: Int64?,
        isFinal: Bool = false
    ) async throws -> Payment {
        let answer = try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: amount,
            isFinal: isFinal,
            under: key(),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    func refund(_ payment: Payment, _ amount: Int64?) async throws -> Payment {
        let answer = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: key(),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    func void(_ payment: Payment) async throws -> Payment {
        let answer = try await gateway.workflows.voidIntent(
            payment.intent.id,
            reason: nil,
            under: key(),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private func key() -> RequestKey {
        gateway.key("k-\(gateway.identifiers.next().text)")
    }
}

/// Keeps what comes in until it is taken.
private final class NotificationEndpoint: HTTPHandler {
    private let deliveries = Mutex<[WebhookDelivery]>([])

    var count: Int { deliveries.withLock { $0.count } }

    func take() -> [WebhookDelivery] {
        deliveries.withLock { deliveries in
            defer { deliveries = [] }
            return deliveries
        }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let fields = exchange.fields.all.map { ($0.name.spelling.lowercased(), $0.value) }
        deliveries.withLock { $0.append(WebhookDelivery(fields: fields, body: body)) }
        exchange.respond(.ok)
    }
}
