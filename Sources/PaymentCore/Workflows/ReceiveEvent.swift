/// What became of an event on arrival.
package enum InboundReceipt: Sendable, Hashable {
    /// Kept in its tenant's inbox.
    case kept(InboundEvent, isDuplicate: Bool)
    /// Kept for an operator: it is for nobody that we know.
    case stray(reason: String)
}

extension PaymentWorkflows {
    /// Keeps an event for the tenant that it names, or as a stray. Once this returns it is stored,
    /// so whoever read it may forget it.
    ///
    /// - Parameter origin: where it was read, such as a topic's place; makes strays unique.
    /// - Throws: `missingReference` for a tenant that has no schema, which may be about to have one.
    package func receive(
        _ event: CloudEvent,
        from origin: String
    ) async throws(StoreError) -> InboundReceipt {
        let inbound = inboundPorts
        guard let tenant = event.tenant.flatMap({ TenantID($0) }) else {
            return try await keepStray(event, because: "no_tenant", from: origin)
        }
        let known = try await inbound.tenants.tenant(tenant)
        // Silence is right: what cannot be read creates no tenant.
        let fact = try? inbound.documents.fact(in: event)
        if fact != .schemasProvisioned(tenant) {
            guard let known else {
                return try await keepStray(event, because: "unknown_tenant", from: origin)
            }
            if known.state == .dropped, event.kind?.isLifecycle != true {
                return try await keepStray(event, because: "tenant_dropped", from: origin)
            }
            guard known.hasSchema else { throw Self.noSchema }
        }
        return try await receive(event, in: tenant, sentBy: nil)
    }

    /// Keeps what came from `origin` and is no event at all.
    package func receiveUnreadable(
        _ text: String,
        from origin: String
    ) async throws(StoreError) -> InboundReceipt {
        let inbound = inboundPorts
        let masked = inbound.documents.masked(
            CloudEvent(id: "", source: "", type: "", data: text)
        )
        try await inbound.strays.keep(
            StrayEvent(
                id: identifiers.make(),
                origin: origin,
                reason: "malformed",
                body: masked.data,
                receivedAt: clock.now
            )
        )
        return .stray(reason: "malformed")
    }

    /// Keeps an event in a tenant's inbox, where its turn will come. The same event again is found
    /// by its source and id.
    ///
    /// - Throws: `missingReference` for a lifecycle event of a tenant that has no schema and is not to
    ///   have one.
    package func receive(
        _ event: CloudEvent,
        in tenant: TenantID,
        sentBy key: APIKeyID?
    ) async throws(StoreError) -> InboundReceipt {
        let inbound = inboundPorts
        let id: InboundEventID = identifiers.make()
        // Silence is right: what cannot be read is about nothing but itself, and judged in its turn.
        let fact = try? inbound.documents.fact(in: event)
        // An event about a tenant's schema is kept in that schema, so the schema comes first.
        if event.kind?.isLifecycle == true,
            try await inbound.tenants.tenant(tenant)?.hasSchema != true
        {
            guard fact == .schemasProvisioned(tenant) else { throw Self.noSchema }
            try await inbound.tenants.provision(tenant)
        }
        let kept = try await inbound.inbox.receive(
            InboundEvent(
                id: id,
                event: inbound.documents.masked(event),
                aggregate: fact?.aggregate ?? "event:\(id)",
                sentBy: key,
                receivedAt: clock.now
            ),
            in: tenant
        )
        // Nobody visits a tenant that is not served, so what decides that is not left to a job.
        if event.kind?.isLifecycle == true, kept.state == .received {
            _ = try await applyEvents(of: kept.aggregate, in: tenant)
        }
        return .kept(kept, isDuplicate: kept.id != id)
    }

    /// Keeps a stray where it belongs by now, when its tenant has become known.
    package func replayStray(_ id: InboundEventID) async throws(StoreError) -> InboundReceipt? {
        let inbound = inboundPorts
        guard let stray = try await inbound.strays.stray(id) else { return nil }
        guard let event = inbound.documents.event(in: stray.body) else {
            return .stray(reason: stray.reason)
        }
        let receipt = try await receive(event, from: stray.origin)
        if case .kept = receipt { try await inbound.strays.remove(id) }
        return receipt
    }

    /// Keeps an event for an operator, who can replay it.
    package func keepStray(
        _ event: CloudEvent,
        because reason: String,
        from origin: String
    ) async throws(StoreError) -> InboundReceipt {
        let inbound = inboundPorts
        try await inbound.strays.keep(
            StrayEvent(
                id: identifiers.make(),
                origin: origin,
                reason: reason,
                body: inbound.documents.document(of: event),
                receivedAt: clock.now
            )
        )
        return .stray(reason: reason)
    }

    private static var noSchema: StoreError {
        StoreError(.missingReference, "the tenant has no schema")
    }

    /// Whoever offers a way in has wired what it relies on.
    var inboundPorts: InboundPorts {
        guard let inbound else {
            preconditionFailure("invariant: events are only received where an inbox is wired")
        }
        return inbound
    }
}
