import EventDelivery
import HTTP
import HTTPClient
import Metrics
import PaymentAPI
import PaymentCore
import Reactor
import Storage

/// Sends a loop's share of events to their subscribers. A receiver that is slow or gone takes only
/// its own places, so it holds up no other; what ends together is written together, and in the same
/// commit what is due next is taken.
final class EventDeliverer: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let loop: EventLoop
    private let store: PostgresSubscriptionStore
    private let client: ReceiverClient
    private let envelope: EventEnvelope
    private let ended: (TenantID) -> Void
    private var inFlight: [EventSubscriptionID: Int] = [:]
    /// Receivers whose last answer took long, or did not come.
    private var slow: Set<EventSubscriptionID> = []
    private var results: [TenantID: [DeliveryResult]] = [:]
    private var recording: Set<TenantID> = []
    private var isStopping = false

    /// Deliveries under way: to one receiver, to one that is slow, to all.
    private static let placesEach = 128
    private static let slowPlaces = 4
    private static let places = 1_024
    private static let slowness = Duration.seconds(1)
    /// How long a claim is ours: longer than an attempt can take, and with the visit that follows it
    /// less than a minute, for which a dead process's deliveries may wait.
    private static let lease = Duration.seconds(30)

    /// - Parameter ended: called with a tenant that may have no more deliveries.
    init(
        loop: EventLoop,
        store: PostgresSubscriptionStore,
        client: ReceiverClient,
        envelope: EventEnvelope,
        ended: @escaping (TenantID) -> Void
    ) {
        self.loop = loop
        self.store = store
        self.client = client
        self.envelope = envelope
        self.ended = ended
    }

    /// Makes deliveries of what was published and starts those that are due. True when there was
    /// something to do.
    func visit(_ tenant: TenantID) async throws(StoreError) -> Bool {
        try await turn([], tenant)
    }

    /// Takes no more, and gives what is under way `limit` to end and to be written.
    func stop(within limit: Duration) async {
        isStopping = true
        let deadline = loop.now + limit
        while !(inFlight.isEmpty && recording.isEmpty), loop.now < deadline {
            // Silence is right: a stopping process looks again a little earlier.
            try? await loop.sleep(for: .milliseconds(20))
        }
    }

    private func turn(
        _ results: [DeliveryResult],
        _ tenant: TenantID
    ) async throws(StoreError) -> Bool {
        var turn = DeliveryTurn(results: results, lease: Self.lease)
        if !isStopping {
            turn.events = 500
            turn.places = max(0, Self.places - inFlight.values.reduce(0, +))
            turn.placesEach = Self.placesEach
            for id in slow { turn.room[id] = Self.slowPlaces }
            for (id, count) in inFlight {
                turn.room[id] = max(0, turn.room[id, default: Self.placesEach] - count)
            }
        }
        let outcome = try await store.take(turn, in: tenant)
        for delivery in outcome.taken {
            inFlight[delivery.subscription, default: 0] += 1
            loop.spawn(priority: .utility) { [self] in await deliver(delivery, tenant) }
        }
        return outcome.events + outcome.taken.count > 0
    }

    private func deliver(_ delivery: ClaimedDelivery, _ tenant: TenantID) async {
        let begun = loop.now
        let result = await attempt(delivery, tenant)
        note(result)
        let id = delivery.subscription
        if loop.now - begun < Self.slowness { slow.remove(id) } else { slow.insert(id) }
        let left = (inFlight[id] ?? 1) - 1
        inFlight[id] = left > 0 ? left : nil
        results[tenant, default: []].append(result)
        guard recording.insert(tenant).inserted else { return }
        loop.endOfTurn { [self] in
            loop.spawn(priority: .utility) { [self] in await record(tenant) }
        }
    }

    private func attempt(_ delivery: ClaimedDelivery, _ tenant: TenantID) async -> DeliveryResult {
        guard !delivery.secrets.isEmpty else {
            return DeliveryJudgement.unsigned(delivery, jitter: .random)
        }
        let event = delivery.published.event
        do throws(HTTPTransportError) {
            let answer = try await client.post(
                envelope.document(of: delivery.published, of: tenant),
                id: event.id.description,
                to: delivery.url,
                secrets: delivery.secrets
            )
            return DeliveryJudgement.result(of: delivery, answered: answer, jitter: .random)
        } catch {
            return DeliveryJudgement.result(of: delivery, failing: error, jitter: .random)
        }
    }

    /// Writes what has ended, what ends meanwhile included, and goes on with what is due. What
    /// cannot be written is sent again once its claim runs out: a receiver knows it by its
    /// identifier.
    private func record(_ tenant: TenantID) async {
        var goesOn = false
        while let ended = results.removeValue(forKey: tenant) {
            do throws(StoreError) {
                goesOn = try await turn(ended, tenant)
            } catch {
                goesOn = false
            }
        }
        recording.remove(tenant)
        if !goesOn { ended(tenant) }
    }

    private func note(_ result: DeliveryResult) {
        let fate =
            switch result.fate {
            case .delivered: "delivered"
            case .again: "again"
            case .dead: "dead"
            }
        Counter(label: "event_deliveries_total", dimensions: [("result", fate)]).increment()
    }
}

/// Posts signed documents to receivers: public addresses only, unless configured otherwise.
struct ReceiverClient: EventReceivers {
    private let client: HTTPClient
    private let clock: any WallClock
    let allowsPlainHTTP: Bool

    private static let options = HTTPSendOptions(
        connectTimeout: .seconds(5),
        totalTimeout: .seconds(15),
        maximumResponseBytes: 1 << 16
    )

    /// - Parameter addresses: where receivers may be; to public addresses alone only TLS is spoken.
    init(
        loop: EventLoop,
        authorityFile: String?,
        addresses: AddressPolicy,
        clock: any WallClock
    ) throws {
        self.clock = clock
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = authorityFile
        configuration.addresses = addresses
        client = try HTTPClient(loop: loop, configuration: configuration)
        allowsPlainHTTP = addresses == .any
    }

    func makeSecret() -> VendorToken { StandardWebhook.makeSecret() }

    func post(
        _ body: [UInt8],
        id: String,
        to url: String,
        secrets: [VendorToken]
    ) async throws(HTTPTransportError) -> HTTPResponse {
        let request = StandardWebhook.request(
            to: url,
            id: id,
            body: body,
            secrets: secrets,
            at: clock.now
        )
        return try await client.send(request, options: Self.options)
    }

    func send(
        _ body: [UInt8],
        id: String,
        to url: String,
        secrets: [VendorToken]
    ) async -> (status: Int?, error: String?) {
        do throws(HTTPTransportError) {
            let answer = try await post(body, id: id, to: url, secrets: secrets)
            return (answer.status.code, nil)
        } catch {
            return (nil, error.code.rawValue)
        }
    }

    func close() { client.close() }
}

extension Double {
    fileprivate static var random: Double { .random(in: 0...1) }
}
