import JSON
import PaymentCore

extension Payme.Dialect {
    /// What became of a payment or refund. A link's payment is in our own records, because Payme
    /// asks before it takes money: about that there is nothing to ask.
    func find(
        _ asked: VendorOperation.LookUp,
        _ replies: [Payme.Reply],
        _ answeredAt: Timestamp?
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        switch asked.subject {
        case .payment(let reference):
            guard cashbox.usesSubscribe, reference.isPaymeID else {
                return .finished(unused(reference, asked.original))
            }
            return read(reference, replies) { receipt in
                receipt.stands(before: asked.movement)
                    ? .notFound
                    : receipt.snapshot(of: asked.original?.attempt).map { .found(.payment($0)) }
            }
        case .refund(let reference):
            try requireSubscribe("looking a refund up")
            return read(try Self.receiptID(reference), replies) { receipt in
                receipt.refund(of: nil).map { .found(.refund($0)) }
            }
        case .refundOfAttempt(let attempt, let reference):
            try requireSubscribe("looking a refund up")
            return read(try Self.receiptID(reference), replies) { receipt in
                // Still paid, and nothing queued: the request never arrived.
                if receipt.state == .paid { return .notFound }
                return receipt.refund(of: attempt).map { .found(.refund($0)) }
            }
        case .paymentOfAttempt(let attempt, let askedAt):
            // A link that nobody was given cannot have been paid.
            guard cashbox.usesSubscribe else { return .finished(.notFound) }
            return search(for: attempt, askedAt, replies, answeredAt)
        }
    }

    private func unused(
        _ reference: String,
        _ original: VendorOperation.Original?
    ) -> VendorOutcome {
        guard let original else { return .unknown(.searchLagging) }
        let open = PaymentSnapshot.page(
            of: original.attempt,
            original.amount,
            as: .open,
            reference: reference
        )
        return .found(.payment(open))
    }

    private func read(
        _ id: String,
        _ replies: [Payme.Reply],
        _ outcome: (Payme.Receipt) -> VendorOutcome?
    ) -> VendorStep<VendorOutcome> {
        guard let answer = replies.first else {
            return .ask(about(id, "get", step: 1), .movesMoney)
        }
        guard let receipt = answer.receipt(id) else { return .finished(answer.verdict) }
        return .finished(outcome(receipt) ?? .unknown(.unrecognizedStatus))
    }
}

// The receipt of an attempt whose answer was lost, by its order among those of its time.
extension Payme.Dialect {
    private func search(
        for attempt: AttemptID,
        _ askedAt: Timestamp,
        _ replies: [Payme.Reply],
        _ answeredAt: Timestamp?
    ) -> VendorStep<VendorOutcome> {
        var own: Payme.Receipt?
        for reply in replies {
            // Behind the page that shows it stands the answer to closing it.
            if let found = own { return .finished(closed(found, by: reply)) }
            guard let page = reply.page else { return .finished(reply.verdict) }
            own = page.compactMap { Payme.Receipt($0) }
                .filter { $0.order(cashbox.accountField) == attempt.description }
                // Should there be two, the one with money counts.
                .max { !$0.hasMoney && $1.hasMoney }
            if own == nil, page.count < Self.pageSize {
                let isSettled = answeredAt.map { $0 - askedAt > Self.searchLag } ?? false
                return .finished(isSettled ? .notFound : .unknown(.searchLagging))
            }
        }
        guard let own else { return next(askedAt, replies.count) }
        switch own.state {
        // Nobody pays it any more: closed, so that the answer is final.
        case .created: return .ask(about(own.id, "cancel", step: replies.count + 1), .movesMoney)
        case .cancelling: return .finished(.unknown(.searchLagging))
        case .cancelled: return .finished(.notFound)
        case .checking, .debiting, .closing, .paid, .held, .holding, .paused, .queued, nil:
            let snapshot = own.snapshot(of: attempt)
            return .finished(
                snapshot.map { .found(.payment($0)) } ?? .unknown(.unrecognizedStatus)
            )
        }
    }

    private func next(_ askedAt: Timestamp, _ pages: Int) -> VendorStep<VendorOutcome> {
        // A few minutes never hold so many; if they do, a person finds it sooner.
        guard pages < Self.maximumPages else { return .finished(.unknown(.searchLagging)) }
        let request = list(
            from: askedAt - Self.clockMargin,
            to: askedAt + Self.clockMargin + Payme.descriptor.capabilities.callTimeout,
            skipping: pages * Self.pageSize,
            step: pages + 1
        )
        return .ask(request, .movesMoney)
    }

    private func closed(_ receipt: Payme.Receipt, by reply: Payme.Reply) -> VendorOutcome {
        guard let after = reply.receipt(receipt.id) else {
            // That Payme does not let us close it says nothing about the money.
            if case .failure = reply { return .unknown(.vendorError) }
            return reply.verdict
        }
        return after.state == .cancelled ? .notFound : .unknown(.searchLagging)
    }

    /// How far Payme's clock may be from ours.
    private static let clockMargin = Duration.seconds(120)
    /// How long after asking a list may not show a receipt yet.
    private static let searchLag = Duration.seconds(120)
    private static let maximumPages = 20
}

extension Payme.Receipt {
    /// Whether it is as it was before a movement was asked: that never arrived.
    fileprivate func stands(before movement: Attempt.Operation) -> Bool {
        switch movement {
        case .capture: state == .held
        case .void: state == .held || state == .created
        case .authorize, .refund: false
        }
    }

    fileprivate var hasMoney: Bool { state != .created && state != .cancelled }
}

extension Payme.Reply {
    fileprivate var page: [JSONValue]? {
        guard case .result(let result) = self else { return nil }
        return result.arrayValue ?? result["receipts"]?.arrayValue
    }
}
