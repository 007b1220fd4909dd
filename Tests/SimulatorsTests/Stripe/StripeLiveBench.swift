import Cryptography
import HTTP
import JSON

@testable import Simulators

typealias StripeLiveBench = LiveBench<Stripe.Vendor>

extension LiveBench where Vendor == Stripe.Vendor {
    static func run(
        latency: Duration = .zero,
        _ body: @escaping @Sendable (StripeLiveBench) async throws -> Void
    ) async throws {
        var configuration = StripeSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        configuration.latency = latency
        try await run(
            configuration,
            endpoints: { [.init(url: $0, secrets: [WebhookReceiver.Receipt.stripeSecret])] },
            body
        )
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
        return try await call(
            method,
            path,
            fields: fields,
            body: FormEncoder(form.map { ($0.key, $0.value) }).bytes,
            timeout: timeout
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

    /// The types of the events that were taken.
    var acceptedTypes: [String] {
        receiver.receipts.filter(\.isAccepted).compactMap { $0.json["type"]?.stringValue }
    }
}

// What a receiver of Stripe's finds out about a delivery.
extension WebhookReceiver.Receipt {
    static let stripeSecret = "whsec_of_this_bench"

    private var signature: [[Substring]] {
        (fields["Stripe-Signature"] ?? "").split(separator: ",").map { $0.split(separator: "=") }
    }

    private var time: Substring { signature.first { $0.first == "t" }?.last ?? "" }

    var isGenuineStripe: Bool {
        let code = HMAC.sha256(
            key: Array(Self.stripeSecret.utf8),
            message: Array("\(time).".utf8) + body
        )
        return signature.contains { $0.first == "v1" && $0.last == Hex.encode(code)[...] }
    }

    var isFreshStripe: Bool {
        (-5...300).contains(WallClock.unixTime - (Int64(time) ?? 0))
    }
}
