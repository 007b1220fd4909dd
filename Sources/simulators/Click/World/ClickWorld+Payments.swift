// Payments, question by question, and the payer's money in them.
extension Click.World {
    /// What is to be paid, however the payer came to it.
    struct Order: Sendable {
        let service: Click.Service
        let amount: Hundredths
        let reference: String?
        var returnURL: String?
        var invoice: Int64?
        var isByPass = false
    }

    /// A payer pays; the shop is asked to prepare.
    ///
    /// - Parameter asksShop: false takes the money without it.
    mutating func pay(
        _ order: Order,
        _ plan: Click.Payment.Plan,
        asksShop: Bool = true
    ) -> Int64 {
        let id = numbers.nextPayment()
        var payment = Click.Payment(
            id: id,
            transaction: numbers.nextTransaction(),
            service: order.service.id,
            reference: order.reference,
            amount: order.amount,
            created: now,
            plan: plan,
            isByPass: order.isByPass
        )
        payment.returnURL = order.returnURL
        payment.invoice = order.invoice
        payments.insert(payment, id: "\(id)")
        book.open("\(id)", currency: Click.currency)
        enter(.preparing, id)
        if asksShop { ask(.prepare, about: id) }
        return id
    }

    /// Puts a payment's question as it is now.
    mutating func ask(_ action: Click.Question.Action, about id: Int64) {
        guard let payment = payment(id) else { return }
        var question = Click.Question(
            number: numbers.nextQuestion(),
            action: action,
            transaction: payment.transaction,
            service: payment.service,
            paydoc: payment.id,
            reference: payment.reference ?? "",
            amount: payment.amount.text,
            prepareID: action == .complete ? payment.prepareID ?? 0 : nil,
            time: now
        )
        if action == .complete, let failure = payment.failure {
            (question.error, question.note) = (failure.error, failure.note)
        }
        ask(question, for: .payment(id))
    }

    /// The shop's answer moves the payment on.
    ///
    /// - Parameter isLast: no further try will be made.
    /// - Returns: whether Click is content; otherwise it asks again.
    mutating func take(
        _ answer: Click.Answer,
        to question: Click.Question,
        about id: Int64,
        isLast: Bool
    ) -> Bool {
        change(id) { payment in
            let name = question.action.name
            payment.violations += answer.violations.map { "\(name): \($0)" }
            if let error = answer.error, error < 0 { payment.shopError = error }
        }
        switch question.action {
        case .prepare: return takePrepare(answer, id, isLast: isLast)
        case .complete:
            return question.error < 0
                ? takeCancel(answer, id, isLast: isLast) : takeComplete(answer, id, isLast: isLast)
        }
    }

    private mutating func takePrepare(
        _ answer: Click.Answer,
        _ id: Int64,
        isLast: Bool
    ) -> Bool {
        guard let payment = payment(id) else { return true }
        guard let error = answer.error else {
            if isLast, payment.stage == .preparing { enter(.refused, id) }
            return false
        }
        if let first = payment.prepareID, answer.prepareID != first {
            complain("Prepare: the repeat differs from the first answer", id)
            return true
        }
        change(id) { $0.prepareID = $0.prepareID ?? answer.prepareID }
        guard payment.stage == .preparing else { return true }
        switch error {
        case 0 where payment.prepares < payment.plan.repeats:
            change(id) { $0.prepares += 1 }
            ask(.prepare, about: id)
        case 0:
            enter(.prepared, id)
            if payment.plan.rest != .prepared { debitPayer(of: id) }
        case -4: enter(.refused, id)  // Taken as finished: no Complete follows.
        default:
            change(id) { $0.failure = .init(error: -1, note: "Prepare was refused") }
            enter(.refused, id)
            ask(.complete, about: id)
        }
        return true
    }

    /// Asks for the payer's money; afterwards the shop hears of it.
    mutating func debitPayer(of id: Int64) {
        guard let payment = payment(id), payment.stage == .prepared else { return }
        switch payment.plan.card.verdict {
        case .refused(let error, let note): cancel(id, error: error, note: note)
        case .approved:
            book.move(.authorized, payment.amount.minor, of: "\(id)", key: nil)
            enter(.completing, id)
            if payment.plan.rest != .completing { ask(.complete, about: id) }
        }
    }

    /// Ends a payment with a Complete that says so.
    mutating func cancel(_ id: Int64, error: Int64, note: String) {
        change(id) { $0.failure = .init(error: error, note: note) }
        end(id)
        ask(.complete, about: id)
    }

    private mutating func takeComplete(
        _ answer: Click.Answer,
        _ id: Int64,
        isLast: Bool
    ) -> Bool {
        guard let payment = payment(id) else { return true }
        guard payment.stage == .completing || payment.stage == .hanging else {
            // A copy, or a repeat that overtook: the end has been decided.
            return true
        }
        switch answer.error {
        case 0, -4:
            settle(id)
            return true
        case -9:
            end(id)
            return true
        default:  // Nothing else is allowed once money was taken (section 3.3).
            if let error = answer.error { complain("Complete: \(error) after money was taken", id) }
            enter(isLast ? .hanging : .completing, id)
            return false
        }
    }

    private mutating func takeCancel(
        _ answer: Click.Answer,
        _ id: Int64,
        isLast: Bool
    ) -> Bool {
        guard let error = answer.error else { return false }
        if error == 0 { complain("Complete: 0 to a cancellation", id) }
        return true
    }

    /// The money is the merchant's.
    mutating func settle(_ id: Int64) {
        guard let payment = payment(id) else { return }
        book.move(.captured, payment.amount.minor, of: "\(id)", key: nil)
        enter(.paid, id)
        if let invoice = payment.invoice { invoices["\(invoice)"]?.status = .paid }
    }

    /// Whatever the payer gave goes back.
    mutating func end(_ id: Int64) {
        if let held = book["\(id)"]?.held, held > 0 {
            book.move(.released, held, of: "\(id)", key: nil)
        }
        enter(.cancelled, id)
    }

    private mutating func complain(_ violation: String, _ id: Int64) {
        change(id) { $0.violations.append(violation) }
    }

    mutating func enter(_ stage: Click.Payment.Stage, _ id: Int64) {
        change(id) { $0.stage = stage }
        guard let payment = payment(id) else { return }
        var metadata = ["service_id": "\(payment.service)"]
        metadata["merchant_trans_id"] = payment.reference
        book.note("\(id)", status: stage.rawValue, metadata: metadata)
    }
}
