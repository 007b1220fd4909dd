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
        let guest = Customer(
            id: gateway.identifiers.make(),
            reference: "guest-7",
            name: "Anna",
            email: nil,
            phone: nil,
            metadata: [:],
            createdAt: gateway.clock.now,
            updatedAt: gateway.clock.now
        )
        try await gateway.store.commit(Changeset(customer: guest), in: gateway.tenant)
        let opened = try await gateway.workflows.openSession(
            gateway.identifiers.make(),
            for: guest.id,
            kind: .card,
            provider: nil,
            offSession: true,
            returnURL: nil,
            under: nil,
            in: gateway.tenant
        )
        let setup = try #require(opened.session.reference)
        try await control("setup_intents/\(setup)/enter_card", ["payment_method": .string(card)])
        try await control("setup_intents/\(setup)/authenticate", ["outcome": "succeeded"])
        let read = try await gateway.workflows.readSession(opened.session, in: gateway.tenant)
        return try #require(read.session.method)
    }

    /// Another service's event, and what it brings about.
    fileprivate func tell(_ fact: InboundFact, _ kind: InboundKind) async throws -> InboundEvent {
        let id = kind.rawValue
        gateway.facts.label(fact, id)
        let event = CloudEvent(
            id: id,
            source: "/booking",
            type: "melmastoon.\(kind.rawValue)",
            tenant: gateway.tenant.description,
            sequence: nil,
            correlation: nil,
            data: id
        )
        let receipt = try await gateway.workflows.receive(event, from: "test:\(id)")
        guard case .kept(let kept, _) = receipt else {
            throw WorkflowError(.fault, "\(receipt)")
        }
        try await gateway.work()
        return try #require(try await gateway.store.inboundEvent(kept.id, in: gateway.tenant))
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
            let held = try await shop.tell(.held(reservation), .reservationHeld)
            #expect(held.state == .applied)
            let noShow = try await shop.tell(
                .noShow(reservation: "R-1", charge: nil),
                .reservationNoShow
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
