import JSON
import PaymentCore

extension Click.Dialect {
    /// What became of a payment or refund. Click's answers name no amount: it is the one that was
    /// asked for, since Click asks us about it before it takes money.
    func find(
        _ asked: VendorOperation.LookUp,
        _ replies: [Click.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard let original = asked.original else { return .finished(.unknown(.searchLagging)) }
        switch asked.subject {
        case .payment(let reference):
            switch Click.Reference(reference) {
            case .payment(let id):
                return read(id, replies.first) { found($0, original) }
            case .invoice(let id): return invoice(id, original, replies[...])
            case .page: return search(for: original, sinceThen: true, replies[...])
            case nil: throw .unknownReference
            }
        case .paymentOfAttempt:
            return search(for: original, sinceThen: false, replies[...])
        case .refund(let reference):
            guard case .payment(let id) = Click.Reference(reference) else {
                throw .unknownReference
            }
            return read(id, replies.first) { refund($0, original, asked, attempt: nil) }
        case .refundOfAttempt(let attempt, let reference):
            guard case .payment(let id) = Click.Reference(reference) else {
                throw .unknownReference
            }
            return read(id, replies.first) { refund($0, original, asked, attempt: attempt) }
        }
    }

    /// Asks for the status of one payment.
    func read(
        _ id: Int64,
        _ answer: Click.Reply?,
        _ outcome: (Click.PaymentReport) -> VendorOutcome
    ) -> VendorStep<VendorOutcome> {
        guard let answer else {
            return .ask(status(of: id), .movesMoney)
        }
        guard let payment = answer.payment, payment.id == id else {
            // A refused question says nothing about the money.
            if case .refused = answer { return .finished(.unknown(.vendorError)) }
            return .finished(answer.verdict)
        }
        return .finished(outcome(payment))
    }

    private func found(
        _ payment: Click.PaymentReport,
        _ original: VendorOperation.Original
    ) -> VendorOutcome {
        let status: PaymentSnapshot.Status
        switch payment.status {
        case .open: status = .processing
        case .paid: status = .captured
        case .failed(let code, let note): status = .declined(service.decline(code, note))
        case .other, nil: return .unknown(.unrecognizedStatus)
        }
        return .found(
            .payment(
                PaymentSnapshot(
                    reference: String(payment.id),
                    attempt: original.attempt,
                    status: status,
                    amount: original.amount,
                    capturable: 0,
                    captured: status == .captured ? original.amount.minorUnits : 0,
                    details: payment.details
                )
            )
        )
    }

    /// A payment that failed after it was paid was given back: what was left of it, where parts went
    /// before. One that still stands was not, unless a part of it may have been, which its status does
    /// not show, or Click has only announced it.
    private func refund(
        _ payment: Click.PaymentReport,
        _ original: VendorOperation.Original,
        _ asked: VendorOperation.LookUp,
        attempt: AttemptID?
    ) -> VendorOutcome {
        let status: RefundSnapshot.Status
        switch payment.status {
        case .failed: status = .succeeded
        case .paid where attempt == nil:
            guard Self.isOver(claim: asked) else { return .unknown(.searchLagging) }
            status = .failed(code: "payment_stands")
        case .paid where service.refundsParts: return .unknown(.searchLagging)
        case .paid: return .notFound
        case .open, .other, nil: return .unknown(.unrecognizedStatus)
        }
        return .found(
            .refund(
                RefundSnapshot(
                    reference: String(payment.id),
                    paymentReference: String(payment.id),
                    attempt: attempt,
                    status: status,
                    amount: asked.refund?.amount ?? original.amount,
                    details: payment.details
                )
            )
        )
    }

    /// Whether what Click announced would show by now: it says so first and waits for the card's
    /// processor afterwards.
    private static func isOver(claim: VendorOperation.LookUp) -> Bool {
        guard let askedAt = claim.refund?.askedAt else { return true }
        return VendorClock.now() - askedAt >= .seconds(4 * 3_600)
    }
}

// Payments whose number is not known yet.
extension Click.Dialect {
    /// By our own reference and the day. Click's "no" does not say whether there is nothing, or
    /// nothing to report: it is never a verdict.
    private func search(
        for original: VendorOperation.Original,
        sinceThen: Bool,
        _ replies: ArraySlice<Click.Reply>
    ) -> VendorStep<VendorOutcome> {
        let days = days(since: original.askedAt, untilNow: sinceThen)
        var asked = 0
        for (index, reply) in replies.enumerated() {
            switch reply {
            case .refused where asked < days.count: asked += 1
            case .unauthorized, .refused, .unknown: return .finished(reply.verdictOnSearch)
            case .done:
                guard let payment = reply.payment else {
                    return .finished(.unknown(.unreadableReply))
                }
                guard payment.status == nil else { return .finished(found(payment, original)) }
                let status = replies.dropFirst(index + 1).first
                return read(payment.id, status) { found($0, original) }
            }
        }
        guard asked < days.count else {
            return .finished(sinceThen ? unused(original) : .unknown(.searchLagging))
        }
        let path = "payment/status_by_mti/\(service.id)/\(original.attempt)/\(days[asked])"
        return .ask(get(path), .movesMoney)
    }

    /// The day it was asked, its neighbours around midnight, and the last two days for a page that
    /// payers come back to.
    private func days(since askedAt: Timestamp, untilNow: Bool) -> [String] {
        let margin = Duration.seconds(600)
        let now = VendorClock.now()
        let moments =
            [askedAt, askedAt - margin, askedAt + margin]
            + (untilNow ? [now, now - .seconds(86_400)].filter { $0 > askedAt } : [])
        return moments.map(\.tashkentDay)
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Nobody paid as far as Click knows; our own records say when the page ends.
    private func unused(_ original: VendorOperation.Original) -> VendorOutcome {
        .found(.payment(.page(of: original.attempt, original.amount, as: .open)))
    }

    private func invoice(
        _ id: Int64,
        _ original: VendorOperation.Original,
        _ replies: ArraySlice<Click.Reply>
    ) -> VendorStep<VendorOutcome> {
        guard let answer = replies.first else {
            return .ask(get("invoice/status/\(service.id)/\(id)"), .movesMoney)
        }
        guard case .done(let json) = answer,
            let status = json["invoice_status"]?.plainText.flatMap(Int64.init)
        else { return .finished(answer.verdictOnSearch) }
        let reference = "\(Click.Reference.invoicePrefix)\(id)"
        let page = { (status: PaymentSnapshot.Status) -> VendorStep<VendorOutcome> in
            let snapshot = PaymentSnapshot.page(
                of: original.attempt,
                original.amount,
                as: status,
                reference: reference
            )
            return .finished(.found(.payment(snapshot)))
        }
        switch status {
        case 0: return page(.open)
        case 1: return search(for: original, sinceThen: true, replies.dropFirst())
        case -99: return page(.expired)
        case ..<0:
            let note = json["invoice_status_note"]?.stringValue ?? ""
            return page(.declined(service.decline(status, note)))
        default: return .finished(.unknown(.unrecognizedStatus))
        }
    }
}

extension Click.Reply {
    /// A refused question says nothing about the money.
    fileprivate var verdictOnSearch: VendorOutcome {
        if case .refused = self { return .unknown(.vendorError) }
        return verdict
    }
}
