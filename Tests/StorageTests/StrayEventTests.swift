import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct StrayEventTests {
    @Test func `a stray is kept once for its origin until it is removed`() async throws {
        try await withTenant { fixture, tenant in
            let strays = fixture.strays
            let first = StrayEvent(
                id: fixture.identifiers.make(),
                origin: "orders/0/\(tenant)",
                reason: "unknown_tenant",
                body: #"{"id":"1"}"#,
                receivedAt: RealClock().now
            )
            let again = StrayEvent(
                id: fixture.identifiers.make(),
                origin: first.origin,
                reason: "malformed",
                body: "",
                receivedAt: RealClock().now
            )
            try await strays.keep(first)
            try await strays.keep(again)
            let kept = try await strays.stray(first.id)
            #expect(kept?.body == first.body)
            #expect(kept?.reason == first.reason)
            #expect(try await strays.stray(again.id) == nil)
            #expect(try await strays.strays(after: nil, limit: 100).map(\.id).contains(first.id))
            try await strays.remove(first.id)
            #expect(try await strays.stray(first.id) == nil)
        }
    }

    @Test func `the data of an event is sealed where it is stored`() async throws {
        try await withTenant { fixture, tenant in
            let event = InboundEvent(
                id: fixture.identifiers.make(),
                event: CloudEvent(
                    id: "1",
                    source: "/booking",
                    type: "reservation.held.v1",
                    data: #"{"guest":{"name":"Anna"}}"#
                ),
                aggregate: "reservation:R-1",
                sentBy: nil,
                receivedAt: RealClock().now
            )
            _ = try await fixture.events.receive(event, in: tenant)
            let rows = try await fixture.sql(
                "select position('Anna'::bytea in data_sealed) from inbound_events",
                role: TenantSchema(tenant).role
            )
            #expect(try rows.first?.int(0) == 0)
            let opened = try await fixture.events.inboundEvent(event.id, in: tenant)
            #expect(opened?.event.data == event.event.data)
        }
    }
}
