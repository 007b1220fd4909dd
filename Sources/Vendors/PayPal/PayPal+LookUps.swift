import HTTP
import JSON
import PaymentCore

// Section 2.6: what PayPal says when it is asked.
extension PayPal.Dialect {
    func lookUp(
        _ asked: VendorOperation.LookUp,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        switch asked.subject {
        case .payment(let reference):
            guard let reply = heard.next() else {
                return .ask(try readOrder(reference), .movesMoney)
            }
            return .finished(found(reply, reference, asked.original))
        case .refund(let reference):
            return try findRefund(reference, &heard)
        case .paymentOfAttempt(let attempt, let askedAt):
            return try search(for: attempt, since: askedAt, &heard)
        case .refundOfAttempt(let attempt, let payment):
            guard let reply = heard.next() else { return .ask(try readOrder(payment), .movesMoney) }
            guard let order = reply.order else { return .finished(refused(reply)) }
            let own = order.refunds.filter { $0.attempt == attempt }
            // The order shows every refund of its captures: what it does not show was not made.
            guard !own.isEmpty else { return .finished(.notFound) }
            let snapshot = PayPal.Refunded(own, reply).snapshot
            return .finished(snapshot.map { .found(.refund($0)) } ?? .unknown(.unrecognizedStatus))
        }
    }

    private func found(
        _ reply: PayPal.Reply,
        _ reference: String,
        _ original: VendorOperation.Original?
    ) -> VendorOutcome {
        if let order = reply.order {
            guard order.id == reference else { return .unknown(.unreadableReply) }
            return found(order, reply) ?? .unknown(.unrecognizedStatus)
        }
        guard reply.issue == .rejected(.notFound), let original, isOver(original, reply) else {
            return refused(reply)
        }
        // Orders that nobody approved are forgotten. Nothing moves without our last word, and an
        // order that heard it is kept.
        return .found(
            .payment(
                PaymentSnapshot(
                    reference: reference,
                    attempt: original.attempt,
                    status: .expired,
                    amount: original.amount,
                    capturable: 0,
                    captured: 0
                )
            )
        )
    }

    private func isOver(_ original: VendorOperation.Original, _ reply: PayPal.Reply) -> Bool {
        guard PayPal.Original(original).authorization == nil, let now = reply.date else {
            return false
        }
        return now - original.askedAt > approvalWindow
    }

    /// The order as a fact; nil when its state cannot be told.
    func found(_ order: PayPal.Order, _ reply: PayPal.Reply) -> VendorOutcome? {
        guard let status = status(of: order, reply), let amount = order.amount,
            let captured = Money.sum(
                of: order.captures.filter(\.isDone).map(\.amount),
                in: amount.currency
            ),
            let pending = Money.sum(
                of: order.captures.filter { $0.status == .pending }.map(\.amount),
                in: amount.currency
            )
        else { return nil }
        var capturable: Int64 = 0
        if status == .authorized, let held = order.authorization {
            let claimed = captured.minorUnits.addingReportingOverflow(pending.minorUnits)
            guard !claimed.overflow else { return nil }
            capturable = max(0, held.amount.minorUnits - claimed.partialValue)
        }
        return .found(
            .payment(
                PaymentSnapshot(
                    reference: order.id,
                    attempt: order.attempt,
                    status: status,
                    amount: amount,
                    capturable: capturable,
                    captured: captured.minorUnits,
                    authorizationExpiresAt: order.authorization?.expiresAt,
                    multiCapture: true,
                    method: order.source?.method,
                    details: order.details(reply),
                    captureReference: order.onlyCapture?.id,
                    captures: order.captures.compactMap(\.snapshot)
                )
            )
        )
    }

    private func status(
        of order: PayPal.Order,
        _ reply: PayPal.Reply
    ) -> PaymentSnapshot.Status? {
        switch order.status {
        case .created, .payerActionRequired:
            if let start = order.createdAt, let now = reply.date, now - start > approvalWindow {
                return .expired
            }
            return .requiresAction(action(of: order))
        case .saved: return .processing
        case .approved: return .approved
        case .voided: return .voided
        case .completed:
            return order.authorization.map { status(of: $0, order, reply) }
                ?? order.sale.flatMap { status(of: $0, order) }
        case nil: return nil
        }
    }

    private func status(
        of held: PayPal.Authorization,
        _ order: PayPal.Order,
        _ reply: PayPal.Reply
    ) -> PaymentSnapshot.Status? {
        switch held.status {
        case .created, .partiallyCaptured: return .authorized
        case .captured: return order.hasSpent(held) ? .voided : .captured
        case .pending: return .processing
        case .denied: return .declined(order.decline(held.json))
        case .voided:
            guard let end = held.expiresAt, let now = reply.date else { return .voided }
            return now >= end ? .expired : .voided
        case nil: return nil
        }
    }

    private func status(
        of sale: PayPal.Capture,
        _ order: PayPal.Order
    ) -> PaymentSnapshot.Status? {
        switch sale.status {
        case .completed, .partiallyRefunded, .refunded: .captured
        case .pending: .processing
        case .declined, .failed: .declined(order.decline(sale.json))
        case nil: nil
        }
    }

    /// A refund by its reference, every part of it.
    private func findRefund(
        _ reference: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        var parts: [PayPal.Refund] = []
        var lastReply: PayPal.Reply?
        for id in reference.split(separator: PayPal.Refunded.separator) {
            guard let reply = heard.next() else {
                return .ask(get("v2/payments/refunds/\(try segment(String(id)))"), .movesMoney)
            }
            guard let part = reply.refund, part.id == id else {
                return .finished(refused(reply))
            }
            parts.append(part)
            lastReply = reply
        }
        let snapshot = PayPal.Refunded(parts, lastReply).snapshot
        return .finished(snapshot.map { .found(.refund($0)) } ?? .unknown(.unrecognizedStatus))
    }
}

extension PayPal.Order {
    /// The one capture that brought money in; nil when several did.
    fileprivate var onlyCapture: PayPal.Capture? {
        let done = captures.filter(\.isDone)
        return done.count == 1 ? done[0] : nil
    }

    /// Whether a hold that takes no more captures was ended by one that the bank refused later: none
    /// that stands was final or took all of it. Nothing is held then.
    fileprivate func hasSpent(_ held: PayPal.Authorization) -> Bool {
        let standing = captures.filter { !$0.isRefused }
        guard standing.count < captures.count, !standing.contains(where: \.isFinal),
            let taken = Money.sum(of: standing.map(\.amount), in: held.amount.currency)
        else { return false }
        return taken.minorUnits < held.amount.minorUnits
    }
}

extension PayPal.Capture {
    /// Nil: a status that we do not know is not a verdict.
    fileprivate var snapshot: CaptureSnapshot? {
        let status: CaptureSnapshot.Status? =
            switch self.status {
            case .completed, .partiallyRefunded, .refunded: .succeeded
            case .pending: .pending
            case .declined, .failed:
                .refused(code: json.statusReason ?? json["status"]?.stringValue ?? "")
            case nil: nil
            }
        return status.map {
            CaptureSnapshot(
                reference: id,
                capture: json.invoiceID.flatMap(CaptureID.init),
                amount: amount.minorUnits,
                status: $0
            )
        }
    }
}
