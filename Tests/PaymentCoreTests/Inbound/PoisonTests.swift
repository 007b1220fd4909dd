import PaymentCore
import TestKit
import Testing

/// Events that say nothing, are for somebody else, or are about tenants and drawers.
struct PoisonTests {
    private let discrepancies = HeardDiscrepancies()
    private let gateway: MemoryGateway

    init() { gateway = MemoryGateway(observer: discrepancies) }

    private func receive(
        _ fact: InboundFact?,
        _ type: String,
        id: String = "x",
        tenant: String?
    ) async throws -> InboundReceipt {
        if let fact { gateway.facts.label(fact, id) }
        let event = CloudEvent(
            id: id,
            source: "/platform",
            type: type,
            tenant: tenant,
            data: id
        )
        return try await gateway.workflows.receive(event, from: "topic/0/\(id)")
    }

    private func settled(_ receipt: InboundReceipt) async throws -> InboundEvent? {
        guard case .kept(let event, _) = receipt else { return nil }
        try await gateway.work()
        return try await gateway.store.inboundEvent(event.id, in: gateway.tenant)
    }

    @Test func `malformed data and unknown types are dead letters that are told of`() async throws {
        let own = gateway.tenant.description
        let malformed = try await settled(
            try await receive(nil, "reservation.held.v1", id: "a", tenant: own)
        )
        #expect(malformed?.reason == .malformed)
        let unknown = try await settled(
            try await receive(
                .schemasDropped(gateway.tenant),
                "reservation.moved.v1",
                id: "b",
                tenant: own
            )
        )
        #expect(unknown?.reason == .unknownType)
        _ = try await gateway.store.publishEvents(limit: 10, in: gateway.tenant)
        let events = try await gateway.store.events(after: 0, limit: 10, in: gateway.tenant)
        #expect(events.map(\.event.data) == ["a malformed", "b unknown_type"])
    }

    @Test func `what names no tenant of ours is kept as a stray, once, until there is one`()
        async throws
    {
        let other: TenantID = gateway.identifiers.make()
        let fact = InboundFact.configUpdated(other, sections: [])
        for _ in 0..<2 {
            let receipt = try await receive(
                fact,
                "tenant.config_updated.v1",
                tenant: other.description
            )
            #expect(receipt == .stray(reason: "unknown_tenant"))
        }
        #expect(
            try await receive(fact, "tenant.config_updated.v1", id: "y", tenant: nil)
                == .stray(reason: "no_tenant")
        )
        let strays = try await gateway.strays.strays(after: nil, limit: 10)
        #expect(strays.map(\.reason) == ["no_tenant", "unknown_tenant"])
        let known = try #require(strays.last)
        #expect(
            try await gateway.workflows.replayStray(known.id) == .stray(reason: "unknown_tenant")
        )
        gateway.tenants.set(.active, of: other)
        guard case .kept = try await gateway.workflows.replayStray(known.id) else {
            Issue.record("its tenant is known now")
            return
        }
        #expect(try await gateway.strays.strays(after: nil, limit: 10).count == 1)
    }

    @Test func `what is no event at all is kept as a stray`() async throws {
        let receipt = try await gateway.workflows.receiveUnreadable("{]", from: "topic/0/9")
        #expect(receipt == .stray(reason: "malformed"))
        #expect(try await gateway.strays.strays(after: nil, limit: 10).map(\.body) == ["{]"])
    }

    @Test func `an event that names another tenant is refused`() async throws {
        let other: TenantID = gateway.identifiers.make()
        gateway.facts.label(.configUpdated(gateway.tenant, sections: []), "x")
        let event = CloudEvent(
            id: "x",
            source: "/platform",
            type: "tenant.config_updated.v1",
            tenant: other.description,
            data: "x"
        )
        let receipt = try await gateway.workflows.receive(
            event,
            in: gateway.tenant,
            sentBy: nil
        )
        #expect(try await settled(receipt)?.reason == .wrongTenant)
        #expect(gateway.tenants.refreshed.isEmpty)
    }

    @Test func `a tenant is dropped, served again, and made when it is new`() async throws {
        let own = gateway.tenant
        let dropped = InboundKind.schemasDropped.rawValue
        _ = try await receive(.schemasDropped(own), dropped, id: "a", tenant: own.description)
        #expect(try await gateway.tenants.tenant(own)?.state == .dropped)
        #expect(
            try await receive(
                .configUpdated(own, sections: []),
                "tenant.config_updated.v1",
                id: "b",
                tenant: own.description
            ) == .stray(reason: "tenant_dropped")
        )
        let provisioned = InboundKind.schemasProvisioned.rawValue
        _ = try await receive(
            .schemasProvisioned(own),
            provisioned,
            id: "c",
            tenant: own.description
        )
        #expect(try await gateway.tenants.tenant(own)?.state == .active)
        let fresh: TenantID = gateway.identifiers.make()
        _ = try await receive(
            .schemasProvisioned(fresh),
            provisioned,
            id: "d",
            tenant: fresh.description
        )
        #expect(try await gateway.tenants.tenant(fresh)?.state == .active)
    }

    @Test func `a tenant whose making was cut short is finished by its event alone`() async throws {
        let other: TenantID = gateway.identifiers.make()
        gateway.tenants.set(.active, of: other, hasSchema: false)
        await #expect {
            try await receive(
                .configUpdated(other, sections: []),
                "tenant.config_updated.v1",
                id: "a",
                tenant: other.description
            )
        } throws: { ($0 as? StoreError)?.code == .missingReference }
        let receipt = try await receive(
            .schemasProvisioned(other),
            InboundKind.schemasProvisioned.rawValue,
            id: "b",
            tenant: other.description
        )
        guard case .kept = receipt else {
            Issue.record("\(receipt)")
            return
        }
        #expect(try await gateway.tenants.tenant(other)?.hasSchema == true)
        // The same over the API, which knows the tenant that it is sent to.
        gateway.tenants.set(.active, of: other, hasSchema: false)
        gateway.facts.label(.schemasProvisioned(other), "again")
        let event = CloudEvent(
            id: "c",
            source: "/platform",
            type: InboundKind.schemasProvisioned.rawValue,
            data: "again"
        )
        _ = try await gateway.workflows.receive(event, in: other, sentBy: nil)
        #expect(try await gateway.tenants.tenant(other)?.hasSchema == true)
    }

    @Test func `a changed configuration is forgotten`() async throws {
        let receipt = try await receive(
            .configUpdated(gateway.tenant, sections: ["payments"]),
            "tenant.config_updated.v1",
            tenant: gateway.tenant.description
        )
        #expect(try await settled(receipt)?.state == .applied)
        #expect(gateway.tenants.refreshed == [gateway.tenant])
    }

    @Test func `a drawer's closing is held against our receipts`() async throws {
        for key in ["a", "b", "c"] {
            _ = try await gateway.workflows.createIntent(
                CreateIntent(amount: Money(500, .usd), method: .cash, drawer: "front-1"),
                under: gateway.key(key),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        let receipts = gateway.store.receipts(of: gateway.tenant).map(\.id.description)
        func closing(_ lines: [DrawerClosing.Line], counted: Int64) -> InboundFact {
            .drawerClosed(
                DrawerClosing(
                    drawer: "front-1",
                    property: "kabul-1",
                    openedAt: gateway.clock.now - .seconds(60),
                    closedAt: gateway.clock.now + .seconds(60),
                    currency: .usd,
                    counted: counted,
                    lines: lines
                )
            )
        }
        let type = InboundKind.drawerClosed.rawValue
        let own = gateway.tenant.description
        let all = receipts.map { DrawerClosing.Line(receipt: $0, amount: 500) }
        _ = try await settled(
            try await receive(closing(all, counted: 1_500), type, id: "ok", tenant: own)
        )
        let wrong =
            [all[0], .init(receipt: receipts[1], amount: 400), .init(receipt: "rcp_x", amount: 1)]
        _ = try await settled(
            try await receive(closing(wrong, counted: 901), type, id: "off", tenant: own)
        )
        _ = try await gateway.store.publishEvents(limit: 100, in: gateway.tenant)
        let events = try await gateway.store.events(after: 0, limit: 100, in: gateway.tenant)
            .map(\.event)
        #expect(events.filter { $0.type == .discrepancyFound }.map(\.data) == ["off applied"])
        #expect(discrepancies.heard.count == 1)
        let match = DrawerMatch(
            try drawer(closing(wrong, counted: 901)),
            gateway.store.receipts(of: gateway.tenant)
        )
        #expect(match.matched == 1)
        #expect(match.missing.map(\.description) == [receipts[2]])
        #expect(match.unknown == ["rcp_x"])
        #expect(match.differing == [receipts[1]])
        #expect(match.expected == 1_500)
    }

    @Test
    func `what a drawer should hold is told as far as it fits`() throws {
        let receipts = (0..<3).map { number in
            CashReceipt(
                id: ReceiptID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: number)),
                intent: IntentID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1)),
                attempt: AttemptID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1)),
                drawer: "front-1",
                property: nil,
                direction: .received,
                amount: Money(.max, .usd),
                recordedBy: .system,
                recordedAt: Timestamp(seconds: 1)
            )
        }
        let closing = DrawerClosing(
            drawer: "front-1",
            property: "p-1",
            openedAt: Timestamp(seconds: 0),
            closedAt: Timestamp(seconds: 2),
            currency: .usd,
            counted: 0,
            lines: []
        )
        let match = DrawerMatch(closing, receipts)
        #expect(match.expected == .max)
        #expect(!match.agrees)
    }

    private func drawer(_ fact: InboundFact) throws -> DrawerClosing {
        guard case .drawerClosed(let closing) = fact else {
            throw InboundRefusal(.malformed, "no drawer")
        }
        return closing
    }
}
