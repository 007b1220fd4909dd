// What the issuer says, and what follows from it.
extension Stripe.World {
    /// Asks the issuer.
    ///
    /// - Returns: why not, or nil when the money is held, taken or on its way.
    mutating func charge(_ id: String, wasAuthenticated: Bool) -> Stripe.Decline? {
        guard let intent = paymentIntents[id], let methodID = intent.paymentMethod,
            let method = paymentMethods[methodID]
        else { preconditionFailure("only a payment with a method is charged") }
        switch method.card.verdict {
        case .declined(let decline):
            fail(id, decline, charge: addFailedCharge(intent, method, decline))
            return decline
        case .later:
            let charge = addCharge(intent, method, status: .pending)
            paymentIntents[id]?.latestCharge = charge.id
            paymentIntents[id]?.status = .processing
            agenda.enter(.finishProcessing(paymentIntent: id), at: now + .seconds(60))
            paymentIntents[id].map { note($0) }
            emit(.paymentProcessing, paymentIntent: id)
        case .approved:
            let charge = addCharge(intent, method, status: .succeeded, wasAuthenticated)
            paymentIntents[id]?.latestCharge = charge.id
            approve(id, charge: charge.id)
        }
        return nil
    }

    mutating func finishProcessing(_ id: String) {
        guard let intent = paymentIntents[id], intent.status == .processing,
            let chargeID = intent.latestCharge, let methodID = intent.paymentMethod
        else { return }
        if paymentMethods[methodID]?.card.verdict == .later(approved: true) {
            charges[chargeID]?.status = .succeeded
            approve(id, charge: chargeID)
        } else {
            let decline = Stripe.Decline("generic_decline")
            charges[chargeID]?.status = .failed
            charges[chargeID]?.decline = decline
            fail(id, decline, charge: chargeID)
        }
    }

    /// The issuer said yes: the money is held, and taken at once unless capture is manual.
    private mutating func approve(_ id: String, charge chargeID: String) {
        guard let intent = paymentIntents[id], let charge = charges[chargeID] else { return }
        paymentIntents[id]?.amountCapturable = charge.amount
        paymentIntents[id]?.status = .requiresCapture
        book.move(.authorized, charge.amount, of: id, key: origin?.idempotencyKey)
        saveMethodIfAsked(intent)
        guard intent.captureMethod == .manual else {
            return collect(charge.amount, of: id, isFinal: true)
        }
        if let deadline = charge.captureBefore {
            let due = SimulatedTime(seconds: deadline)
            agenda.enter(.expireHold(paymentIntent: id, charge: chargeID), at: due)
        }
        paymentIntents[id].map { note($0) }
        emit(.paymentCapturable, paymentIntent: id)
    }

    private mutating func saveMethodIfAsked(_ intent: Stripe.PaymentIntent) {
        guard intent.futureUsage != nil, let customer = intent.customer,
            let method = intent.paymentMethod, paymentMethods[method]?.customer == nil
        else { return }
        attach(method, to: customer)
    }

    /// The try failed: the intent waits for another method.
    mutating func fail(_ id: String, _ decline: Stripe.Decline, charge: String?) {
        guard var intent = paymentIntents[id] else { return }
        intent.status = .requiresPaymentMethod
        intent.lastError = Stripe.LastError(
            decline: decline,
            charge: charge,
            paymentMethod: intent.paymentMethod
        )
        intent.latestCharge = charge ?? intent.latestCharge
        intent.paymentMethod = nil
        paymentIntents[id] = intent
        note(intent)
        emit(.paymentFailed, paymentIntent: id)
    }

    mutating func addFailedCharge(
        _ intent: Stripe.PaymentIntent,
        _ method: Stripe.PaymentMethod,
        _ decline: Stripe.Decline
    ) -> String {
        let charge = addCharge(intent, method, status: .failed)
        charges[charge.id]?.decline = decline
        return charge.id
    }

    private mutating func addCharge(
        _ intent: Stripe.PaymentIntent,
        _ method: Stripe.PaymentMethod,
        status: Stripe.Charge.Status,
        _ wasAuthenticated: Bool = false
    ) -> Stripe.Charge {
        var charge = Stripe.Charge(
            id: identifiers.next("ch_3"),
            created: now.seconds,
            paymentIntent: intent.id,
            customer: intent.customer,
            paymentMethod: intent.paymentMethod,
            amount: intent.amount,
            currency: intent.currency,
            status: status,
            card: method.details
        )
        charge.wasAuthenticated = wasAuthenticated || intent.cardOptions.threeDSecure == .any
        charge.granted = intent.cardOptions.features.intersection(method.card.features)
        charge.metadata = intent.metadata
        if intent.captureMethod == .manual, status != .failed {
            charge.captureBefore = now.seconds + holdSeconds(intent, charge)
        }
        charges.insert(charge, id: charge.id)
        return charge
    }

    /// How long the network keeps a hold (section 2.3).
    private func holdSeconds(_ intent: Stripe.PaymentIntent, _ charge: Stripe.Charge) -> Int64 {
        let day: Int64 = 86_400
        if charge.granted.contains(.extendedAuthorization) { return 30 * day }
        if intent.offSession, charge.card.brand == "visa" { return 4 * day + 18 * 3_600 }
        return 7 * day
    }
}
