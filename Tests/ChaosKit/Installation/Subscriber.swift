internal import EventDelivery
internal import HTTP
internal import HTTPServer
internal import JSON
internal import PaymentCore
internal import Reactor
internal import Synchronization

/// Somebody who subscribes to events over signed HTTP, and now and then fails to take one.
final class Subscriber: HTTPHandler, Sendable {
    private struct State {
        var told: [Told] = []
        var refused: Set<String> = []
        var forged = 0
        var subscription = ""
        var beginsAfter = 0
        var secret: VendorToken?
    }

    private let state = Mutex(State())
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop(name: "subscriber")
        loop.start()
    }

    /// Everything that was taken, in the order of its coming.
    var told: [Told] { state.withLock { $0.told } }
    /// How many came without the right signature.
    var forged: Int { state.withLock { $0.forged } }

    /// What signs its deliveries, once that is agreed.
    var secret: String? { state.withLock { $0.secret?.value } }

    /// What it is known by at the gateway.
    var subscription: String { state.withLock { $0.subscription } }

    /// The feed's last position when it had subscribed: it is owed all that comes after.
    var beginsAfter: Int { state.withLock { $0.beginsAfter } }

    func expect(eventsAfter position: Int) { state.withLock { $0.beginsAfter = position } }

    func expect(_ subscription: String, secret: String) {
        state.withLock {
            $0.subscription = subscription
            $0.secret = VendorToken(secret)
        }
    }

    /// Listens for as long as the process lives; returns where.
    func listen() async throws -> String {
        guard let address = SocketAddress("127.0.0.1", port: 0) else {
            preconditionFailure("a numeric address")
        }
        let server = HTTPServer(
            loop: loop,
            configuration: HTTPServerConfiguration(address: address),
            handler: self
        )
        let port = try await loop.submit { try server.listen() }.port
        return "http://127.0.0.1:\(port)/events"
    }

    func handle(_ exchange: HTTPExchange) async {
        // Silence is right: a body that does not come is no delivery.
        guard let body = try? await exchange.body(limit: 1 << 20),
            let event = try? JSONValue.parse(body)
        else { return }
        let id = exchange.field("Webhook-Id") ?? ""
        let seconds = exchange.field("Webhook-Timestamp").flatMap { Int64($0) } ?? 0
        let given = (exchange.field("Webhook-Signature") ?? "").split(separator: " ")
        let isTaken = state.withLock { state in
            guard let secret = state.secret,
                let right = StandardWebhook.signature(of: body, id: id, at: seconds, secret),
                given.contains(Substring(right))
            else {
                state.forged += 1
                return false
            }
            // Each one's fate is its identifier's, so that no event is refused twice.
            if id.utf8.reduce(0, { $0 &+ Int($1) }) % 50 == 0, state.refused.insert(id).inserted {
                return false
            }
            state.told.append(
                Told(
                    id: id,
                    subject: event["subject"]?.stringValue ?? "",
                    sequence: event["sequence"]?.stringValue.flatMap { Int64($0) } ?? 0
                )
            )
            return true
        }
        exchange.respond(HTTPStatus(isTaken ? 204 : 500), fields: HTTPFields(), body: [])
    }
}
