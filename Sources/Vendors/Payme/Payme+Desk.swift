import PaymentCore

extension Payme {
    /// Decides one call from what is known under the payment's lock (section 3).
    struct Desk {
        let facts: QuestionFacts
        /// All transactions of the attempt, or of the statement.
        let transactions: [Transaction]
        /// The one that the call names.
        private let named: Transaction?

        /// Throws `.unavailable` when a record cannot be read again.
        init(_ facts: QuestionFacts) throws(Failure) {
            self.facts = facts
            transactions = facts.records.compactMap { Transaction($0) }
            named = facts.record.flatMap { Transaction($0) }
            guard transactions.count == facts.records.count, (named == nil) == (facts.record == nil)
            else { throw .unavailable }
        }

        /// What changes, and what Payme is answered once that is committed.
        struct Ruling {
            var changed: [Transaction] = []
            var snapshots: [VendorSnapshot] = []
            var answer: Answer
        }
    }
}

extension Payme.Desk {
    func ruling(
        on call: Payme.Call,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> Ruling {
        switch call {
        case .checkPerform(let amount, _): try checkPerform(amount, cashbox)
        case .create(let creation): try create(creation, cashbox)
        case .perform: try perform()
        case .cancel(_, let reason): try cancel(reason, cashbox)
        case .check: try check()
        case .statement: Ruling(answer: .statement(transactions))
        case .setFiscalData(_, let receipt): try keep(receipt)
        }
    }

    /// Whether the order could be paid; a transaction that has it already is no obstacle here.
    private func checkPerform(
        _ amount: Int64,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> Ruling {
        try admit(amount, cashbox)
        guard !transactions.contains(where: isOverdue) else {
            throw .account(.closed, field: cashbox.accountField)
        }
        return Ruling(
            answer: .allowed(
                order: facts.order?.reference,
                detail: Payme.FiscalDetail(facts.order?.items ?? [], of: amount, cashbox.taxes)
            )
        )
    }

    private func create(
        _ creation: Payme.Call.Creation,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> Ruling {
        if let named {
            guard !isOverdue(named) else { return expire(named) { _ in .expired } }
            guard named.state == .created else { throw .notPossible(.cancelled) }
            guard named.isSame(as: creation) else { throw .notPossible(.different) }
            return Ruling(answer: .created(named))
        }
        guard facts.now.milliseconds - creation.time < Payme.Transaction.lifetime else {
            throw .notPossible(.expired)
        }
        let attempt = try admit(creation.amount, cashbox)
        // One order, one payment: whoever came first has it until it is cancelled.
        if let other = transactions.first(where: \.hasOrder) {
            guard isOverdue(other) else { throw .notPossible(.awaitingPayment) }
            return expire(other) { _ in .failure(.account(.closed, field: cashbox.accountField)) }
        }
        let new = Payme.Transaction(
            creation,
            for: attempt.id,
            number: facts.nextNumber,
            at: facts.now
        )
        return Ruling(
            changed: [new],
            snapshots: snapshots(of: new, as: .processing),
            answer: .created(new)
        )
    }

    private func perform() throws(Payme.Failure) -> Ruling {
        guard let named else { throw .transactionNotFound }
        guard !isOverdue(named) else { return expire(named) { _ in .expired } }
        switch named.state {
        case .performed: return Ruling(answer: .performed(named))
        case .cancelled, .refunded: throw .notPossible(.cancelled)
        case .created: break
        }
        // Success takes the money, so what was given up in the meantime is refused.
        guard isHonoured else { throw .notPossible(.cancelled) }
        let after = named.performed(at: facts.now)
        return Ruling(
            changed: [after],
            snapshots: snapshots(of: after, as: .captured),
            answer: .performed(after)
        )
    }

    private func cancel(
        _ reason: Int64,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> Ruling {
        guard let named else { throw .transactionNotFound }
        // Of a hold that was let go, this is Payme's own end of it.
        guard isSettled || !isOverdue(named) else { return expire(named) { .cancelled($0) } }
        switch named.state {
        case .cancelled, .refunded: return Ruling(answer: .cancelled(named))
        case .performed: guard cashbox.refunds || hasOwnRefund else { throw .delivered }
        case .created: break
        }
        let after = named.cancelled(for: reason, at: facts.now)
        return Ruling(changed: [after], snapshots: undone(by: after), answer: .cancelled(after))
    }

    private func check() throws(Payme.Failure) -> Ruling {
        guard let named else { throw .transactionNotFound }
        guard isOverdue(named) else { return Ruling(answer: .checked(named)) }
        return expire(named) { .checked($0) }
    }

    private func keep(_ receipt: Payme.FiscalReceipt) throws(Payme.Failure) -> Ruling {
        guard let named else { throw .receiptNotFound }
        let after = named.keeping(receipt)
        return Ruling(
            changed: [after],
            snapshots: snapshots(of: after, as: after.isPaid ? .captured : .processing),
            answer: .kept
        )
    }
}

extension Payme.Answer {
    fileprivate static let expired = Payme.Answer.failure(.notPossible(.expired))
}
