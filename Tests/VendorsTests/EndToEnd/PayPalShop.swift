import HTTP
import HTTPClient
import JSON
import PaymentCore
import Simulators
import Testing
import VendorRecordings
import Vendors

/// A shop that sells through PayPal.
typealias PayPalShop = VendorShop<Simulators.PayPal.Vendor>

extension VendorShop where Vendor == Simulators.PayPal.Vendor {
    static func run(_ body: @escaping @Sendable (Self) async throws -> Void) async throws {
        var configuration = PayPalSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        try await run(
            Vendors.PayPal.descriptor,
            configuration,
            endpoint: { .init(url: $0, webhookID: PayPalSigner.webhookID) },
            credentials: { try await credentials(of: $0, $1) },
            body
        )
    }

    /// Trusts the simulator's certificates.
    private static func credentials(
        of simulator: PayPalSimulator,
        _ client: HTTPClient
    ) async throws -> Credentials {
        let authority = try await control(.get, "certificate_authority", nil, client, simulator)
        let root = authority["pem"]?.stringValue?.split(separator: "\n")
            .filter { !$0.hasPrefix("-----") }.joined()
        return PayPalFixture.account(changing: [
            "api_base": [simulator.baseURL], "webhook_authorities": [try #require(root)],
        ]).credentials
    }

    /// A payment whose page is open.
    func open(
        _ captureMethod: Intent.CaptureMethod = .manual,
        kind: MethodKind = .wallet,
        amount: Int64 = 1_099
    ) async throws -> Payment {
        try await pay(
            CreateIntent(
                amount: Money(amount, .eur),
                captureMethod: captureMethod,
                method: kind,
                returnURL: "https://shop.example/back"
            )
        )
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
}

extension Payment {
    /// PayPal's order.
    var order: String { intent.reference ?? "" }
}
