/// Lets other services' events take effect: one after the other per aggregate, each once.
///
/// An event's effect is a workflow of ours under an idempotency key made of the event, and only
/// then is the event's turn ended, together with the event that replies. A crash in between leaves
/// it waiting: the next run finds its key taken and ends the turn with the stored answer.
extension PaymentWorkflows {
    /// How a run through an aggregate's events ended.
    enum InboundRun: Sendable, Hashable {
        case drained
        case again(String)
    }

    /// What acting on one event came to.
    enum InboundOutcome: Sendable {
        case ended(InboundEnd)
        /// Not now: it keeps its turn.
        case wait(InboundEvent.Reason, String)
    }

    func applyEvents(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        guard inbound != nil else { return try await jobs.finish(job, in: tenant) }
        // A dead process must not hold events up for as long as its claim: two that run at once do
        // no harm, because the effect has a key and a turn ends once.
        try await jobs.postpone(
            job,
            by: .seconds(30),
            run: .kept,
            error: "",
            in: tenant
        )
        switch try await applyEvents(of: job.subject, in: tenant) {
        case .drained: try await jobs.finish(job, in: tenant)
        case .again(let reason):
            // 2 s at first, up to 4 minutes; what the next event brings is looked at at once.
            try await jobs.postpone(
                job,
                by: .seconds(1 << min(Int64(job.run), 8)),
                run: .kept,
                error: reason,
                in: tenant
            )
        }
    }

    /// Goes through an aggregate's waiting events until none is left, or one must go on waiting.
    func applyEvents(
        of aggregate: String,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundRun {
        let inbox = inboundPorts.inbox
        // Each turn ends an event; what is left after so many is left to the next run.
        for _ in 0..<1_000 {
            let queue = try await inbox.queue(of: aggregate, limit: 100, in: tenant)
            switch queue.turn {
            case .none: return .drained
            case .late(let event):
                let passed = queue.passed.map { "\($0)" } ?? ""
                let end = InboundEnd(
                    event: event,
                    reason: .late,
                    detail: "sequence \(passed) went before"
                )
                try await finish(end, in: tenant)
            case .wait(let event):
                let outcome = InboundOutcome.wait(.gap, "an earlier event is missing")
                if let run = try await settle(outcome, of: event, in: tenant) { return run }
            case .apply(let event):
                let outcome = try await act(on: event, in: tenant)
                if let run = try await settle(outcome, of: event, in: tenant) { return run }
            }
        }
        return .again("more waits")
    }

    /// Ends the turn, or says that it must be tried again. What waited too long is dead.
    private func settle(
        _ outcome: InboundOutcome,
        of event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundRun? {
        switch outcome {
        case .ended(let end): try await finish(end, in: tenant)
        case .wait(let reason, let detail):
            guard event.age >= settings.patience(for: reason) else {
                try await inboundPorts.inbox.note(reason, detail, of: event.id, in: tenant)
                return .again("\(reason.rawValue): \(detail)")
            }
            let end = InboundEnd(event: event, reason: reason, detail: detail)
            try await finish(end, in: tenant)
        }
        return nil
    }

    /// The end of a turn and the event that replies, as one commit.
    private func finish(_ end: InboundEnd, in tenant: TenantID) async throws(StoreError) {
        var events = [reply(.eventHandled, to: end, sequence: Int64(end.event.replays) + 1)]
        if end.drawer?.agrees == false {
            events.append(
                reply(.discrepancyFound, to: end, sequence: Int64(end.event.replays) + 2)
            )
        }
        do {
            try await commit(Changeset(inbound: end, events: events), in: tenant)
            if let reason = end.reason { observer.buried(end.event, reason, in: tenant) }
        } catch  where [.stale, .duplicate, .commitUnknown].contains(error.code) {
            // Somebody else ended it, or we did: the next look at the queue tells.
        }
    }

    private func reply(_ type: EventType, to end: InboundEnd, sequence: Int64) -> OutboxEvent {
        let cause = end.event.event
        return OutboxEvent(
            id: identifiers.make(),
            type: EventName(type),
            aggregate: end.event.id.description,
            sequence: sequence,
            occurredAt: clock.now,
            correlation: cause.id,
            conversation: cause.conversation,
            traceparent: cause.traceparent,
            data: inboundPorts.documents.eventData(of: end)
        )
    }

    private func act(
        on event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundOutcome {
        func ended(_ reason: InboundEvent.Reason, _ detail: String) -> InboundOutcome {
            .ended(InboundEnd(event: event, reason: reason, detail: detail))
        }
        if let named = event.event.tenant, named != tenant.description {
            return ended(.wrongTenant, "it names another tenant")
        }
        let fact: InboundFact
        do throws(InboundRefusal) {
            fact = try inboundPorts.documents.fact(in: event.event)
        } catch {
            return ended(error.reason, error.detail)
        }
        if let named = fact.tenant, named != tenant {
            return ended(.wrongTenant, "its data names another tenant")
        }
        if event.event.kind?.isLifecycle != true {
            let state = try await inboundPorts.tenants.tenant(tenant)?.state
            guard state == .active else { return .wait(.notServed, "the tenant is suspended") }
        }
        do throws(WorkflowError) {
            return try await act(on: fact, of: event, in: tenant)
        } catch {
            return InboundOutcome(error, of: event)
        }
    }

    private func act(
        on fact: InboundFact,
        of event: InboundEvent,
        in tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        switch fact {
        case .held(let held): return try await hold(held, event, tenant)
        case .confirmed(let id, let amount):
            return try await withReservation(id, event, tenant) {
                (reservation, payment) async throws(WorkflowError) in
                try await confirm(reservation, payment, amount, event, tenant)
            }
        case .cancelled(let id, let refund):
            return try await withReservation(id, event, tenant) {
                (_, payment) async throws(WorkflowError) in
                try await cancel(payment, refund, event, tenant)
            }
        case .noShow(let id, let charge):
            return try await withReservation(id, event, tenant) {
                (reservation, payment) async throws(WorkflowError) in
                try await chargeNoShow(reservation, payment, charge, event, tenant)
            }
        case .configUpdated: inboundPorts.tenants.refresh(tenant)
        case .schemasProvisioned:
            try await reading { () async throws(StoreError) in
                try await inboundPorts.tenants.provision(tenant)
            }
        case .schemasDropped:
            try await reading { () async throws(StoreError) in
                try await inboundPorts.tenants.drop(tenant)
            }
        case .drawerClosed(let closing):
            let receipts = try await reading { () async throws(StoreError) in
                try await inboundPorts.inbox.receipts(
                    ofDrawer: closing.drawer,
                    from: closing.openedAt,
                    to: closing.closedAt,
                    in: tenant
                )
            }
            let match = DrawerMatch(closing, receipts)
            return .ended(InboundEnd(event: event, drawer: match))
        }
        return .ended(InboundEnd(event: event))
    }
}

extension WorkflowSettings {
    /// How long an event may wait before it is a dead letter.
    fileprivate func patience(for reason: InboundEvent.Reason) -> Duration {
        switch reason {
        case .gap, .unknownReservation: orderPatience
        case .malformed, .unknownType, .wrongTenant, .late, .duplicateReservation, .expired,
            .nothingHeld, .refused, .declined, .notServed, .unavailable:
            eventPatience
        }
    }
}

extension PaymentWorkflows.InboundOutcome {
    /// What an error of a workflow means for the event that asked: try again, or a dead letter.
    fileprivate init(_ error: WorkflowError, of event: InboundEvent) {
        let detail = "\(error.code) \(error.message)".prefix(500)
        switch error.code {
        case .keyRunning, .vendorsIll, .rateMissing, .vendorUnavailable, .vendorUnknown,
            .unavailable, .fault:
            self = .wait(.unavailable, String(detail))
        case .refused(.inProgress): self = .wait(.unavailable, String(detail))
        case .keyReused, .refused, .notFound, .invalidReference, .orderCurrency, .methodNotUsable,
            .noAccount, .ambiguousAccount, .noRoute, .secondPersonRequired, .otherProposal,
            .limitExceeded, .duplicate, .filterTooBroad:
            self = .ended(InboundEnd(event: event, reason: .refused, detail: String(detail)))
        case .declined, .rejected:
            self = .ended(InboundEnd(event: event, reason: .declined, detail: String(detail)))
        }
    }
}

extension CloudEvent {
    /// What its consequences belong to, in the initiator's words.
    var conversation: String { correlation ?? id }
}
