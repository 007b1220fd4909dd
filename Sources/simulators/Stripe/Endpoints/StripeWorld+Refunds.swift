extension Stripe {
    /// The parameters of `POST /v1/refunds` (section 2.5).
    struct RefundOrder: Sendable {
        let paymentIntent: String?
        let charge: String?
        let amount: Int64?
        let reason: Refund.Reason?
        let metadata: Metadata.Change?

        init(_ parameters: inout Parameters) throws(Failure) {
            paymentIntent = try parameters.text("payment_intent")
            charge = try parameters.text("charge")
            amount = try parameters.integer("amount")
            reason = try parameters.choice("reason", of: Refund.Reason.self)
            metadata = try parameters.metadata()
            guard paymentIntent != nil || charge != nil else {
                throw .missing("payment_intent")
            }
            if let amount, amount < 1 {
                throw .parameter(
                    "amount",
                    "This value must be greater than or equal to 1.",
                    code: "parameter_invalid_integer"
                )
            }
        }
    }
}

extension Stripe.World {
    /// How long a refund that is not decided at once takes.
    private static let refundDelay = Duration.seconds(60)

    mutating func createRefund(_ order: Stripe.RefundOrder) throws(Stripe.Failure) -> String {
        let (intent, charge) = try target(of: order)
        guard intent.amountReceived > 0 else {
            throw .refused(
                "This PaymentIntent does not have a successful charge to refund.",
                code: "charge_not_refundable"
            )
        }
        let left = intent.amountReceived - intent.amountReturning
        guard left > 0 else {
            throw .refused(
                "Charge \(charge.id) has already been refunded.",
                code: "charge_already_refunded"
            )
        }
        let amount = order.amount ?? left
        try intent.currency.checkShape(of: amount, parameter: "amount")
        guard amount <= left else {
            throw .refused(
                "Refund amount (\(amount)) is greater than unrefunded amount on charge (\(left)).",
                parameter: "amount"
            )
        }
        var refund = Stripe.Refund(
            id: identifiers.next("re_3"),
            created: now.seconds,
            amount: amount,
            currency: intent.currency,
            charge: charge.id,
            paymentIntent: intent.id,
            reason: order.reason,
            status: .pending
        )
        try refund.metadata.apply(order.metadata)
        refunds.insert(refund, id: refund.id)
        paymentIntents[intent.id]?.amountReturning += amount
        begin(refund.id, charge.paymentMethod.flatMap { paymentMethods[$0]?.card.refunds })
        return refund.id
    }

    private func target(
        of order: Stripe.RefundOrder
    ) throws(Stripe.Failure) -> (Stripe.PaymentIntent, Stripe.Charge) {
        var chargeID = order.charge
        if let id = order.paymentIntent {
            guard let intent = paymentIntents[id] else {
                throw .missingReference("payment_intent", id, parameter: "payment_intent")
            }
            guard let latest = intent.latestCharge, order.charge ?? latest == latest else {
                throw .refused(
                    "This PaymentIntent does not have a successful charge to refund.",
                    code: "charge_not_refundable"
                )
            }
            chargeID = latest
        }
        guard let chargeID, let charge = charges[chargeID],
            let intent = paymentIntents[charge.paymentIntent]
        else { throw .missingReference("charge", chargeID ?? "", parameter: "charge") }
        return (intent, charge)
    }

    private mutating func begin(_ id: String, _ behaviour: Stripe.TestCard.RefundBehaviour?) {
        switch behaviour ?? .succeeds {
        case .succeeds:
            pay(id)
            emit(.refundCreated, refund: id)
            emitRefunded(id)
        case .failsLater:
            pay(id)
            emit(.refundCreated, refund: id)
            emitRefunded(id)
            agenda.enter(.finishRefund(id), at: now + Self.refundDelay)
        case .staysPending:
            emit(.refundCreated, refund: id)
            agenda.enter(.finishRefund(id), at: now + Self.refundDelay)
        case .requiresAction:
            refunds[id]?.status = .requiresAction
            emit(.refundCreated, refund: id)
        }
    }

    /// Time has decided: what was pending is done, what was done has failed after all.
    mutating func finishRefund(_ id: String) {
        switch refunds[id]?.status {
        case .pending: settleRefund(id)
        case .succeeded: failRefund(id, .lostOrStolenCard)
        case .requiresAction, .failed, .canceled, nil: break
        }
    }

    /// A waiting refund goes through.
    mutating func settleRefund(_ id: String) {
        guard let refund = refunds[id] else { return }
        switch refund.status {
        case .pending, .requiresAction: break
        case .succeeded, .failed, .canceled: return
        }
        pay(id)
        let previous = Stripe.renderPrevious("status", refund.status.rawValue)
        emit(.refundUpdated, refund: id, previous: previous)
        emitRefunded(id)
    }

    /// A refund fails, also one that had succeeded: the money is the merchant's again.
    mutating func failRefund(_ id: String, _ reason: Stripe.Refund.FailureReason) {
        guard let refund = refunds[id] else { return }
        switch refund.status {
        case .failed, .canceled: return
        case .succeeded:
            book.move(.returned, refund.amount, of: refund.paymentIntent, key: nil)
            charges[refund.charge]?.amountRefunded -= refund.amount
            let transaction = addBalanceTransaction(
                .refundFailure,
                refund.amount,
                refund.currency,
                source: id
            )
            refunds[id]?.failureBalanceTransaction = transaction
        case .pending, .requiresAction: break
        }
        refunds[id]?.status = .failed
        refunds[id]?.failureReason = reason
        paymentIntents[refund.paymentIntent]?.amountReturning -= refund.amount
        let previous = Stripe.renderPrevious("status", refund.status.rawValue)
        emit(.refundUpdated, refund: id, previous: previous)
        emit(.refundFailed, refund: id)
    }

    mutating func cancelRefund(_ id: String) throws(Stripe.Failure) {
        let refund = try self.refund(id)
        guard refund.status == .requiresAction else {
            throw .refused(
                "You cannot cancel this refund because it has a status of "
                    + "\(refund.status.rawValue)."
            )
        }
        refunds[id]?.status = .canceled
        paymentIntents[refund.paymentIntent]?.amountReturning -= refund.amount
        let previous = Stripe.renderPrevious("status", refund.status.rawValue)
        emit(.refundUpdated, refund: id, previous: previous)
    }

    /// Money goes back to the customer.
    private mutating func pay(_ id: String) {
        guard let refund = refunds[id] else { return }
        refunds[id]?.status = .succeeded
        let transaction = addBalanceTransaction(
            .refund,
            -refund.amount,
            refund.currency,
            source: id
        )
        refunds[id]?.balanceTransaction = transaction
        charges[refund.charge]?.amountRefunded += refund.amount
        let key = origin?.idempotencyKey
        book.move(.refunded, refund.amount, of: refund.paymentIntent, key: key)
    }

    private mutating func emitRefunded(_ id: String) {
        guard let refund = refunds[id] else { return }
        emit(.chargeRefunded, charge: refund.charge)
    }
}
