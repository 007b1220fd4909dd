extension Stripe {
    /// The parameters of `POST /v1/payment_intents/{id}/confirm`.
    struct ConfirmOrder: Sendable {
        let paymentMethod: String?
        let futureUsage: PaymentIntent.FutureUsage?
        let cardOptions: CardOptions?
        let confirmation: Confirmation

        init(_ parameters: inout Parameters) throws(Failure) {
            paymentMethod = try parameters.text("payment_method")
            futureUsage = try parameters.futureUsage()
            cardOptions = try parameters.cardOptions()
            confirmation = try parameters.confirmation(isConfirming: true)
        }
    }
}

extension Stripe.World {
    mutating func confirmPayment(
        _ id: String,
        _ order: Stripe.ConfirmOrder
    ) throws(Stripe.Failure) {
        var intent = try paymentIntent(id)
        switch intent.status {
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction: break
        case .processing, .requiresCapture, .succeeded, .canceled:
            throw .unexpectedState(intent, verb: "confirm")
        }
        if let name = order.paymentMethod {
            intent.paymentMethod = try usableMethod(name, of: intent.customer)
        }
        guard intent.paymentMethod != nil else {
            throw .unexpectedState(
                intent,
                "You cannot confirm this PaymentIntent because it's missing a payment method."
            )
        }
        let isUnlimited = intent.methodTypes == nil && intent.allowsRedirects
        guard order.confirmation.returnURL != nil || !isUnlimited else { throw .missingReturnURL }
        intent.futureUsage = order.futureUsage ?? intent.futureUsage
        intent.cardOptions = order.cardOptions ?? intent.cardOptions
        paymentIntents[id] = intent
        try confirm(id, order.confirmation)
    }

    /// Tries to take the payment with the method it has (section 2.2).
    ///
    /// - Throws: a decline; the intent then waits for another method.
    mutating func confirm(
        _ id: String,
        _ confirmation: Stripe.Confirmation
    ) throws(Stripe.Failure) {
        var intent = try paymentIntent(id)
        guard let methodID = intent.paymentMethod, let method = paymentMethods[methodID] else {
            preconditionFailure("a payment is confirmed with a method that exists")
        }
        intent.offSession = confirmation.offSession
        intent.lastError = nil
        intent.nextAction = nil
        paymentIntents[id] = intent
        guard needsAuthentication(intent, with: method) else {
            if let decline = charge(id, wasAuthenticated: false) {
                throw .declined(decline, intent: id, charge: paymentIntents[id]?.latestCharge)
            }
            return
        }
        if confirmation.offSession || confirmation.failsOnAction {
            let decline = Stripe.Decline.authenticationRequired
            let charge = confirmation.offSession ? addFailedCharge(intent, method, decline) : nil
            fail(id, decline, charge: charge)
            throw .declined(decline, intent: id, charge: charge)
        }
        intent.status = .requiresAction
        intent.nextAction = nextAction(confirmation, page: "payment_intent=\(id)")
        paymentIntents[id] = intent
        note(intent)
        emit(.paymentRequiresAction, paymentIntent: id)
    }

    private func needsAuthentication(
        _ intent: Stripe.PaymentIntent,
        with method: Stripe.PaymentMethod
    ) -> Bool {
        switch method.card.authentication {
        case .always: true
        case .unlessSaved: !(intent.offSession && method.wasAuthenticated)
        case .never: intent.cardOptions.threeDSecure == .challenge && !intent.offSession
        }
    }

    /// A page of the simulator's where the call gave a way back, else something for a script.
    func nextAction(_ confirmation: Stripe.Confirmation, page: String) -> Stripe.NextAction {
        guard let returnURL = confirmation.returnURL, !confirmation.usesScript else {
            return .script
        }
        let query = "merchant=\(Stripe.accountID)&\(page)"
        return .redirect(
            url: "\(settings.publicURL)/3d_secure_2/hosted?\(query)",
            returnURL: returnURL
        )
    }

    /// The customer has been to the authentication page.
    ///
    /// - Returns: the address to send the browser to, nil when a script waits instead.
    mutating func authenticate(
        paymentIntent id: String,
        succeeds: Bool
    ) throws(Stripe.Failure) -> String? {
        var intent = try paymentIntent(id)
        guard intent.status == .requiresAction, let action = intent.nextAction else {
            throw .unexpectedState(intent, verb: "authenticate")
        }
        intent.nextAction = nil
        paymentIntents[id] = intent
        if let method = intent.paymentMethod, succeeds {
            paymentMethods[method]?.wasAuthenticated = true
        }
        let passed: Bool
        if succeeds {
            passed = charge(id, wasAuthenticated: true) == nil
        } else {
            fail(id, .paymentAuthenticationFailed, charge: nil)
            passed = false
        }
        guard case .redirect(_, let returnURL) = action else { return nil }
        return Stripe.returnAddress(
            returnURL,
            adding: [
                ("payment_intent", id),
                ("payment_intent_client_secret", intent.clientSecret),
                ("redirect_status", passed ? "succeeded" : "failed"),
            ]
        )
    }

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
    private mutating func fail(_ id: String, _ decline: Stripe.Decline, charge: String?) {
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

    private mutating func addFailedCharge(
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

extension Stripe {
    /// `address` with more query items; their values need no escaping.
    static func returnAddress(_ address: String, adding items: [(String, String)]) -> String {
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let query = items.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let joint = parts[0].contains("?") ? "&" : "?"
        return parts[0] + joint + query + (parts.count > 1 ? "#" + parts[1] : "")
    }
}

extension Stripe.Failure {
    /// A decline of a payment: 402 with the intent in the error.
    static func declined(_ decline: Stripe.Decline, intent: String, charge: String?) -> Self {
        Self(
            status: 402,
            kind: decline.kind,
            code: decline.code,
            message: decline.message,
            decline: decline,
            charge: charge,
            subject: .paymentIntent(intent)
        )
    }

    static func unexpectedState(_ intent: Stripe.PaymentIntent, verb: String) -> Self {
        unexpectedState(
            intent,
            "You cannot \(verb) this PaymentIntent because it has a status of "
                + "\(intent.status.rawValue)."
        )
    }

    static func unexpectedState(_ intent: Stripe.PaymentIntent, _ message: String) -> Self {
        var failure = refused(message, code: "payment_intent_unexpected_state")
        failure.subject = .paymentIntent(intent.id)
        return failure
    }
}
