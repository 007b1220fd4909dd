import JSON
import PaymentCore
import Simulators
import TestKit
import Testing
import Vendors

/// A shop that sells through Stripe.
private typealias StripeShop = VendorShop<Simulators.Stripe.Vendor>

extension VendorShop where Vendor == Simulators.Stripe.Vendor {
    fileprivate static func run(
        _ body: @escaping @Sendable (Self) async throws -> Void
    ) async throws {
        let secret = "whsec_of_this_shop"
        var configuration = StripeSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        try await run(
            Vendors.Stripe.descriptor,
            configuration,
            endpoint: { .init(url: $0, secrets: [secret]) },
            credentials: { simulator, _ in
                StripeFixture.account(changing: [
                    "api_base": [simulator.baseURL], "webhook_secrets": [secret],
                ]).credentials
            },
            body
        )
    }

    /// A card that a guest has saved, proving who they are.
    fileprivate func saved(_ card: String) async throws -> PaymentMethodID {
        let opened = try await gateway.openCardPage()
        let setup = try #require(opened.session.reference)
        try await control("setup_intents/\(setup)/enter_card", ["payment_method": .string(card)])
        try await control("setup_intents/\(setup)/authenticate", ["outcome": "succeeded"])
        let read = try await gateway.workflows.readSession(opened.session, in: gateway.tenant)
        return try #require(read.session.method)
    }
}

/// The core, the adapter and Stripe's simulator together.
@Suite struct StripeEndToEndTests {
    /// Its bank asks for the guest each time, except of merchants whom the guest let charge it while
    /// it was saved, and who say that they charge it so.
    @Test func `a card that was authenticated while it was saved pays a no-show`() async throws {
        try await StripeShop.run { shop in
            let card = try await shop.saved("pm_card_authenticationRequiredOnSetup")
            let reservation = HeldReservation(
                reservation: "R-1",
                property: "kabul-1",
                guest: .init(id: "guest-7", name: "Anna", email: nil),
                amount: Money(40_000, .eur),
                guarantee: .cashOnArrival,
                capture: .onArrival,
                method: .cash,
                methodID: card,
                firstNight: 9_000,
                expiresAt: nil
            )
            let held = try await shop.gateway.tell(.held(reservation), .reservationHeld, id: "held")
            #expect(held.state == .applied)
            let noShow = try await shop.gateway.tell(
                .noShow(reservation: "R-1", charge: nil),
                .reservationNoShow,
                id: "no-show"
            )
            #expect(noShow.state == .applied, "\(String(describing: noShow.detail))")
            let id = try #require(held.intent)
            let payment = try #require(
                try await shop.gateway.store.payment(id, in: shop.gateway.tenant)
            )
            #expect(payment.intent.state == .captured)
            #expect(payment.intent.captured == 9_000)
            #expect(payment.intent.capturable == 0)
            let entry = try #require(shop.simulator.book[payment.intent.reference ?? ""])
            #expect(entry.captured == 9_000)
        }
    }
}
