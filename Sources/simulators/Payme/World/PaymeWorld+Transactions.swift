internal import JSON

// Payments through the shop's billing, question by question, and the payer's money in them.
extension Payme.World {
    /// A payer has opened a link and chosen to pay.
    ///
    /// - Parameter receipt: its id where the money is a receipt's.
    @discardableResult
    mutating func pay(
        _ link: Payme.Link,
        _ plan: Payme.Transaction.Plan,
        receipt: String? = nil
    ) -> String {
        let id = receipt ?? identifiers.next(at: now)
        let transaction = Payme.Transaction(
            id: id,
            link: link,
            time: now,
            plan: plan,
            belongsToReceipt: receipt != nil
        )
        if transactions[id] == nil {
            transactions.insert(transaction, id: id)
        } else {
            transactions[id] = transaction  // The receipt is tried again.
        }
        if receipt == nil { book.open(id, currency: Payme.currency) }
        enter(.checking, id)
        ask(.checkPerform, about: id)
        return id
    }

    /// Asks the shop about a transaction; `reason` is for CancelTransaction.
    mutating func ask(_ method: Payme.Method, about id: String, reason: Int64 = 3) {
        guard let transaction = transactions[id] else { return }
        let params: JSONValue =
            switch method {
            case .checkPerform:
                Payme.Method.params(amount: transaction.link.amount, transaction.link.account)
            case .create:
                Payme.Method.params(
                    id: id,
                    time: transaction.time,
                    amount: transaction.link.amount,
                    transaction.link.account
                )
            case .cancel: Payme.Method.params(id: id, reason: reason)
            case .perform, .check, .statement, .fiscal: Payme.Method.params(id: id)
            }
        if method == .cancel { transactions[id]?.reason = transaction.reason ?? reason }
        ask(method.rawValue, params, of: transaction.link.merchant, for: .transaction(id))
    }

    /// The shop's answer moves the payment on.
    ///
    /// - Parameter isLast: no further try of an unanswered question will be made.
    mutating func take(
        _ answer: Payme.Answer,
        to question: Payme.Question,
        about id: String,
        isLast: Bool
    ) {
        guard let transaction = transactions[id], let method = question.method else { return }
        transactions[id]?.violations += answer.violations.map { "\(method.rawValue): \($0)" }
        switch answer.content {
        case .result(let result):
            let count = transaction.answered[method, default: 0] + 1
            transactions[id]?.answered[method] = count
            keep(result, of: method, about: id)
            if count <= transaction.plan.repeats, method.isRepeated {
                ask(
                    question.name,
                    question.params,
                    of: transaction.link.merchant,
                    for: .transaction(id)
                )
            } else if count <= transaction.plan.repeats + 1 {  // Later answers are copies.
                goOn(after: method, id)
            }
        case .error(let error):
            transactions[id]?.error = error
            stop(at: method, id)
        case .unreadable:
            if isLast { stop(at: method, id, isSilent: true) }
        }
    }

    private mutating func keep(_ result: JSONObject, of method: Payme.Method, about id: String) {
        switch method {
        case .checkPerform:
            let amount = transactions[id]?.link.amount ?? 0
            let violations = Payme.Answer.violations(inDetail: result["detail"], amount: amount)
            transactions[id]?.violations += violations.map { "\(method.rawValue): \($0)" }
        case .create, .perform, .cancel:
            if let first = transactions[id]?.results[method], first != result {
                transactions[id]?.violations.append(
                    "\(method.rawValue): the repeat differs from the first answer"
                )
                return
            }
        case .check, .statement, .fiscal: break
        }
        transactions[id]?.results[method] = result
    }

    private mutating func goOn(after method: Payme.Method, _ id: String) {
        guard let transaction = transactions[id] else { return }
        switch (method, transaction.stage) {
        case (.checkPerform, .checking):
            enter(.creating, id)
            ask(.create, about: id)
        case (.create, .creating):
            enter(.created, id)
            if transaction.plan.rest != .created { debitPayer(of: id) }
        case (.perform, .debited): complete(id)
        case (.cancel, _): end(id)
        case (.checkPerform, _), (.create, _), (.perform, _), (.check, _), (.statement, _),
            (.fiscal, _):
            break
        }
    }

    /// The shop said no, or nothing at all.
    private mutating func stop(at method: Payme.Method, _ id: String, isSilent: Bool = false) {
        guard let transaction = transactions[id] else { return }
        switch (method, transaction.stage) {
        case (.checkPerform, .checking), (.create, .creating):
            enter(.refused, id)
            if transaction.belongsToReceipt {
                stopPaying(id, isSilent ? .shopSilent : .shopWrong)
            }
        case (.perform, .debited):
            // An error gives the money back; silence leaves it where it is (section 3.6).
            if !isSilent {
                end(id)
            } else if transaction.belongsToReceipt {
                queueClosing(id)
            }
        case (.cancel, .performed) where transaction.belongsToReceipt:
            stopCancelling(id, isSilent: isSilent)
        case (.checkPerform, _), (.create, _), (.perform, _), (.cancel, _), (.check, _),
            (.statement, _), (.fiscal, _):
            break
        }
    }

    /// Asks the payer's bank; afterwards the shop hears of it.
    mutating func debitPayer(of id: String) {
        guard let transaction = transactions[id], transaction.stage == .created else { return }
        if transaction.belongsToReceipt { return debitReceipt(id) }  // By the receipt's rules.
        guard transaction.plan.card.verdict == .approved else {
            return ask(.cancel, about: id, reason: 2)
        }
        book.move(.authorized, transaction.link.amount, of: id, key: nil)
        enter(.debited, id)
        if transaction.plan.rest != .debited { ask(.perform, about: id) }
    }

    /// The shop has taken the transaction as paid.
    private mutating func complete(_ id: String) {
        guard let transaction = transactions[id] else { return }
        enter(.performed, id)
        if transaction.belongsToReceipt {
            closePayment(id)
        } else {
            book.move(.captured, transaction.link.amount, of: id, key: nil)
        }
    }

    /// The transaction is over; whatever the payer gave goes back.
    private mutating func end(_ id: String) {
        guard let transaction = transactions[id] else { return }
        let amount = transaction.link.amount
        switch transaction.stage {
        case .checking, .creating, .created: enter(.cancelled, id)
        case .debited:
            if transaction.belongsToReceipt {
                releaseReceipt(id)
            } else {
                book.move(.released, amount, of: id, key: nil)
            }
            enter(.cancelled, id)
        case .performed:
            if transaction.belongsToReceipt {
                refundReceipt(id)
            } else {
                book.move(.refunded, amount, of: id, key: nil)
            }
            enter(.refunded, id)
        case .refused, .cancelled, .refunded: break
        }
    }

    mutating func enter(_ stage: Payme.Transaction.Stage, _ id: String) {
        transactions[id]?.stage = stage
        guard let transaction = transactions[id], !transaction.belongsToReceipt else { return }
        var metadata: [String: String] = [:]
        for field in transaction.link.account { metadata[field.name] = field.value }
        book.note(id, status: stage.rawValue, metadata: metadata)
    }
}

extension Payme.Method {
    /// Whether the sandbox sends it twice (section 5).
    fileprivate var isRepeated: Bool {
        switch self {
        case .create, .perform, .cancel: true
        case .checkPerform, .check, .statement, .fiscal: false
        }
    }
}
