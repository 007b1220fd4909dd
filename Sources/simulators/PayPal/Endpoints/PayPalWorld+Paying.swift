// An order's payment: the hold or the capture that completes it (section 2.2, step 3).
extension PayPal.World {
    /// `POST /v2/checkout/orders/{id}/authorize` and `/capture`.
    mutating func complete(
        _ id: String,
        _ intent: PayPal.Order.Intent
    ) throws(PayPal.Failure) {
        let order = try openOrder(id)
        guard order.intent == intent else { throw .issue("ACTION_DOES_NOT_MATCH_INTENT") }
        switch order.status {
        case .created: throw .issue("ORDER_NOT_APPROVED")
        case .payerActionRequired where order.funding?.isCard == true:
            throw asking(.issue("PAYER_ACTION_REQUIRED"), order)
        case .payerActionRequired: throw asking(.issue("ORDER_NOT_APPROVED"), order)
        case .voided: throw .issue("ORDER_COMPLETED_OR_VOIDED")
        case .completed:
            throw .issue(
                intent == .capture ? "ORDER_ALREADY_CAPTURED" : "ORDER_ALREADY_AUTHORIZED"
            )
        case .approved: break
        }
        guard order.attempts < Terms.attempts else {
            throw .issue("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED")
        }
        do throws(PayPal.Failure) {
            try checkPayment(of: order)
        } catch {
            orders[id]?.attempts += 1
            guard order.funding?.verdictIssue != nil else { throw error }
            // The payer has to choose another source.
            orders[id]?.status = .payerActionRequired
            orders[id]?.approved = nil
            note(id)
            throw asking(error, order)
        }
        pay(id)
        note(id)
    }

    /// Whether the payment of an order can succeed at all.
    func checkPayment(of order: PayPal.Order) throws(PayPal.Failure) {
        for (index, unit) in order.units.enumerated() {
            guard let invoice = unit.invoiceID else { continue }
            try checkInvoice(invoice, at: "/purchase_units/\(index)/invoice_id")
        }
        guard let funding = order.funding else { throw .issue("ORDER_NOT_APPROVED") }
        if let issue = funding.verdictIssue { throw .issue(issue) }
        if order.intent == .capture, case .refuses(let issue) = funding.taking {
            throw .issue(issue)
        }
    }

    func checkInvoice(_ invoice: String, at field: String) throws(PayPal.Failure) {
        guard settings.allowsDuplicateInvoices || !usedInvoices.contains(invoice) else {
            throw .issue("DUPLICATE_INVOICE_ID", at: field)
        }
    }

    /// Pays all units of an order whose payment can succeed.
    mutating func pay(_ id: String) {
        guard let order = orders[id], let funding = order.funding else { return }
        orders[id]?.status = .completed
        orders[id]?.updated = now
        var isPaid = true
        for index in order.units.indices {
            let verdict = verdict(on: order, funding)
            switch order.intent {
            case .authorize: isPaid = hold(id, unit: index, verdict) && isPaid
            case .capture: isPaid = take(id, unit: index, verdict, funding.taking) && isPaid
            }
        }
        if isPaid { store(for: id) }
        emit(.orderCompleted, order: id)
    }

    private func verdict(
        on order: PayPal.Order,
        _ funding: PayPal.Funding
    ) -> PayPal.Funding.Verdict {
        guard let result = order.authentication, !result.isPassed else { return funding.verdict }
        return .denies(PayPal.ProcessorResponse(responseCode: "7710"))
    }

    /// - Returns: whether the source was good for it.
    private mutating func hold(
        _ id: String,
        unit index: Int,
        _ verdict: PayPal.Funding.Verdict
    ) -> Bool {
        guard let order = orders[id] else { return false }
        var authorization = PayPal.Authorization(
            id: nextID(),
            order: id,
            unit: index,
            created: now,
            honoredUntil: now + Terms.honor,
            expires: now + Terms.validity,
            amount: order.units[index].amount,
            status: .created,
            original: nil,
            updated: now
        )
        if order.funding?.isCard == true { authorization.processorResponse = .init() }
        switch verdict {
        case .approves, .refuses: break
        case .denies(let response):
            authorization.status = .denied
            authorization.processorResponse = response
            if response == nil { authorization.reason = "DECLINED_BY_RISK_FRAUD_FILTERS" }
        case .reviews(let accepted):
            authorization.status = .pending
            authorization.reason = "PENDING_REVIEW"
            agenda.enter(
                .reviewAuthorization(authorization.id, accepted: accepted),
                at: now + Terms.waiting
            )
        }
        authorizations.insert(authorization, id: authorization.id)
        orders[id]?.units[index].authorizations.append(authorization.id)
        guard authorization.status != .denied else { return false }
        if let invoice = order.units[index].invoiceID { usedInvoices.insert(invoice) }
        if authorization.status == .created { begin(authorization) }
        return true
    }

    /// The money is held from now on.
    mutating func begin(_ authorization: PayPal.Authorization) {
        let amount = authorization.amount.amount
        book.move(.authorized, amount, of: authorization.order, key: key)
        agenda.enter(.expireAuthorization(authorization.id), at: authorization.expires)
        emit(.authorizationCreated, authorization: authorization.id)
    }

    /// - Returns: whether the source was good for it.
    private mutating func take(
        _ id: String,
        unit index: Int,
        _ verdict: PayPal.Funding.Verdict,
        _ taking: PayPal.Funding.Taking
    ) -> Bool {
        guard let order = orders[id] else { return false }
        var capture = PayPal.Capture(
            id: nextID(),
            order: id,
            unit: index,
            authorization: nil,
            created: now,
            amount: order.units[index].amount,
            isFinal: true,
            invoiceID: order.units[index].invoiceID,
            status: .completed,
            updated: now
        )
        if order.funding?.isCard == true { capture.processorResponse = .init() }
        switch (verdict, taking) {
        case (.denies(let response), _):
            capture.status = .declined
            capture.processorResponse = response
            if response == nil { capture.reason = "DECLINED_BY_RISK_FRAUD_FILTERS" }
        case (.reviews(let accepted), _):
            wait(&capture, "PENDING_REVIEW", completes: accepted)
        case (_, .waits(let reason, let completes)):
            wait(&capture, reason, completes: completes)
        case (.approves, _), (.refuses, _): break
        }
        captures.insert(capture, id: capture.id)
        orders[id]?.units[index].captures.append(capture.id)
        if capture.status != .declined, let invoice = capture.invoiceID {
            usedInvoices.insert(invoice)
        }
        finish(capture.id)
        return capture.status != .declined
    }

    /// The payer is asked again, at the address in the error.
    private func asking(_ failure: PayPal.Failure, _ order: PayPal.Order) -> PayPal.Failure {
        var failure = failure
        failure.payerAction = payerAddress(of: order)
        return failure
    }
}

extension PayPal.Funding {
    /// The issue that the source itself meets.
    var verdictIssue: PayPal.Issue? {
        if case .refuses(let issue) = verdict { issue } else { nil }
    }
}
