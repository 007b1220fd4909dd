extension Stripe {
    /// The parameters of `POST /v1/payment_intents/{id}/increment_authorization`.
    struct IncrementOrder: Sendable {
        let amount: Int64
        let metadata: Metadata.Change?

        init(_ parameters: inout Parameters) throws(Failure) {
            guard let amount = try parameters.integer("amount") else { throw .missing("amount") }
            self.amount = amount
            metadata = try parameters.metadata()
        }
    }
}

extension Stripe.World {
    /// Gives a payment up (section 2.4): what is still held is let go, what was taken stays.
    mutating func cancelPayment(
        _ id: String,
        reason: Stripe.PaymentIntent.CancellationReason?
    ) throws(Stripe.Failure) {
        let intent = try paymentIntent(id)
        switch intent.status {
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction, .requiresCapture:
            cancel(id, reason: reason?.rawValue)
        case .processing, .succeeded, .canceled:
            throw .unexpectedState(intent, verb: "cancel")
        }
    }

    /// The hold's time is up.
    mutating func expireHold(of id: String, charge: String) {
        guard let intent = paymentIntents[id], intent.status == .requiresCapture,
            intent.latestCharge == charge
        else { return }
        charges[charge]?.isExpired = true
        emit(.chargeExpired, charge: charge)
        cancel(id, reason: "automatic")
    }

    private mutating func cancel(_ id: String, reason: String?) {
        guard var intent = paymentIntents[id] else { return }
        if intent.amountCapturable > 0 {
            book.move(.released, intent.amountCapturable, of: id, key: origin?.idempotencyKey)
        }
        intent.amountCapturable = 0
        intent.status = .canceled
        intent.nextAction = nil
        intent.canceledAt = now.seconds
        intent.cancellationReason = reason
        paymentIntents[id] = intent
        note(intent)
        emit(.paymentCanceled, paymentIntent: id)
    }

    /// Raises a hold to a new total.
    mutating func incrementAuthorization(
        _ id: String,
        _ order: Stripe.IncrementOrder
    ) throws(Stripe.Failure) {
        var intent = try paymentIntent(id)
        guard intent.status == .requiresCapture, let charge = intent.latestCharge,
            charges[charge]?.granted.contains(.incrementalAuthorization) == true
        else { throw .unexpectedState(intent, verb: "increment the authorization of") }
        try intent.currency.check(order.amount)
        guard order.amount > intent.amount else {
            throw .refused(
                "The amount must be greater than the current amount.",
                parameter: "amount"
            )
        }
        let raise = order.amount - intent.amount
        intent.amount = order.amount
        intent.amountCapturable += raise
        try intent.metadata.apply(order.metadata)
        paymentIntents[id] = intent
        charges[charge]?.raise(by: raise)
        book.move(.raised, raise, of: id, key: origin?.idempotencyKey)
        note(intent)
        emit(.paymentCapturable, paymentIntent: id)
    }
}
