internal import PaymentCore
internal import Postgres

/// The statements of one atomic phase, in an order that lets each find what it refers to.
extension Changeset {
    /// Whether it leaves something for the background: an event to publish, a job, or an entry
    /// to seal.
    var makesWork: Bool {
        !events.isEmpty || audit != nil || jobs.contains(where: \.isScheduled)
    }

    var needsKeys: Bool {
        payer != nil
            || methods.contains {
                switch $0 {
                case .insert: true
                case .makeDefault, .detach, .updateDetails, .flag: false
                }
            }
    }

    /// Everybody who changes a payment locks its row before its key and its webhook's effect, as
    /// ``PostgresPaymentStore/revise(_:in:_:)`` must; another order would invite deadlocks. A new
    /// payment has no row to wait for, so there what may have been done before comes first.
    ///
    /// - Parameter keys: needed only when ``needsKeys``.
    func queries(_ keys: TenantKeys?) throws(StoreError) -> [Query] {
        var queries: [Query] = []
        if payment?.isNew ?? true { queries += once }
        if let customer { queries.append(CustomerTable.insert(customer)) }
        if let order { queries += OrderTable.insert(order) }
        for change in methods where !change.isFlag {
            queries += try MethodTable.queries(
                for: change,
                keys,
                keepingToken: schedulesDetachment(change)
            )
        }
        if let session { queries.append(SessionTable.query(for: session)) }
        if let payment {
            queries.append(payment.intentQuery)
            if !payment.isNew {
                queries += once
            } else if let order = payment.after.order {
                queries.append(OrderTable.listItems(.id(payment.after.id), .id(order)))
            }
            queries += payment.attemptQueries
        }
        // Behind the payment's row: whoever flags has locked it.
        for change in methods where change.isFlag {
            queries += try MethodTable.queries(for: change, keys, keepingToken: false)
        }
        if let posting { queries.append(TransferTable.insert(posting)) }
        queries += records.map(RecordTable.query)
        if let payer { queries.append(try PayerTable.insert(payer, keys)) }
        if let reservation { queries.append(ReservationTable.insert(reservation)) }
        if let inbound { queries += InboundTable.end(inbound) }
        if let receipt { queries.append(ReceiptTable.insert(receipt)) }
        for job in jobs {
            queries.append(JobTable.query(for: job))
            if let forgotten = job.forgottenToken { queries.append(forgotten) }
        }
        if let audit { queries.append(AuditTable.insert(audit)) }
        return queries + events.map(OutboxTable.insert)
    }

    /// What makes the change happen once.
    private var once: [Query] {
        [effect.map(EffectTable.insert), idempotency.map(IdempotencyTable.query)]
            .compactMap(\.self)
    }

    private func schedulesDetachment(_ change: MethodChange) -> Bool {
        guard case .detach(let id) = change else { return false }
        return jobs.contains {
            guard case .schedule(.detachMethod, let subject, _) = $0 else { return false }
            return subject == id.description
        }
    }
}

extension MethodChange {
    fileprivate var isFlag: Bool {
        switch self {
        case .flag: true
        case .insert, .makeDefault, .detach, .updateDetails: false
        }
    }
}

extension JobChange {
    fileprivate var isScheduled: Bool {
        switch self {
        case .schedule: true
        case .clear, .finish: false
        }
    }

    /// The vendor has been told to detach a method: its token has no further use.
    fileprivate var forgottenToken: Query? {
        guard case .clear(.detachMethod, let subject) = self else { return nil }
        return PaymentMethodID(subject).map { MethodTable.forgetToken(.id($0)) }
    }
}

extension PaymentChange {
    fileprivate var isNew: Bool { expectedVersion == 0 }

    fileprivate var intentQuery: Query {
        isNew ? IntentTable.insert(after) : IntentTable.update(self)
    }

    /// Answers before new attempts: only one authorization of a payment may be open.
    fileprivate var attemptQueries: [Query] {
        answered.map { AttemptTable.answer($0, of: after.id, lease: lease) }
            + inserted.map { AttemptTable.insert($0, of: after.id, lease: lease) }
    }
}
