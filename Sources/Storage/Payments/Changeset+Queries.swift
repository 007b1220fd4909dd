internal import PaymentCore
internal import Postgres

/// The statements of one atomic phase, in an order that lets each find what it refers to.
extension Changeset {
    /// Whether it leaves something for the background: an event to publish or a job.
    var makesWork: Bool {
        switch job {
        case .schedule: true
        case .clear, nil: !events.isEmpty
        }
    }

    var needsKeys: Bool {
        methods.contains {
            switch $0 {
            case .insert: true
            case .makeDefault, .detach, .updateDetails: false
            }
        }
    }

    /// - Parameter keys: needed only when ``needsKeys``.
    func queries(_ keys: TenantKeys?) throws(StoreError) -> [Query] {
        var queries: [Query] = []
        // What may have been done before comes first: nothing else is tried then.
        if let effect { queries.append(EffectTable.insert(effect)) }
        if let idempotency { queries.append(IdempotencyTable.query(for: idempotency)) }
        if let customer { queries.append(CustomerTable.insert(customer)) }
        if let order { queries += OrderTable.insert(order) }
        for change in methods {
            queries += try MethodTable.queries(
                for: change,
                keys,
                keepingToken: schedulesDetachment(change)
            )
        }
        if let session { queries.append(SessionTable.query(for: session)) }
        if let payment { queries += payment.queries }
        if let receipt { queries.append(ReceiptTable.insert(receipt)) }
        if let job {
            queries.append(JobTable.query(for: job))
            if let forgotten = job.forgottenToken { queries.append(forgotten) }
        }
        queries += events.map(OutboxTable.insert)
        return queries
    }

    private func schedulesDetachment(_ change: MethodChange) -> Bool {
        guard case .detach(let id) = change,
            case .schedule(.detachMethod, let subject, _) = job
        else { return false }
        return subject == id.description
    }
}

extension JobChange {
    /// The vendor has been told to detach a method: its token has no further use.
    fileprivate var forgottenToken: Query? {
        guard case .clear(.detachMethod, let subject) = self else { return nil }
        return PaymentMethodID(subject).map { MethodTable.forgetToken(.id($0)) }
    }
}

extension PaymentChange {
    fileprivate var queries: [Query] {
        let id = after.id
        let intent = expectedVersion == 0 ? IntentTable.insert(after) : IntentTable.update(self)
        // Answers before new attempts: only one authorization of a payment may be open.
        return [intent] + answered.map { AttemptTable.answer($0, of: id) }
            + inserted.map {
                AttemptTable.insert(
                    $0,
                    of: id,
                    fx: $0.operation == .authorize ? after.fx : nil,
                    lease: lease
                )
            }
    }
}
