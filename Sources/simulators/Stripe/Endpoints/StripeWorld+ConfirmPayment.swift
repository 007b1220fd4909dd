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
