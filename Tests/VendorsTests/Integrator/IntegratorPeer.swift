import Foundation
import HTTP
import HTTPClient
import HTTPServer
import JSON
import PaymentCore
import Reactor
import Synchronization
import Testing
import VendorRecordings
import Vendors

/// `docs/integrator.md` and its example, as they are read and run.
enum IntegratorDocument {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs")

    static func text() throws -> String {
        try String(contentsOf: folder.appendingPathComponent("integrator.md"), encoding: .utf8)
    }
}

/// The gateway's side of the contract on real sockets: our adapter, a client, and a receiver of
/// notifications.
struct IntegratorBench: Sendable {
    let client: HTTPClient
    let port: any PaymentPort
    let account: MerchantAccount
    let receiver: NotificationReceiver
    let notificationURL: String

    /// Runs `body` on a loop of its own, against whoever answers at `baseURL`.
    static func run(
        at baseURL: String,
        secrets: [String] = [IntegratorFixture.secret],
        _ body: @escaping @Sendable (IntegratorBench) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "integrator-test")
        loop.start()
        try await loop.submit {
            let receiver = NotificationReceiver()
            let server = HTTPServer(
                loop: loop,
                configuration: .init(address: try #require(.init("127.0.0.1", port: 0))),
                handler: receiver
            )
            let port = try server.listen().port
            var options = HTTPClientConfiguration()
            options.proxy = .none
            let client = try HTTPClient(loop: loop, configuration: options)
            var addresses = ["secrets": secrets]
            for operation in ["authorize", "capture", "void", "refund", "look_up"] {
                addresses["\(operation)_url"] = ["\(baseURL)/\(operation)"]
            }
            let bench = IntegratorBench(
                client: client,
                port: Integrator.descriptor.makePort(transport: client),
                account: IntegratorFixture.account(changing: addresses),
                receiver: receiver,
                notificationURL: "http://127.0.0.1:\(port)/webhooks"
            )
            do {
                try await body(bench)
            } catch {
                Issue.record(error)
            }
            client.close()
            await server.drain(within: .milliseconds(200))
        }
        await loop.stop()
    }

    func ask(_ operation: VendorOperation, key: String) async -> VendorOutcome {
        await port.perform(operation, key: key, account: account)
    }

    /// Asks for a payment of the numbered attempt, under a key of the same number.
    func authorize(
        _ number: UInt64,
        _ amount: Int64 = 1_000,
        manualCapture: Bool = true,
        method: MethodKind = .bankAccount
    ) async -> VendorOutcome {
        var authorize = VendorOperation.Authorize.sample(
            Money(amount, .eur),
            manualCapture: manualCapture,
            method: method,
            token: nil,
            customerReference: nil,
            returnURL: "https://shop.example/return",
            notificationURL: notificationURL
        )
        authorize.attempt = AttemptID(Sample.uuid(number))
        return await ask(.authorize(authorize), key: "authorize-\(number)")
    }

    func lookUp(_ subject: VendorOperation.LookUp.Subject) async -> VendorOutcome {
        await ask(.lookUp(.init(subject)), key: "look-up")
    }

    /// The notices of the next notification, verified as the gateway would.
    func nextNotices() async throws -> [VendorNotice] {
        let delivery = await receiver.next()
        return try await port.verify(
            delivery,
            account: account,
            now: Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        )
    }
}

/// Takes notifications, one after the other.
final class NotificationReceiver: HTTPHandler {
    private struct State {
        var received: [WebhookDelivery] = []
        var waiter: CheckedContinuation<WebhookDelivery, Never>?
    }

    private let state = Mutex(State())

    func next() async -> WebhookDelivery {
        await withCheckedContinuation { continuation in
            let first: WebhookDelivery? = state.withLock { state in
                if !state.received.isEmpty { return state.received.removeFirst() }
                state.waiter = continuation
                return nil
            }
            if let first { continuation.resume(returning: first) }
        }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let delivery = WebhookDelivery(
            fields: exchange.fields.all.map { ($0.name.spelling.lowercased(), $0.value) },
            body: body
        )
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.received.append(delivery) }
            return state.waiter
        }
        waiter?.resume(returning: delivery)
        exchange.respond(.ok)
    }
}
