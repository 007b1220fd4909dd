import EventDelivery
import HTTP
import HTTPClient
import Metrics
import PaymentAPI
import PaymentCore
import Reactor
import Storage

/// Sends a loop's share of events to their subscribers. A receiver that is slow or gone takes only
/// its own places, so it holds up no other; what ends together is written together.
final class EventDeliverer: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let loop: EventLoop
    private let store: PostgresSubscriptionStore
    private let client: ReceiverClient
    private let envelope: EventEnvelope
    private let ended: (TenantID) -> Void
    private var inFlight: [EventSubscriptionID: Int] = [:]
    private var results: [TenantID: [DeliveryResult]] = [:]
    private var isRecording = false

    /// Deliveries under way to one receiver.
    private static let placesEach = 32
    private static let places = 512
    /// How long a claim is ours: longer than an attempt can take.
    private static let lease = Duration.seconds(60)

    /// - Parameter ended: hears of a tenant some of whose deliveries have ended.
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
        let fanned = try await store.fanOut(limit: 500, in: tenant)
        let free = Self.places - inFlight.values.reduce(0, +)
        guard free > 0 else { return fanned > 0 }
        let busy = inFlight.filter { $0.value >= Self.placesEach / 2 }.keys
        let claimed = try await store.claim(
            limit: min(free, 200),
            each: Self.placesEach / 2,
            busy: Set(busy),
            lease: Self.lease,
            in: tenant
        )
        for delivery in claimed {
            inFlight[delivery.subscription, default: 0] += 1
            loop.spawn { [self] in await deliver(delivery, tenant) }
        }
        return fanned + claimed.count > 0
    }

    private func deliver(_ delivery: ClaimedDelivery, _ tenant: TenantID) async {
        let event = delivery.published.event
        let result: DeliveryResult
        do throws(HTTPTransportError) {
            let answer = try await client.post(
                envelope.document(of: delivery.published, of: tenant),
                id: event.id.description,
                to: delivery.url,
                secrets: delivery.secrets
            )
            result = DeliveryJudgement.result(of: delivery, answered: answer, jitter: .random)
        } catch {
            result = DeliveryJudgement.result(of: delivery, failing: error, jitter: .random)
        }
        note(result)
        let left = (inFlight[delivery.subscription] ?? 1) - 1
        inFlight[delivery.subscription] = left > 0 ? left : nil
        results[tenant, default: []].append(result)
        guard !isRecording else { return }
        isRecording = true
        loop.endOfTurn { [self] in loop.spawn { [self] in await record() } }
    }

    /// Writes what has ended. What cannot be written is sent again once its claim runs out: a
    /// receiver knows it by its identifier.
    private func record() async {
        let all = results
        results = [:]
        isRecording = false
        for (tenant, results) in all {
            // Silence is right: see above.
            try? await store.record(results, in: tenant)
            ended(tenant)
        }
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

    /// - Parameter onlyPublic: refuses addresses that are not reached over the public internet,
    ///   judged after the name is resolved.
    init(
        loop: EventLoop,
        authorityFile: String?,
        onlyPublic: Bool,
        clock: any WallClock
    ) throws {
        self.clock = clock
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = authorityFile
        configuration.addresses = onlyPublic ? .publicOnly : .any
        client = try HTTPClient(loop: loop, configuration: configuration)
        allowsPlainHTTP = !onlyPublic
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
