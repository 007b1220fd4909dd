/// Building and committing one atomic phase.
extension PaymentWorkflows {
    /// Fresh identifiers for one movement.
    func asking(_ actor: Actor) -> Asking {
        Asking(
            attempt: identifiers.make(),
            movement: identifiers.next(),
            actor: actor,
            now: clock.now
        )
    }

    /// Seals a payment into a changeset with its transfers, its events and its next check.
    /// `payment` becomes the stored one once the commit succeeds.
    @inline(never)
    func changeset(
        for payment: inout Payment,
        receipt: CashReceipt? = nil,
        correlation: String?,
        traceparent: String?
    )
        -> Changeset
    {
        let now = clock.now
        let transfers = payment.book(drawer: receipt?.drawer)
        let facts = payment.facts
        let lease = lease(of: payment.intent.vendor)
        let change = payment.seal(lease: lease, at: now)
        let first = payment.intent.eventSequence - Int64(facts.count) + 1
        let events = facts.enumerated().map { index, fact in
            OutboxEvent(
                id: identifiers.make(),
                type: EventName(fact.type),
                aggregate: payment.intent.id.description,
                sequence: first + Int64(index),
                occurredAt: now,
                correlation: correlation,
                conversation: payment.intent.metadata[Self.conversationName],
                traceparent: traceparent,
                data: presenter.eventData(of: payment, movement: fact.attempt)
            )
        }
        return Changeset(
            payment: change,
            posting: Posting(
                transfers,
                of: payment.intent.id,
                toldBy: events.last,
                obeyingLimits: payment.asksRefund || receipt?.direction == .paidOut
            ),
            receipt: receipt,
            methods: payment.condemnedMethod.map { [.flag($0.id, code: $0.code)] } ?? [],
            jobs: [
                payment.nextCheck(lease: lease, settings: settings, at: now),
                saleToRegister(payment, facts),
            ].compactMap(\.self),
            payer: payment.payer,
            events: events
        )
    }

    /// Metadata that says what a payment's events belong to.
    static let conversationName = "correlation_id"

    func lease(of vendor: VendorID?) -> Duration {
        let timeout = vendor.flatMap { vendors.port($0)?.capabilities.callTimeout }
        return (timeout ?? .seconds(0)) + settings.leaseMargin
    }

    /// A payment as it is stored after its changes were committed.
    func stored(_ payment: Payment) -> Payment {
        Payment(stored: payment.intent, attempts: payment.attempts)
    }

    /// Commits a change that somebody else may have overtaken: first on what we know, in one round
    /// trip; when that is stale, under the lock, on what is stored. When the answer to COMMIT is
    /// lost, the stored payment tells whether it happened.
    ///
    /// `apply` must be a function of the payment alone: it can run several times.
    ///
    /// - Returns: the payment as it is stored, and whether it may have changed beneath us.
    @inline(never)
    func commitAnswer(
        to known: Payment,
        in tenant: TenantID,
        correlation: String?,
        traceparent: String?,
        adding extra: @Sendable (Payment, inout Changeset) -> Void,
        _ apply: @Sendable (inout Payment) -> Void
    ) async throws(StoreError) -> (payment: Payment, isOvertaken: Bool) {
        var payment = known
        apply(&payment)
        var changes = changeset(for: &payment, correlation: correlation, traceparent: traceparent)
        let result = stored(payment)
        extra(result, &changes)
        do {
            try await commit(changes, in: tenant)
            return (result, isOvertaken: false)
        } catch  where error.code == .stale || error.code == .commitUnknown {
            let result = try await commitUnderLock(
                known.intent.id,
                in: tenant,
                correlation: correlation,
                traceparent: traceparent,
                adding: extra,
                apply
            )
            return (result, isOvertaken: true)
        }
    }

    @inline(never)
    func commitUnderLock(
        _ id: IntentID,
        in tenant: TenantID,
        correlation: String?,
        traceparent: String?,
        adding extra: @Sendable (Payment, inout Changeset) -> Void = { _, _ in },
        _ apply: @Sendable (inout Payment) -> Void
    ) async throws(StoreError) -> Payment {
        let revised = try await revise(id, in: tenant) { payment in
            var payment = payment
            apply(&payment)
            guard payment.hasChanges else {
                // Answered before, perhaps by ourselves: only the key is left to be settled.
                var changes = Changeset()
                extra(payment, &changes)
                return .commit(changes, payment)
            }
            var changes = changeset(
                for: &payment,
                correlation: correlation,
                traceparent: traceparent
            )
            let result = stored(payment)
            extra(result, &changes)
            return .commit(changes, result)
        }
        guard let revised else {
            throw StoreError(.fault, "invariant: an asked payment is never deleted")
        }
        return revised
    }
}
