import PaymentCore

/// Applying a changeset: the same guards as the statements of the real store.
extension TenantRows {
    mutating func apply(_ changes: Changeset, at now: Timestamp) throws(StoreError) {
        if let effect = changes.effect {
            guard effects.insert(effect).inserted else { throw StoreError(.duplicateEffect) }
        }
        if let change = changes.idempotency { try apply(change, at: now) }
        if let customer = changes.customer { try insert(customer) }
        if let order = changes.order { orders[order.id] = order }
        if let change = changes.payment { try apply(change, at: now) }
        if let posting = changes.posting { try apply(posting) }
        for change in changes.records { try apply(change) }
        if let payer = changes.payer, payers[payer.attempt] == nil {
            payers[payer.attempt] = payer.account
        }
        if let reservation = changes.reservation { try apply(reservation) }
        if let end = changes.inbound { try apply(end) }
        if let receipt = changes.receipt { receipts.append(receipt) }
        if let change = changes.session { try apply(change) }
        for change in changes.methods { try apply(change) }
        for event in changes.events { try append(event) }
        for change in changes.jobs { apply(change, at: now) }
    }

    private mutating func apply(
        _ change: PaymentChange,
        at now: Timestamp
    ) throws(StoreError) {
        let id = change.after.id
        guard (intents[id]?.version ?? 0) == change.expectedVersion else {
            throw StoreError(.stale)
        }
        if let stored = intents[id] {
            guard stored.admits(change.reservation) else { throw StoreError(.stale) }
        }
        intents[id] = change.after
        var stored = attempts[id] ?? []
        for answered in change.answered {
            guard let index = stored.firstIndex(where: { $0.id == answered.id }),
                stored[index].state.isOpen || stored[index].state == .succeeded
                    || answered.state == stored[index].state
                    || change.after.hasDiscrepancy
            else { throw StoreError(.stale) }
            if answered.state == .asked { leases[answered.id] = now + change.lease }
            stored[index] = answered
        }
        for inserted in change.inserted {
            stored.append(inserted)
            leases[inserted.id] = now + change.lease
        }
        attempts[id] = stored
    }

    private mutating func apply(_ change: RecordChange) throws(StoreError) {
        var own = records[change.account] ?? []
        let record = change.record
        let index = own.firstIndex { $0.kind == record.kind && $0.vendorID == record.vendorID }
        if record.version == 0 {
            guard index == nil, !own.contains(where: { $0.number == record.number }) else {
                throw StoreError(.duplicate)
            }
        } else {
            guard index.map({ own[$0].version }) == record.version else {
                throw StoreError(.stale)
            }
        }
        let stored = VendorRecord(
            kind: record.kind,
            vendorID: record.vendorID,
            number: record.number,
            attempt: record.attempt,
            state: record.state,
            occurredAt: record.occurredAt,
            document: record.document,
            version: record.version + 1
        )
        if let index { own[index] = stored } else { own.append(stored) }
        records[change.account] = own
    }

    private mutating func apply(_ posting: Posting) throws(StoreError) {
        let known = Set(postings.flatMap(\.transfers).map(\.id))
        let ids = posting.transfers.map(\.id)
        guard known.isDisjoint(with: ids), Set(ids).count == ids.count else {
            throw StoreError(.duplicate)
        }
        postings.append(posting)
    }

    private mutating func apply(
        _ change: IdempotencyChange,
        at now: Timestamp
    ) throws(StoreError) {
        switch change {
        case .begin(
            let key,
            let fingerprint,
            let operation,
            let intent,
            let attempt,
            let point,
            let answer,
            let running
        ):
            guard keys[key] == nil else { throw StoreError(.duplicateKey) }
            let record = IdempotencyRecord(
                key: key,
                fingerprint: fingerprint,
                operation: operation,
                recoveryPoint: point,
                intent: intent,
                attempt: attempt,
                answer: answer,
                isRunning: false,
                createdAt: now
            )
            keys[key] = Key(record: record, runningUntil: now + running)
        case .resume(let key, let attempt, let running):
            guard let row = keys[key], row.record.answer == nil, row.runningUntil <= now else {
                throw StoreError(.stale)
            }
            keys[key]?.record.attempt = attempt
            keys[key]?.runningUntil = now + running
        case .proceed(let key, let attempt, let running):
            guard let row = keys[key], row.record.answer == nil else { throw StoreError(.stale) }
            keys[key]?.record.attempt = attempt
            keys[key]?.runningUntil = now + running
        case .release(let key, let point):
            guard keys[key]?.record.answer == nil else { return }
            keys[key]?.record.recoveryPoint = point
            keys[key]?.runningUntil = now
        case .complete(let key, let answer):
            guard keys[key]?.record.answer == nil else { throw StoreError(.stale) }
            complete(key, answer, at: now)
        case .offer(let key, let answer):
            if keys[key]?.record.answer == nil { complete(key, answer, at: now) }
        }
    }

    private mutating func complete(_ key: String, _ answer: StoredAnswer, at now: Timestamp) {
        keys[key]?.record.answer = answer
        keys[key]?.record.recoveryPoint = .completed
        keys[key]?.runningUntil = now
    }

    private mutating func insert(_ customer: Customer) throws(StoreError) {
        let taken = customers.values.contains {
            $0.reference != nil && $0.reference == customer.reference
        }
        guard !taken else { throw StoreError(.duplicate) }
        customers[customer.id] = customer
    }

    private mutating func apply(_ change: SessionChange) throws(StoreError) {
        switch change {
        case .insert(let session): sessions[session.id] = session
        case .update(let session):
            switch sessions[session.id]?.state {
            case .opening, .open: sessions[session.id] = session
            case nil, .succeeded, .failed, .canceled: throw StoreError(.stale)
            }
        }
    }

    private mutating func apply(_ change: MethodChange) throws(StoreError) {
        switch change {
        case .insert(let method):
            let taken = methods.values.contains {
                $0.token == method.token && $0.account == method.account && $0.state == .active
            }
            guard !taken else { throw StoreError(.duplicate) }
            methods[method.id] = method
        case .makeDefault(let id, let customer):
            for (other, method) in methods where method.customer == customer {
                methods[other]?.isDefault = other == id
            }
        case .detach(let id):
            methods[id]?.state = .detached
            methods[id]?.isDefault = false
        case .updateDetails(let id, let details):
            methods[id]?.details = details
            methods[id]?.flag = nil
        case .flag(let id, let code): methods[id]?.flag = code
        }
    }

    private mutating func append(_ event: OutboxEvent) throws(StoreError) {
        let taken =
            outbox.contains { $0.aggregate == event.aggregate && $0.sequence == event.sequence }
            || published.contains {
                $0.event.aggregate == event.aggregate && $0.event.sequence == event.sequence
            }
        guard !taken else { throw StoreError(.duplicate) }
        outbox.append(event)
    }

    /// Ends a job, unless its claim is not the latest.
    mutating func finish(_ job: Job) {
        let id = JobID(kind: job.kind, subject: job.subject)
        if jobs[id]?.epoch == job.epoch { jobs[id] = nil }
    }

    private mutating func apply(_ change: JobChange, at now: Timestamp) {
        switch change {
        case .schedule(let kind, let subject, let due):
            let id = JobID(kind: kind, subject: subject)
            var row = jobs[id] ?? JobRow(dueAt: now)
            switch due {
            case .after(let delay): row.dueAt = now + delay
            case .at(let moment): row.dueAt = moment
            case .soonest(let delay, let moment): row.dueAt = min(now + delay, moment)
            }
            row.run = 0
            row.epoch += 1
            row.state = .ready
            jobs[id] = row
        case .clear(let kind, let subject): jobs[JobID(kind: kind, subject: subject)] = nil
        case .finish(let job): finish(job)
        }
    }
}

extension Intent {
    /// The reservation's condition over the stored sums, as the database computes it.
    fileprivate func admits(_ reservation: PaymentChange.Reservation) -> Bool {
        switch reservation {
        case .none: true
        case .capture(let amount): captureReserved + amount <= capturable && !isReleasing
        case .refund(let amount): refunded + refundReserved + amount <= captured
        case .release: captureReserved == 0 && !isReleasing
        }
    }
}
