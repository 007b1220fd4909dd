package import PaymentCore

/// What a guest does, and what other services tell of guests.
extension MemoryGateway {
    /// A new guest opens the page on which a card is kept.
    package func openCardPage() async throws -> PaymentWorkflows.OpenSession {
        let guest = Customer(
            id: identifiers.make(),
            reference: "guest-7",
            name: "Anna",
            email: nil,
            phone: nil,
            metadata: [:],
            createdAt: clock.now,
            updatedAt: clock.now
        )
        try await store.commit(Changeset(customer: guest), in: tenant)
        return try await workflows.openSession(
            identifiers.make(),
            for: guest.id,
            kind: .card,
            provider: nil,
            offSession: true,
            returnURL: nil,
            under: nil,
            in: tenant
        )
    }

    /// Brings another service's event in, and lets the worker do what is due.
    package func tell(
        _ fact: InboundFact,
        _ kind: InboundKind,
        id: String,
        sequence: Int64? = nil
    ) async throws -> InboundEvent {
        facts.label(fact, id)
        let event = CloudEvent(
            id: id,
            source: "/booking",
            type: "melmastoon.\(kind.rawValue)",
            tenant: tenant.description,
            sequence: sequence,
            correlation: "saga-1",
            data: id
        )
        let receipt = try await workflows.receive(event, from: "test:\(id)")
        guard case .kept(let kept, _) = receipt else { throw WorkflowError(.fault, "\(receipt)") }
        try await work()
        guard let told = try await store.inboundEvent(kept.id, in: tenant) else {
            throw WorkflowError(.fault, "a kept event is gone")
        }
        return told
    }
}
