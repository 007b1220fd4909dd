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

/// The whole core in memory, PayPal's adapter, and PayPal's simulator over real sockets, with an
/// endpoint for its notifications.
struct PayPalShop: Sendable {
    let loop: EventLoop
    let simulator: PayPalSimulator
    let gateway: MemoryGateway
    let port: any PaymentPort
    /// At the simulator, trusting its certificates.
    let account: MerchantAccount
    private let client: HTTPClient
    private let endpoint: Endpoint

    static func run(_ body: @escaping @Sendable (PayPalShop) async throws -> Void) async throws {
        let loop = try EventLoop(name: "paypal-shop")
        loop.start()
        var configuration = PayPalSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        let simulator = PayPalSimulator(configuration)
        try await simulator.start(on: loop)
        try await loop.submit {
            let endpoint = Endpoint()
            let listener = HTTPServer(
                loop: loop,
                configuration: HTTPServerConfiguration(
                    address: try #require(SocketAddress("127.0.0.1", port: 0))
                ),
                handler: endpoint
            )
            let url = "http://127.0.0.1:\(try listener.listen().port)/"
            simulator.setWebhookEndpoints([.init(url: url, webhookID: PayPalSigner.webhookID)])
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            do {
                try await body(try await PayPalShop(loop, simulator, client, endpoint))
            } catch {
                Issue.record(error)
            }
            client.close()
            await listener.drain(within: .milliseconds(200))
        }
        await simulator.stop()
        await loop.stop()
    }

    private init(
        _ loop: EventLoop,
        _ simulator: PayPalSimulator,
        _ client: HTTPClient,
        _ endpoint: Endpoint
    ) async throws {
        self.loop = loop
        self.simulator = simulator
        self.client = client
        self.endpoint = endpoint
        let authority = try await Self.control(
            .get,
            "certificate_authority",
            nil,
            client,
            simulator
        )
        let root = authority["pem"]?.stringValue?.split(separator: "\n")
            .filter { !$0.hasPrefix("-----") }.joined()
        account = PayPalFixture.account(changing: [
            "api_base": [simulator.baseURL], "webhook_authorities": [try #require(root)],
        ])
        port = Vendors.PayPal.descriptor.makePort(transport: client)
        gateway = MemoryGateway(port: AccountedPort(port: port, account: account))
    }

    // MARK: Payers and PayPal's people

    @discardableResult
    func control(_ path: String, _ json: JSONValue = [:]) async throws -> JSONValue {
        try await Self.control(.post, path, json, client, simulator)
    }

    private static func control(
        _ method: HTTPMethod,
        _ path: String,
        _ json: JSONValue?,
        _ client: HTTPClient,
        _ simulator: PayPalSimulator
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

    /// Takes in what PayPal has sent, as the receiver and its job do. Returns the types.
    @discardableResult
    func takeNotifications() async throws -> [String] {
        while !simulator.areWebhooksIdle { try await loop.sleep(for: .milliseconds(1)) }
        var types: [String] = []
        for delivery in endpoint.take() {
            let now = Timestamp(seconds: Int64(simulator.now.seconds))
            for notice in try await port.verify(delivery, account: account, now: now) {
                let webhook = Webhook(
                    id: gateway.identifiers.make(),
                    tenant: gateway.tenant,
                    account: gateway.account.id,
                    vendor: port.vendor,
                    eventKey: notice.key,
                    eventType: notice.type,
                    receivedAt: gateway.clock.now,
                    state: .received,
                    run: 0,
                    lastError: nil,
                    duplicates: 0
                )
                _ = try await gateway.workflows.apply(webhook, delivery)
                types.append(notice.type)
            }
        }
        return types
    }

    // MARK: The shop

    /// A payment whose page is open.
    func open(
        _ captureMethod: Intent.CaptureMethod = .manual,
        kind: MethodKind = .wallet,
        amount: Int64 = 1_099
    ) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(amount, .eur),
                captureMethod: captureMethod,
                method: kind,
                returnURL: "https://shop.example/back"
            ),
            under: key(),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    /// A payment whose payer has approved it, and PayPal has told so.
    func paid(
        _ captureMethod: Intent.CaptureMethod = .manual,
        with funding: String = "wallet"
    ) async throws -> Payment {
        let payment = try await open(captureMethod)
        try await control("orders/\(payment.order)/approve", ["funding": .string(funding)])
        try await takeNotifications()
        return try await read(payment)
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

extension Payment {
    /// PayPal's order.
    var order: String { intent.reference ?? "" }
}

/// The port with the account that it needs, whichever the core knows.
private struct AccountedPort: PaymentPort {
    let port: any PaymentPort
    let account: MerchantAccount

    var vendor: VendorID { port.vendor }
    var capabilities: Capabilities { port.capabilities }

    func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        await port.perform(operation, key: key, account: self.account)
    }

    func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        await port.perform(operation, key: key, account: self.account)
    }

    func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] {
        try await port.verify(delivery, account: self.account, now: now)
    }

    func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        try port.notices(in: delivery)
    }
}

/// Keeps what comes in until it is taken.
private final class Endpoint: HTTPHandler {
    private let deliveries = Mutex<[WebhookDelivery]>([])

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
