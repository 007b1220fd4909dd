/// What a reservation's events ask of its payment.
extension PaymentWorkflows {
    /// Held: an intent, authorized as the rate plan says.
    func hold(
        _ held: HeldReservation,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        let known = try await reservation(held.reservation, tenant)
        if let known, known.heldBy != event.id {
            let end = InboundEnd(
                event: event,
                reason: .duplicateReservation,
                detail: "held before",
                intent: known.intent
            )
            return .ended(end)
        }
        do throws(WorkflowError) {
            return try await hold(held, known, event, tenant)
        } catch {
            // Somebody else tried its payer again: what the event asks for stands.
            guard let known, error.code.isAuthorizedAlready else { throw error }
            return .ended(InboundEnd(event: event, intent: known.intent))
        }
    }

    private func hold(
        _ held: HeldReservation,
        _ known: Reservation?,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        // Sent again after a no: the intent is there, and its payer is tried again.
        if let known, event.replays > 0 {
            return try await outcome(of: event, known.intent, tenant) {
                () async throws(WorkflowError) in
                try await authorizeIntent(
                    known.intent,
                    method: nil,
                    provider: nil,
                    under: event.key("authorize"),
                    for: caller(of: event),
                    in: tenant
                )
            }
        }
        if known == nil, let end = held.expiresAt, end <= clock.now {
            let end = InboundEnd(event: event, reason: .expired, detail: "expires_at has passed")
            return .ended(end)
        }
        let customer = try await customer(held.guest, tenant)
        return try await outcome(of: event, nil, tenant) { () async throws(WorkflowError) in
            try await createIntent(
                CreateIntent(held, customer, event),
                under: event.key("hold"),
                for: caller(of: event),
                in: tenant
            )
        }
    }

    /// Confirmed: captured when the rate plan captures then. Cash stays expected at the desk.
    func confirm(
        _ reservation: Reservation,
        _ payment: Payment,
        _ amount: Int64?,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        let isDue = reservation.capture == .onConfirm
        switch payment.intent.state {
        case .pendingCash, .captured, .partiallyRefunded, .refunded:
            return .ended(InboundEnd(event: event, intent: payment.intent.id))
        case .authorized, .partiallyCaptured:
            guard isDue else {
                return .ended(InboundEnd(event: event, intent: payment.intent.id))
            }
            return try await capture(payment, amount, event, tenant)
        case .processing, .requiresAction:
            return .wait(.unavailable, "the payment is \(payment.intent.state.rawValue)")
        case .requiresPaymentMethod, .voided, .failed, .expired:
            return .ended(
                InboundEnd(
                    event: event,
                    reason: .refused,
                    detail: "the payment is \(payment.intent.state.rawValue)",
                    intent: payment.intent.id
                )
            )
        }
    }

    /// Cancelled: what is still held is released; of what was captured the refund goes back.
    func cancel(
        _ payment: Payment,
        _ refund: CancellationRefund?,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        let id = payment.intent.id
        switch payment.intent.state {
        case .processing:
            return .wait(.unavailable, "the payment is \(payment.intent.state.rawValue)")
        case .voided, .failed, .expired:
            return .ended(InboundEnd(event: event, intent: id))
        case .requiresPaymentMethod, .requiresAction, .authorized, .pendingCash:
            return try await release(id, event, tenant)
        case .partiallyCaptured, .captured, .partiallyRefunded, .refunded: break
        }
        if payment.intent.capturable > 0 {
            let released = try await release(id, event, tenant)
            guard case .ended(let end) = released, end.reason == nil else { return released }
        }
        guard let refund, payment.intent.state != .refunded else {
            return .ended(InboundEnd(event: event, intent: id))
        }
        return try await outcome(of: event, id, tenant) { () async throws(WorkflowError) in
            if payment.intent.vendor == .cash {
                try await requestCashRefund(
                    id,
                    amount: refund.amount,
                    reason: refund.reason,
                    under: event.key("refund"),
                    for: caller(of: event),
                    in: tenant
                )
            } else {
                try await refundIntent(
                    id,
                    amount: refund.amount,
                    reason: refund.reason.map { RefundReason(rawValue: $0) ?? .other },
                    under: event.key("refund"),
                    for: caller(of: event),
                    in: tenant
                )
            }
        }
    }

    /// The guest did not come: the first night is taken from the held card, and the rest released.
    /// A cash payment's guarantee is held first.
    func chargeNoShow(
        _ reservation: Reservation,
        _ payment: Payment,
        _ charge: Int64?,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        let id = payment.intent.id
        func nothingHeld(_ detail: String) -> InboundOutcome {
            .ended(InboundEnd(event: event, reason: .nothingHeld, detail: detail, intent: id))
        }
        switch payment.intent.state {
        case .captured, .partiallyRefunded, .refunded:
            return .ended(InboundEnd(event: event, intent: id))
        case .processing, .requiresAction:
            return .wait(.unavailable, "the payment is \(payment.intent.state.rawValue)")
        case .requiresPaymentMethod where payment.intent.guarantee == nil, .voided, .failed,
            .expired:
            return nothingHeld("the payment is \(payment.intent.state.rawValue)")
        case .pendingCash where payment.intent.guarantee == nil:
            return nothingHeld("cash without a guarantee")
        case .authorized, .partiallyCaptured, .pendingCash, .requiresPaymentMethod: break
        }
        guard let amount = charge ?? reservation.firstNight else {
            return nothingHeld("neither charge_amount nor first_night_amount")
        }
        guard payment.intent.capturable == 0 else {
            return try await capture(payment, amount, event, tenant)
        }
        let held = try await outcome(of: event, id, tenant) { () async throws(WorkflowError) in
            let guarantee = try await guarantee(of: payment.intent, tenant)
            return try await authorizeIntent(
                id,
                method: guarantee.map { ($0.kind, $0.id) },
                provider: nil,
                under: event.key("guarantee"),
                for: caller(of: event),
                in: tenant
            )
        }
        guard case .ended(let end) = held, end.reason == nil,
            let payment = try await load(id, in: tenant)
        else { return held }
        guard payment.intent.capturable > 0 else {
            return .wait(.unavailable, "the payment is \(payment.intent.state.rawValue)")
        }
        return try await capture(payment, amount, event, tenant)
    }

    /// Runs `body` with a reservation that is known, and its payment.
    func withReservation(
        _ id: String,
        _ event: InboundEvent,
        _ tenant: TenantID,
        _ body: (Reservation, Payment) async throws(WorkflowError) -> InboundOutcome
    ) async throws(WorkflowError) -> InboundOutcome {
        guard let reservation = try await reservation(id, tenant) else {
            return .wait(.unknownReservation, "no held event has come")
        }
        guard let payment = try await load(reservation.intent, in: tenant) else {
            throw WorkflowError(.fault, "invariant: a reservation's payment is never deleted")
        }
        return try await body(reservation, payment)
    }

    private func capture(
        _ payment: Payment,
        _ amount: Int64?,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        try await outcome(of: event, payment.intent.id, tenant) {
            () async throws(WorkflowError) in
            try await captureIntent(
                payment.intent.id,
                amount: amount,
                isFinal: true,
                under: event.key("capture"),
                for: caller(of: event),
                in: tenant
            )
        }
    }

    private func release(
        _ id: IntentID,
        _ event: InboundEvent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> InboundOutcome {
        try await outcome(of: event, id, tenant) { () async throws(WorkflowError) in
            try await voidIntent(
                id,
                reason: "reservation_cancelled",
                under: event.key("void"),
                for: caller(of: event),
                in: tenant
            )
        }
    }

    /// What a movement's answer means for its event. An outcome that is not known yet has begun:
    /// the payment's own events tell how it ends.
    private func outcome(
        of event: InboundEvent,
        _ intent: IntentID?,
        _ tenant: TenantID,
        _ movement: () async throws(WorkflowError) -> WorkflowAnswer
    ) async throws(WorkflowError) -> InboundOutcome {
        let answer = try await movement()
        var end = InboundEnd(event: event, intent: intent ?? answer.payment?.intent.id)
        if end.intent == nil,
            case .held(let held) = try? inboundPorts.documents.fact(in: event.event)
        {
            // A replayed answer comes without its payment.
            end = InboundEnd(
                event: event,
                intent: try await reservation(held.reservation, tenant)?.intent
            )
        }
        switch answer.answer.status {
        case ..<300: return .ended(end)
        case 503: return .wait(.unavailable, "the vendor was not reached")
        default:
            return .ended(
                InboundEnd(
                    event: event,
                    reason: .declined,
                    detail: "answered with \(answer.answer.status)",
                    intent: end.intent
                )
            )
        }
    }

    private func reservation(
        _ id: String,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Reservation? {
        try await reading { () async throws(StoreError) in
            try await inboundPorts.inbox.reservation(id, in: tenant)
        }
    }

    /// The customer of a guest: found by the guest's id, or made.
    private func customer(
        _ guest: HeldReservation.Guest,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> CustomerID {
        func known() async throws(WorkflowError) -> CustomerID? {
            try await reading { () async throws(StoreError) in
                try await inboundPorts.inbox.customer(ofReference: guest.id, in: tenant)
            }
        }
        if let known = try await known() { return known }
        let now = clock.now
        let customer = Customer(
            id: identifiers.make(),
            reference: guest.id,
            name: guest.name,
            email: guest.email,
            phone: nil,
            metadata: [:],
            createdAt: now,
            updatedAt: now
        )
        do throws(WorkflowError) {
            try await committing(Changeset(customer: customer), tenant)
            return customer.id
        } catch {
            // Somebody else made it meanwhile.
            guard error.code == .duplicate, let known = try await known() else { throw error }
            return known
        }
    }

    private func caller(of event: InboundEvent) -> Caller {
        Caller(
            requestID: event.event.id,
            language: .english,
            // What came without a key is not the gateway's own doing either.
            actor: Actor(
                key: event.sentBy,
                person: event.sentBy == nil ? event.id.description : nil
            ),
            traceparent: event.event.traceparent
        )
    }
}

extension WorkflowError.Code {
    /// Whether it refuses to authorize what is held or captured already.
    fileprivate var isAuthorizedAlready: Bool {
        switch self {
        case .refused(.unexpectedState(.authorized, .authorize)),
            .refused(.unexpectedState(.partiallyCaptured, .authorize)),
            .refused(.unexpectedState(.captured, .authorize)):
            true
        default: false
        }
    }
}

extension CreateIntent {
    /// The payment of a held reservation.
    fileprivate init(_ held: HeldReservation, _ customer: CustomerID, _ event: InboundEvent) {
        let isCash = held.guarantee == .cashOnArrival
        self.init(
            amount: held.amount,
            // A guarantee is held and never a sale: only the first night is taken from it.
            captureMethod: held.capture == .immediate && !isCash ? .automatic : .manual,
            method: isCash ? .cash : held.method,
            methodID: isCash ? nil : held.methodID,
            guarantee: isCash ? held.methodID : nil,
            customer: customer,
            property: held.property,
            order: .new(
                reference: held.reservation,
                items: [
                    Order.Item(
                        description: "Reservation \(held.reservation)",
                        sku: nil,
                        quantity: 1,
                        unitAmount: held.amount.minorUnits
                    )
                ]
            ),
            // Nobody sits at a screen while a service books with a stored card.
            offSession: !isCash && held.methodID != nil,
            metadata: [
                "reservation_id": held.reservation,
                PaymentWorkflows.conversationName: event.event.conversation,
            ],
            // A no-show takes the first night from a guarantee's hold at once: from one that a
            // retry brings days later, nobody would take it.
            retry: isCash ? false : nil
        )
        reservation = (held, event.id)
    }
}
