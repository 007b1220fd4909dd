import PaymentCore

extension Click {
    /// Decides one request from what is known under the payment's lock (sections 3.2 to 3.4).
    struct Desk {
        private let facts: QuestionFacts
        /// All preparations of the order.
        private let preparations: [Preparation]
        /// Click's attempt that the request is about.
        private let named: Preparation?

        /// Throws `.unavailable` when a record cannot be read again.
        init(_ facts: QuestionFacts) throws(Verdict) {
            self.facts = facts
            preparations = facts.records.compactMap { Preparation($0) }
            named = facts.record.flatMap { Preparation($0) }
            guard preparations.count == facts.records.count, (named == nil) == (facts.record == nil)
            else { throw .unavailable }
        }

        /// What changes, and what Click is answered once that is committed.
        struct Ruling {
            let verdict: Verdict
            var number: Int64?
            var changed: [Preparation] = []
            var snapshots: [VendorSnapshot] = []
            var asksVendor = false

            init(
                _ verdict: Verdict,
                _ number: Int64? = nil,
                changed: [Preparation] = [],
                snapshots: [VendorSnapshot] = [],
                asksVendor: Bool = false
            ) {
                self.verdict = verdict
                self.number = number
                self.changed = changed
                self.snapshots = snapshots
                self.asksVendor = asksVendor
            }
        }
    }
}

extension Click.Desk {
    func ruling(
        on call: Click.Call,
        _ service: Click.Service
    ) -> Ruling {
        switch call.action {
        case .prepare:
            call.error < 0 ? refusedPreparation(call, service) : prepare(call)
        case .complete(let preparation): complete(call, preparation, service)
        }
    }

    private func prepare(_ call: Click.Call) -> Ruling {
        guard let standing = PaymentStanding(facts), let attempt = facts.attempt,
            attempt.id.description == call.order
        else { return Ruling(.unknownOrder) }
        switch named?.state {
        case .completed: return Ruling(.alreadyPaid, named?.number)
        case .cancelled: return Ruling(.cancelled)
        case .prepared, nil: break
        }
        switch standing {
        case .paid: return Ruling(.alreadyPaid)
        case .closed: return Ruling(.cancelled)
        case .payable: break
        }
        guard call.tiyin == attempt.amount else { return Ruling(.wrongAmount) }
        if let named { return Ruling(.success, named.number) }
        let new = Click.Preparation(call, for: attempt.id, number: facts.nextNumber)
        // The last one wins: were an earlier one completed after all, its money must go back.
        let superseded = preparations.filter { $0.state == .prepared }
            .map { $0.cancelled(by: nil) }
        return Ruling(
            .success,
            new.number,
            changed: superseded + [new],
            snapshots: snapshots(of: new, as: .processing)
        )
    }

    /// Click gives up before it took money.
    private func refusedPreparation(_ call: Click.Call, _ service: Click.Service) -> Ruling {
        guard let attempt = facts.attempt, attempt.id.description == call.order else {
            return Ruling(.cancelled)
        }
        if let named { return refuse(named, call, service) }
        guard PaymentStanding(facts) == .payable, !isUnderWay(beside: nil) else {
            return Ruling(.cancelled)
        }
        let refused = Click.Preparation(call, for: attempt.id, number: facts.nextNumber)
            .cancelled(by: call)
        let decline = service.decline(call.error, call.note)
        return Ruling(
            .cancelled,
            changed: [refused],
            snapshots: snapshots(
                of: refused,
                as: .declined(decline),
                reference: attempt.reference
            )
        )
    }

    private func complete(
        _ call: Click.Call,
        _ preparation: Int64?,
        _ service: Click.Service
    ) -> Ruling {
        guard let named, preparation == nil || preparation == named.number,
            let attempt = facts.attempt,
            named.attempt.description == call.order
        else { return Ruling(.unknownTransaction) }
        guard call.tiyin == attempt.amount else { return Ruling(.wrongAmount) }
        guard call.error == 0 else { return refuse(named, call, service) }
        switch named.state {
        case .completed:
            return Ruling(
                service.answersRepeatsWithSuccess ? .success : .alreadyPaid,
                named.number
            )
        case .cancelled: return Ruling(.cancelled)
        case .prepared: break
        }
        // Money was taken for what is not wanted any more: only this answer gives it back.
        guard isHonoured(call) else {
            return Ruling(.cancelled, changed: [named.cancelled(by: nil)])
        }
        let after = named.completed(by: call)
        return Ruling(
            .success,
            after.number,
            changed: [after],
            snapshots: snapshots(of: after, as: .captured)
        )
    }

    /// Click took no money, or says that what it took went back (section 3.4, case 8).
    private func refuse(
        _ named: Click.Preparation,
        _ call: Click.Call,
        _ service: Click.Service
    ) -> Ruling {
        switch named.state {
        case .cancelled: return Ruling(.cancelled)
        case .prepared:
            let after = named.cancelled(by: call)
            let decline = service.decline(call.error, call.note)
            return Ruling(
                .cancelled,
                changed: [after],
                snapshots: isUnderWay(beside: after)
                    ? [] : snapshots(of: after, as: .declined(decline))
            )
        // No signature covers this error, so it takes nothing back by itself: Click is asked, each
        // time that it says so.
        case .completed:
            let after = named.isCancelRequested ? named : named.cancelRequested(by: call)
            return Ruling(
                .cancelled,
                changed: named.isCancelRequested ? [] : [after],
                snapshots: doubted(after),
                asksVendor: true
            )
        }
    }
}

// What the Advanced and the Split Shop ask as well.
extension Click.Desk {
    /// What is to be paid for an order.
    func due(for order: String) throws(Click.Verdict) -> Money {
        guard let standing = PaymentStanding(facts), let attempt = facts.attempt,
            let payment = facts.payment, attempt.id.description == order
        else { throw .unknownOrder }
        switch standing {
        case .payable: return Money(attempt.amount, payment.intent.amount.currency)
        case .paid: throw .alreadyPaid
        case .closed: throw .cancelled
        }
    }

    /// The one that is asked about.
    var preparation: Click.Preparation {
        get throws(Click.Verdict) {
            guard let named else { throw .unknownTransaction }
            return named
        }
    }

    /// All of a period.
    var statement: [Click.Preparation] { preparations }
}

extension Click.Desk {
    /// A link that nobody began to pay in its time.
    var expired: VendorSnapshot? {
        guard facts.isPageOver, !isUnderWay(beside: nil), let payment = facts.payment,
            let attempt = facts.attempt
        else { return nil }
        return .payment(
            .page(
                of: attempt.id,
                payment.intent.amount,
                as: .expired,
                reference: attempt.reference
            )
        )
    }

    private func isUnderWay(beside other: Click.Preparation?) -> Bool {
        preparations.contains { $0.state == .prepared && $0.transaction != other?.transaction }
    }

    /// Whether the money is still wanted; also when a look-up had found it before Click told us.
    private func isHonoured(_ call: Click.Call) -> Bool {
        PaymentStanding(facts) == .payable
            || (facts.attempt?.state == .succeeded
                && facts.payment?.intent.reference == String(call.document))
    }

    /// - Parameter reference: what the payment is called by; once it was prepared, the Merchant API's
    ///   number of it.
    private func snapshots(
        of preparation: Click.Preparation,
        as status: PaymentSnapshot.Status,
        reference: String? = nil
    ) -> [VendorSnapshot] {
        guard let payment = facts.payment, let attempt = facts.attempt else { return [] }
        let snapshot = PaymentSnapshot(
            reference: reference ?? String(preparation.document),
            attempt: attempt.id,
            status: status,
            amount: payment.intent.amount,
            capturable: 0,
            captured: status == .captured ? payment.intent.amount.minorUnits : 0,
            details: preparation.details
        )
        return [.payment(snapshot)]
    }

    /// A return of the money that nobody has proved yet: of what was not given back before.
    private func doubted(_ preparation: Click.Preparation) -> [VendorSnapshot] {
        guard let payment = facts.payment, let reference = payment.intent.reference else {
            return []
        }
        let left = payment.intent.captured - payment.intent.refunded
        guard left > 0 else { return snapshots(of: preparation, as: .captured) }
        let refund = RefundSnapshot(
            reference: reference,
            paymentReference: reference,
            attempt: payment.refunds.first(where: \.state.isOpen)?.id,
            status: .claimed,
            amount: Money(left, payment.intent.amount.currency),
            details: preparation.details
        )
        return [.refund(refund)] + snapshots(of: preparation, as: .captured)
    }
}
